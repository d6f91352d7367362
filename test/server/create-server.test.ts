import { describe, expect, it } from 'vitest';
import { askModern, connect } from './_connect.js';

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
