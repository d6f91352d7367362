import { createMcpHandler, InMemoryTransport, type JSONRPCMessage } from '@modelcontextprotocol/server';
import { describe, expect, it } from 'vitest';
import { createServerFactory } from '../../src/server/create-server.js';
import { FakeHost, silentLog } from './_host.js';

const INFO = { name: 'aegis-mcp', version: '9.9.9' };
const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

function makeFactory(onEvent?: (event: string) => void) {
  return createServerFactory(new FakeHost(onEvent), INFO, silentLog);
}

/** A connected 2025-era server and everything it sent, in order. */
async function connect(factory = makeFactory()) {
  const [client, server] = InMemoryTransport.createLinkedPair();
  const sent: JSONRPCMessage[] = [];
  const waiting = new Set<() => void>();
  client.onmessage = (message) => {
    sent.push(message);
    for (const look of waiting) look();
  };
  await client.start();
  await factory().connect(server);
  const answerTo = (id: number): Promise<JSONRPCMessage> =>
    new Promise((resolve) => {
      const look = (): void => {
        const answer = sent.find((message) => 'id' in message && message.id === id);
        if (answer !== undefined) resolve(answer);
      };
      waiting.add(look);
      look();
    });
  const request = async (
    method: string,
    params?: Record<string, unknown>,
    id = 1,
  ): Promise<JSONRPCMessage> => {
    await client.send({ jsonrpc: '2.0', id, method, ...(params !== undefined && { params }) });
    return answerTo(id);
  };
  return { client, sent, request };
}

/** One 2026-07-28 request; resolves with the JSON of its answer. */
async function askModern(method: string, params: Record<string, unknown> = {}): Promise<unknown> {
  const handler = createMcpHandler(makeFactory(), { legacy: 'reject' });
  const name = typeof params['name'] === 'string' ? { 'mcp-name': params['name'] } : {};
  const answer = await handler.fetch(
    new Request('http://localhost/mcp', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': method,
        ...name,
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: ENVELOPE } }),
    }),
  );
  return answer.json();
}

describe('initialize', () => {
  it('answers with instructions and tools as its only capability', async () => {
    const { request } = await connect();
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'c', version: '1' },
    };
    expect(await request('initialize', params)).toEqual({
      jsonrpc: '2.0',
      id: 1,
      result: {
        protocolVersion: '2025-11-25',
        capabilities: { tools: {} },
        serverInfo: { name: 'aegis-mcp', version: '9.9.9' },
        instructions: 'Use echo to hear yourself.',
      },
    });
  });

  it('serves the older revision that a client asks for', async () => {
    const { request } = await connect();
    const params = {
      protocolVersion: '2024-11-05',
      capabilities: {},
      clientInfo: { name: 'c', version: '1' },
    };
    expect(await request('initialize', params)).toMatchObject({ result: { protocolVersion: '2024-11-05' } });
  });
});

describe('other methods', () => {
  it('answers ping with an empty result', async () => {
    const { request } = await connect();
    expect(await request('ping')).toEqual({ jsonrpc: '2.0', id: 1, result: {} });
  });

  it.each(['logging/setLevel', 'prompts/list', 'resources/list', 'completion/complete', 'no/such'])(
    'refuses %s, which is not advertised',
    async (method) => {
      const { request } = await connect();
      expect(await request(method)).toMatchObject({ error: { code: -32601 } });
    },
  );
});

describe('tools/list', () => {
  it('gives every tool on one page as the host lists it', async () => {
    const { request } = await connect();
    const answer = await request('tools/list');
    expect(answer).toMatchObject({
      result: {
        tools: [
          {
            name: 'echo',
            title: 'Tool echo',
            description: 'Does echo.',
            inputSchema: { type: 'object', properties: {} },
            outputSchema: { type: 'object' },
            annotations: { readOnlyHint: true, destructiveHint: false },
          },
          { name: 'fail' },
          { name: 'throw' },
          { name: 'picture' },
          { name: 'archive' },
          { name: 'count' },
          { name: 'sleep' },
          { name: 'wait' },
        ],
      },
    });
    expect(answer).not.toHaveProperty('result.nextCursor');
  });

  it.each(['page-2', '', 5])('refuses the cursor %j, which it never gave out', async (cursor) => {
    const { request } = await connect();
    expect(await request('tools/list', { cursor })).toMatchObject({
      error: { code: -32602, message: expect.stringContaining('one page') },
    });
  });
});

describe('tools/call', () => {
  it('gives text and structured content on success', async () => {
    const { request } = await connect();
    expect(await request('tools/call', { name: 'echo', arguments: { a: 1 } })).toEqual({
      jsonrpc: '2.0',
      id: 1,
      result: { content: [{ type: 'text', text: '{"a":1}' }], structuredContent: { a: 1 } },
    });
  });

  it('takes absent arguments as none', async () => {
    const { request } = await connect();
    expect(await request('tools/call', { name: 'echo' })).toMatchObject({
      result: { structuredContent: {} },
    });
  });

  it('gives only text on failure', async () => {
    const { request } = await connect();
    expect(await request('tools/call', { name: 'fail' })).toEqual({
      jsonrpc: '2.0',
      id: 1,
      result: { content: [{ type: 'text', text: 'not_found: no such agent' }], isError: true },
    });
  });

  it('turns a thrown error into a failed result with code, cause and next step', async () => {
    const { request } = await connect();
    expect(await request('tools/call', { name: 'throw' })).toEqual({
      jsonrpc: '2.0',
      id: 1,
      result: {
        content: [{ type: 'text', text: expect.stringMatching(/^internal: boom\n.*report it/) }],
        isError: true,
      },
    });
  });

  it('shows an image as an image', async () => {
    const { request } = await connect();
    expect(await request('tools/call', { name: 'picture' })).toMatchObject({
      result: { content: [{ type: 'text' }, { type: 'image', data: 'iVBORw0KGgo=', mimeType: 'image/png' }] },
    });
  });

  it('embeds other bytes as a resource', async () => {
    const { request } = await connect();
    const resource = { uri: 'aegis://volume/a.zip', mimeType: 'application/zip', blob: 'UEsDBA==' };
    expect(await request('tools/call', { name: 'archive' })).toMatchObject({
      result: { content: [{ type: 'text' }, { type: 'resource', resource }] },
    });
  });

  it('refuses an unknown tool as invalid params, naming the near miss', async () => {
    const { request } = await connect();
    expect(await request('tools/call', { name: 'ecko' })).toEqual({
      jsonrpc: '2.0',
      id: 1,
      error: { code: -32602, message: 'There is no tool "ecko". Did you mean echo?' },
    });
  });

  it.each([
    ['no name', {}],
    ['a name that is no string', { name: 7 }],
    ['arguments that are a list', { name: 'echo', arguments: [1] }],
    ['arguments that are null', { name: 'echo', arguments: null }],
  ])('refuses %s as invalid params', async (_title, params) => {
    const { request } = await connect();
    expect(await request('tools/call', params)).toMatchObject({ error: { code: -32602 } });
  });
});

describe('progress', () => {
  it('is sent in increasing order before the result and never after it', async () => {
    const { request, sent } = await connect();
    await request('tools/call', { name: 'count', _meta: { progressToken: 'tok' } });
    await request('tools/call', { name: 'sleep', arguments: { ms: 20 } }, 2);
    const notification = (progress: number) => ({
      jsonrpc: '2.0',
      method: 'notifications/progress',
      params: { progressToken: 'tok', progress, total: 3, message: `step ${progress}` },
    });
    expect(sent.slice(0, -2)).toEqual([notification(1), notification(2), notification(3)]);
    expect(sent.slice(-2)).toMatchObject([{ id: 1 }, { id: 2 }]);
  });

  it('is not sent to a client that gave no token', async () => {
    const { request, sent } = await connect();
    await request('tools/call', { name: 'count' });
    await request('tools/call', { name: 'sleep', arguments: { ms: 20 } }, 2);
    expect(sent).toMatchObject([{ id: 1 }, { id: 2 }]);
  });
});

describe('cancellation', () => {
  it('fires the signal of the call with an AbortError and leaves the request unanswered', async () => {
    const events: string[] = [];
    const { client, request, sent } = await connect(makeFactory((event) => events.push(event)));
    await client.send({ jsonrpc: '2.0', id: 5, method: 'tools/call', params: { name: 'wait' } });
    await request('ping');
    await client.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 5 } });
    await request('ping', {}, 2);
    expect(events).toEqual(['started wait', 'aborted wait: AbortError: The client cancelled the call.']);
    expect(sent).toMatchObject([{ id: 1 }, { id: 2 }]);
  });

  it('of everything at shutdown is answered', async () => {
    const factory = makeFactory();
    const { request } = await connect(factory);
    const answer = request('tools/call', { name: 'wait' });
    await request('ping', {}, 2);
    factory.stop('The server is shutting down.');
    const text = 'cancelled: The server is shutting down.';
    expect(await answer).toMatchObject({ result: { isError: true, content: [{ type: 'text', text }] } });
  });

  it('meets calls that come after the shutdown began', async () => {
    const factory = makeFactory();
    const { request } = await connect(factory);
    factory.stop('The server is shutting down.');
    expect(await request('tools/call', { name: 'wait' })).toMatchObject({ result: { isError: true } });
  });

  it('of one call does not touch another with the same factory', async () => {
    const events: string[] = [];
    const factory = makeFactory((event) => events.push(event));
    const [first, second] = [await connect(factory), await connect(factory)];
    await first.client.send({ jsonrpc: '2.0', id: 5, method: 'tools/call', params: { name: 'wait' } });
    await second.client.send({ jsonrpc: '2.0', id: 5, method: 'tools/call', params: { name: 'wait' } });
    await first.client.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 5 } });
    await first.request('ping');
    expect(events).toHaveLength(3);
    factory.stop('end');
  });
});

describe('2026-07-28', () => {
  it('answers server/discover', async () => {
    expect(await askModern('server/discover')).toMatchObject({
      result: {
        resultType: 'complete',
        supportedVersions: ['2026-07-28'],
        capabilities: { tools: {} },
        instructions: 'Use echo to hear yourself.',
        _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'aegis-mcp', version: '9.9.9' } },
      },
    });
  });

  it('lists tools with the cache fields that the revision requires', async () => {
    expect(await askModern('tools/list')).toMatchObject({
      result: {
        resultType: 'complete',
        ttlMs: 300_000,
        cacheScope: 'private',
        tools: [{ name: 'echo' }, {}, {}, {}, {}, {}, {}, {}],
      },
    });
  });

  it('marks the result of a call complete', async () => {
    expect(await askModern('tools/call', { name: 'echo', arguments: { a: 1 } })).toMatchObject({
      result: { resultType: 'complete', structuredContent: { a: 1 }, content: [{ text: '{"a":1}' }] },
    });
  });

  it('refuses an unknown tool and a cursor as invalid params', async () => {
    expect(await askModern('tools/call', { name: 'ecko' })).toMatchObject({ error: { code: -32602 } });
    expect(await askModern('tools/list', { cursor: 'x' })).toMatchObject({ error: { code: -32602 } });
  });

  it('has no ping', async () => {
    expect(await askModern('ping')).toMatchObject({ error: { code: -32601 } });
  });
});
