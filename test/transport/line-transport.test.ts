import { describe, expect, it } from 'vitest';
import { useStdio } from './_stdio-process.js';

const { start } = useStdio();

describe('a line that is no message', () => {
  it.each([
    ['no JSON', 'hello', -32700],
    ['JSON cut short', '{"jsonrpc":"2.0","id":1,', -32700],
    ['no JSON-RPC', '{"hello":1}', -32600],
    ['a batch', '[{"jsonrpc":"2.0","id":1,"method":"ping"}]', -32600],
    ['a scalar', '42', -32600],
  ])('(%s) is answered without an id, and the next one is served', async (_title, line, code) => {
    const server = start();
    server.send(line);
    server.send({ jsonrpc: '2.0', id: 1, method: 'ping' });
    expect(await server.answer(1)).toEqual({ jsonrpc: '2.0', id: 1, result: {} });
    expect(server.messages[0]).toEqual({
      jsonrpc: '2.0',
      id: null,
      error: { code, message: expect.any(String) },
    });
  });

  it('is answered with its id when it has one', async () => {
    const server = start();
    server.send('{"jsonrpc":"1.0","id":9,"method":"ping"}');
    expect(await server.answer(9)).toMatchObject({ error: { code: -32600 } });
  });

  it('is ignored when empty', async () => {
    const server = start();
    server.send('\r\n\n  ');
    server.send({ jsonrpc: '2.0', id: 1, method: 'ping' });
    await server.answer(1);
    expect(server.messages).toHaveLength(1);
  });

  it('may be 10 MB long, which is refused once without ending the process', async () => {
    const server = start();
    server.send({ jsonrpc: '2.0', id: 8, method: 'ping', params: { filler: 'x'.repeat(10_000_000) } });
    server.send({ jsonrpc: '2.0', id: 1, method: 'ping' });
    await server.answer(1);
    expect(server.messages).toMatchObject([
      { id: null, error: { code: -32700, message: expect.stringContaining('4194304 bytes') } },
      { id: 1, result: {} },
    ]);
  });
});

describe('a message of three million characters', () => {
  it('is served', async () => {
    const server = start();
    const text = 'é'.repeat(1_500_000);
    server.send({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'echo', arguments: { text } },
    });
    expect(await server.answer(1)).toMatchObject({ result: { structuredContent: { text } } });
  });
});
