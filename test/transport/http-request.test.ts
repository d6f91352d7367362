import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { call, closeAll, PING, post, readMessages, start, talk } from './_http.js';

afterEach(closeAll);

const REFUSAL = { jsonrpc: '2.0', error: { code: -32000, message: expect.any(String) }, id: null };

describe('a request that is refused', () => {
  it.each(['PUT', 'PATCH', 'OPTIONS'])('for its method %s names the methods there are', async (method) => {
    const { url } = await start();
    const answer = await fetch(url, { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET, POST, DELETE');
    expect(await answer.json()).toEqual(REFUSAL);
  });

  it.each([
    ['text', { 'content-type': 'text/plain' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['compressed', { 'content-encoding': 'gzip' }],
  ])('for its body that is %s says what to send', async (_title, headers) => {
    const { url } = await start();
    const answer = await post(url, PING, headers);
    expect(answer.status).toBe(415);
    expect(await answer.json()).toMatchObject({
      error: { message: expect.stringContaining('application/json') },
    });
  });

  it.each(['application/json', 'text/event-stream', 'text/html'])(
    'for accepting only %s says what to accept',
    async (accept) => {
      const { url } = await start();
      const answer = await post(url, PING, { accept });
      expect(answer.status).toBe(406);
      expect(await answer.json()).toEqual(REFUSAL);
    },
  );

  it.each(['*/*', 'application/json, text/event-stream;q=0.5', 'text/*, application/*'])(
    'is not the one that accepts %s',
    async (accept) => {
      const { url } = await start();
      expect((await post(url, PING, { accept })).status).toBe(200);
    },
  );

  it('for its path is told where MCP is', async () => {
    const { url } = await start();
    const answer = await fetch(new URL('/', url));
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ error: { message: expect.stringContaining('/mcp') } });
  });

  it.each(['', 'hello', '{"jsonrpc":'])('for a body %j that is not JSON gets a parse error', async (body) => {
    const { url } = await start();
    const answer = await post(url, body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ jsonrpc: '2.0', error: { code: -32700 }, id: null });
  });

  it.each(['42', 'null', '{"hello":1}', '[]', '{"jsonrpc":"2.0","id":{},"method":"ping"}'])(
    'for a body %s that is no message gets an invalid request',
    async (body) => {
      const { url } = await start();
      const answer = await post(url, body);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ jsonrpc: '2.0', error: { code: -32600 } });
    },
  );

  it('for its announced length is refused before it is sent', async () => {
    const { url } = await start();
    const sent = request(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'content-length': 4_194_305,
      },
    });
    sent.flushHeaders();
    const [response] = await once(sent, 'response');
    expect(response.statusCode).toBe(413);
    expect(JSON.parse(await text(response))).toMatchObject({
      error: { message: expect.stringContaining('4194304') },
    });
    sent.destroy();
  });

  it('for its length as it arrives is refused as well', async () => {
    const { url } = await start();
    const sent = request(url, { method: 'POST', headers: { 'content-type': 'application/json' } });
    for (let part = 0; part < 5; part += 1) sent.write('x'.repeat(1_048_576));
    const [response] = await once(sent, 'response');
    expect(response.statusCode).toBe(413);
    sent.destroy();
  });

  it('is not the one of 4 MiB exactly', async () => {
    const { url } = await start();
    const empty = JSON.stringify(call(1, 'echo', { arguments: { text: '' } }));
    const filler = 'x'.repeat(4_194_304 - empty.length);
    const answer = await post(url, empty.replace('""', `"${filler}"`));
    expect(await readMessages(answer)).toMatchObject([
      { id: 1, result: { structuredContent: { text: filler } } },
    ]);
  });

  it('for being no HTTP is answered and the next connection is served', async () => {
    const { url } = await start();
    const answer = await talk(url, '\u0016\u0003\u0001 not http\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toEqual(REFUSAL);
    expect((await post(url, PING)).status).toBe(200);
  });

  it('for endless headers is answered with 431', async () => {
    const { url } = await start();
    const answer = await talk(url, `GET /mcp HTTP/1.1\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  });

  it.each([
    ['headers', 'POST /mcp HTTP/1.1\r\nhost: localhost\r\n'],
    [
      'body',
      'POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
    ],
  ])('for %s that do not come to an end is answered with 408', async (_title, bytes) => {
    const { url } = await start({ requestTimeoutMs: 100 });
    expect(await talk(url, bytes)).toMatch(/^HTTP\/1\.1 408 /);
  });
});
