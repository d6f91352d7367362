import { afterEach, describe, expect, it } from 'vitest';
import { CLIENT_CANCEL, call, closeAll, post, postModern, readMessages, start } from './_http.js';

afterEach(closeAll);

describe('2026-07-28', () => {
  it('discovers, lists and calls, each request by itself', async () => {
    const { url } = await start();
    expect(await readMessages(await postModern(url, 'server/discover'))).toMatchObject([
      {
        id: 1,
        result: { resultType: 'complete', supportedVersions: ['2026-07-28'], capabilities: { tools: {} } },
      },
    ]);
    expect(await readMessages(await postModern(url, 'tools/list'))).toMatchObject([
      {
        result: {
          ttlMs: 300_000,
          cacheScope: 'private',
          tools: [{ name: 'echo' }, {}, {}, {}, {}, {}, {}, {}],
        },
      },
    ]);
    const answer = await postModern(url, 'tools/call', { name: 'echo', arguments: { a: 1 } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('mcp-session-id')).toBeNull();
    expect(await readMessages(answer)).toMatchObject([
      { id: 1, result: { resultType: 'complete', structuredContent: { a: 1 } } },
    ]);
  });

  it('streams progress before the result when a token is given', async () => {
    const { url } = await start();
    const answer = await postModern(url, 'tools/call', { name: 'count', _meta: { progressToken: 't' } });
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    expect(await readMessages(answer)).toMatchObject([
      { method: 'notifications/progress', params: { progressToken: 't', progress: 1, total: 3 } },
      { params: { progress: 2 } },
      { params: { progress: 3 } },
      { id: 1, result: { structuredContent: { counted: 3 } } },
    ]);
  });

  it('cancels the call when its client disconnects', async () => {
    const { url, event } = await start();
    const stop = new AbortController();
    const answer = postModern(url, 'tools/call', { name: 'wait' }, stop.signal);
    await event('started wait');
    stop.abort();
    await expect(answer).rejects.toThrow();
    await event(CLIENT_CANCEL);
  });

  it('cancels the call when its client leaves the stream of its progress', async () => {
    const { url, event } = await start();
    const stop = new AbortController();
    const params = { name: 'wait', _meta: { progressToken: 't' } };
    const answer = await postModern(url, 'tools/call', params, stop.signal);
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    stop.abort();
    await event(CLIENT_CANCEL);
  });

  it('refuses headers that contradict the body', async () => {
    const { url } = await start();
    const answer = await post(
      url,
      call(1, 'echo', {
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      }),
      {
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': 'fail',
      },
    );
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: -32020 } });
  });

  it.each(['GET', 'DELETE'])('has no %s', async (method) => {
    const { url } = await start();
    const headers = { accept: 'text/event-stream', 'mcp-protocol-version': '2026-07-28' };
    const answer = await fetch(url, { method, headers });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('POST');
  });
});

describe('a 2025-era request without a session', () => {
  it('is served by itself', async () => {
    const { url } = await start();
    const answer = await post(url, call(3, 'echo', { arguments: { a: 1 } }));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('mcp-session-id')).toBeNull();
    expect(await readMessages(answer)).toMatchObject([{ id: 3, result: { structuredContent: { a: 1 } } }]);
  });

  it('is served to curl, which accepts anything', async () => {
    const { url } = await start();
    const answer = await post(url, { jsonrpc: '2.0', id: 1, method: 'tools/list' }, { accept: '*/*' });
    expect(await readMessages(answer)).toMatchObject([
      { id: 1, result: { tools: [{ name: 'echo' }, {}, {}, {}, {}, {}, {}, {}] } },
    ]);
  });

  it('is cancelled when its client disconnects', async () => {
    const { url, event } = await start();
    const stop = new AbortController();
    await post(url, call(1, 'wait'), {}, stop.signal);
    await event('started wait');
    stop.abort();
    await event(CLIENT_CANCEL);
  });

  it('may be a batch', async () => {
    const { url } = await start();
    const ping = (id: number) => ({ jsonrpc: '2.0', id, method: 'ping' });
    expect(await readMessages(await post(url, [ping(1), ping(2)]))).toMatchObject([
      { id: 1, result: {} },
      { id: 2, result: {} },
    ]);
  });
});
