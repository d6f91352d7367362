import { describe, expect, it } from 'vitest';
import { type StdioProcess, useStdio } from './_stdio-process.js';

const { bundle, start } = useStdio();

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};
const INITIALIZE = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};
const INITIALIZED = { jsonrpc: '2.0', method: 'notifications/initialized' };

function call(id: number, name: string, params: Record<string, unknown> = {}): object {
  return { jsonrpc: '2.0', id, method: 'tools/call', params: { name, ...params } };
}

function cancel(requestId: number): object {
  return { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } };
}

/** A process that has shaken hands with a 2025-11-25 client. */
async function startLegacy(): Promise<StdioProcess> {
  const server = start();
  server.send(INITIALIZE);
  await server.answer(0);
  server.send(INITIALIZED);
  return server;
}

describe('a 2025-11-25 client', () => {
  it('shakes hands, lists and calls', async () => {
    const server = await startLegacy();
    server.send({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
    server.send(call(2, 'echo', { arguments: { text: 'ä😀' } }));
    expect(await server.answer(0)).toMatchObject({
      result: {
        protocolVersion: '2025-11-25',
        capabilities: { tools: {} },
        serverInfo: { name: 'aegis-mcp' },
      },
    });
    expect(await server.answer(1)).toMatchObject({
      result: { tools: [{ name: 'echo' }, {}, {}, {}, {}, {}, {}, {}] },
    });
    expect(await server.answer(2)).toMatchObject({ result: { structuredContent: { text: 'ä😀' } } });
  });

  it('gets progress before the result', async () => {
    const server = await startLegacy();
    server.send(call(1, 'count', { _meta: { progressToken: 7 } }));
    await server.answer(1);
    expect(server.messages.slice(1)).toMatchObject([
      { method: 'notifications/progress', params: { progressToken: 7, progress: 1, total: 3 } },
      { method: 'notifications/progress', params: { progress: 2 } },
      { method: 'notifications/progress', params: { progress: 3 } },
      { id: 1, result: { structuredContent: { counted: 3 } } },
    ]);
  });

  it('cancels a call, which is not answered', async () => {
    const server = await startLegacy();
    server.send(call(1, 'wait'));
    await server.event('started wait');
    server.send(cancel(1));
    await server.event('aborted wait: AbortError: The client cancelled the call.');
    server.send({ jsonrpc: '2.0', id: 2, method: 'ping' });
    await server.answer(2);
    expect(server.messages.map(({ id }) => id)).toEqual([0, 2]);
  });
});

describe('a 2026-07-28 client', () => {
  it('discovers, lists and calls without a handshake', async () => {
    const server = start();
    server.send({ jsonrpc: '2.0', id: 1, method: 'server/discover', params: { _meta: META } });
    server.send({ jsonrpc: '2.0', id: 2, method: 'tools/list', params: { _meta: META } });
    server.send(call(3, 'echo', { arguments: { a: 1 }, _meta: META }));
    expect(await server.answer(1)).toMatchObject({
      result: { resultType: 'complete', supportedVersions: ['2026-07-28'], capabilities: { tools: {} } },
    });
    expect(await server.answer(2)).toMatchObject({ result: { ttlMs: 300_000, cacheScope: 'private' } });
    expect(await server.answer(3)).toMatchObject({
      result: { resultType: 'complete', structuredContent: { a: 1 } },
    });
  });

  it('cancels a call, which is not answered', async () => {
    const server = start();
    server.send(call(1, 'wait', { _meta: META }));
    await server.event('started wait');
    server.send(cancel(1));
    await server.event('aborted wait: AbortError: The client cancelled the call.');
    server.send(call(2, 'echo', { _meta: META }));
    await server.answer(2);
    expect(server.messages.map(({ id }) => id)).toEqual([2]);
  });

  it('may fall back to the handshake after a discovery', async () => {
    const server = start();
    server.send({ jsonrpc: '2.0', id: 1, method: 'server/discover', params: { _meta: META } });
    server.send(INITIALIZE);
    expect(await server.answer(0)).toMatchObject({ result: { protocolVersion: '2025-11-25' } });
  });

  it('gets a graceful end of its subscription when the server stops', async () => {
    const server = start();
    const params = { notifications: { toolsListChanged: true }, _meta: META };
    server.send(call(1, 'echo', { _meta: META }));
    server.send({ jsonrpc: '2.0', id: 2, method: 'subscriptions/listen', params });
    await server.answer(1);
    server.child.kill('SIGTERM');
    expect(await server.answer(2)).toMatchObject({ result: { resultType: 'complete' } });
    expect(await server.exit()).toEqual([0, null]);
  });
});

describe('the end of stdin', () => {
  it('ends the process at once when nothing runs', async () => {
    const server = await startLegacy();
    server.child.stdin.end();
    expect(await server.exit()).toEqual([0, null]);
  });

  it('ends a process that was never spoken to', async () => {
    const server = start();
    server.child.stdin.end();
    expect(await server.exit()).toEqual([0, null]);
  });

  it('lets every request that was sent be answered first', async () => {
    const server = start();
    server.send(INITIALIZE);
    server.send(call(1, 'sleep', { arguments: { ms: 200 } }));
    server.send({ jsonrpc: '2.0', id: 2, method: 'tools/list' });
    server.child.stdin.end();
    expect(await server.exit()).toEqual([0, null]);
    expect(server.messages).toMatchObject([
      { id: 0 },
      { id: 2 },
      { id: 1, result: { structuredContent: { slept: 200 } } },
    ]);
  });

  it('ends a last line that lacks its line feed', async () => {
    const server = start();
    server.child.stdin.end(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }));
    expect(await server.exit()).toEqual([0, null]);
    expect(server.messages).toEqual([{ jsonrpc: '2.0', id: 1, result: {} }]);
  });

  it('does not wait for calls that the client cancelled', async () => {
    const server = await startLegacy();
    server.send(call(1, 'wait'));
    server.send(cancel(1));
    server.child.stdin.end();
    expect(await server.exit()).toEqual([0, null]);
  });
});

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  it('cancels what runs, sends its answer and ends with code 0', async () => {
    const server = await startLegacy();
    server.send(call(1, 'wait'));
    await server.event('started wait');
    server.child.kill(signal);
    expect(await server.exit()).toEqual([0, null]);
    expect(server.events).toContain('aborted wait: AbortError: The server is shutting down.');
    expect(server.messages.at(-1)).toMatchObject({
      id: 1,
      result: { isError: true, content: [{ text: 'cancelled: The server is shutting down.' }] },
    });
  });
});

describe('a client that stops reading', () => {
  it('ends the process quietly and cancels what runs', async () => {
    const server = await startLegacy();
    server.send(call(1, 'wait'));
    await server.event('started wait');
    server.child.stdout.destroy();
    server.send({ jsonrpc: '2.0', id: 2, method: 'tools/list' });
    expect(await server.exit()).toEqual([0, null]);
    expect(server.events).toEqual(['started wait', 'aborted wait: AbortError: The server is shutting down.']);
  });
});

describe('the program', () => {
  it('loads nothing of HTTP', () => {
    expect(bundle().inputs).toContain('src/transport/stdio.ts');
    expect(bundle().inputs.filter((path) => /transport\/http|hono|undici/.test(path))).toEqual([]);
  });
});
