import { afterEach, describe, expect, it } from 'vitest';
import {
  CLIENT_CANCEL,
  call,
  closeAll,
  INITIALIZE,
  openSession,
  post,
  readMessages,
  start,
} from './_http.js';

afterEach(closeAll);

describe('a 2025-11-25 session', () => {
  it('begins with initialize, lists and calls', async () => {
    const { url } = await start();
    const opened = await post(url, INITIALIZE);
    expect(opened.headers.get('mcp-session-id')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-/);
    expect(await readMessages(opened)).toMatchObject([{ id: 0, result: { protocolVersion: '2025-11-25' } }]);
    const session = await openSession(url);
    const list = await post(url, { jsonrpc: '2.0', id: 1, method: 'tools/list' }, session);
    expect(await readMessages(list)).toMatchObject([
      { result: { tools: [{ name: 'echo' }, {}, {}, {}, {}, {}, {}, {}] } },
    ]);
    const echo = await post(url, call(2, 'echo', { arguments: { a: 1 } }), session);
    expect(await readMessages(echo)).toMatchObject([{ id: 2, result: { structuredContent: { a: 1 } } }]);
  });

  it('streams progress before the result', async () => {
    const { url } = await start();
    const answer = await post(url, call(1, 'count', { _meta: { progressToken: 9 } }), await openSession(url));
    expect(await readMessages(answer)).toMatchObject([
      { method: 'notifications/progress', params: { progressToken: 9, progress: 1 } },
      { params: { progress: 2 } },
      { params: { progress: 3 } },
      { id: 1, result: { structuredContent: { counted: 3 } } },
    ]);
  });

  it('cancels a call by notification, which ends its stream without an answer', async () => {
    const { url, event } = await start();
    const session = await openSession(url);
    const answer = post(url, call(7, 'wait'), session);
    await event('started wait');
    const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 7 } };
    expect((await post(url, cancel, session)).status).toBe(202);
    await event(CLIENT_CANCEL);
    expect(await readMessages(await answer)).toEqual([]);
  });

  it('keeps a call running when its client disconnects', async () => {
    const { url, event, events } = await start();
    const session = await openSession(url);
    const stop = new AbortController();
    const answer = await post(url, call(7, 'wait'), session, stop.signal);
    await event('started wait');
    stop.abort();
    await expect(answer.text()).rejects.toThrow();
    await (await post(url, call(8, 'sleep', { arguments: { ms: 50 } }), session)).text();
    expect(events).toEqual(['started wait', 'ended sleep']);
  });

  it('has one GET stream, which can be opened anew as soon as it is left', async () => {
    const { url } = await start();
    const headers = { ...(await openSession(url)), accept: 'text/event-stream' };
    const stop = new AbortController();
    const stream = await fetch(url, { headers, signal: stop.signal });
    expect(stream.status).toBe(200);
    expect(stream.headers.get('content-type')).toBe('text/event-stream');
    expect((await fetch(url, { headers })).status).toBe(409);
    stop.abort();
    await expect.poll(async () => (await fetch(url, { headers })).status).toBe(200);
  });

  it('ends with DELETE, which cancels its calls', async () => {
    const { url, event } = await start();
    const session = await openSession(url);
    const answer = await post(url, call(7, 'wait'), session);
    await event('started wait');
    expect((await fetch(url, { method: 'DELETE', headers: session })).status).toBe(200);
    await event(CLIENT_CANCEL);
    expect(await readMessages(answer)).toEqual([]);
    expect((await post(url, call(8, 'echo'), session)).status).toBe(404);
  });

  it('refuses an unknown id with 404 and says how to go on', async () => {
    const { url } = await start();
    const answer = await post(url, call(1, 'echo'), { 'mcp-session-id': 'no-such' });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({
      jsonrpc: '2.0',
      error: { code: -32001, message: expect.stringContaining('Send initialize') },
      id: null,
    });
  });

  it.each(['GET', 'DELETE'])('is needed for %s', async (method) => {
    const { url } = await start();
    const answer = await fetch(url, { method, headers: { accept: 'text/event-stream' } });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      error: { message: expect.stringContaining('Mcp-Session-Id') },
    });
  });

  it('ends when it is not used for the idle time', async () => {
    const { url } = await start({ sessionIdleMs: 40 });
    const session = await openSession(url);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect((await post(url, call(1, 'echo'), session)).status).toBe(404);
  });

  it('that has ended so cancels the call that its client left behind', async () => {
    const { url, event } = await start({ sessionIdleMs: 40 });
    const stop = new AbortController();
    await post(url, call(1, 'wait'), await openSession(url), stop.signal);
    await event('started wait');
    stop.abort();
    await event(CLIENT_CANCEL);
  });

  it('counts idle time from the end of the last request', async () => {
    const { url } = await start({ sessionIdleMs: 300 });
    const session = await openSession(url);
    const answer = await post(url, call(1, 'sleep', { arguments: { ms: 400 } }), session);
    expect(await readMessages(answer)).toMatchObject([{ result: { structuredContent: { slept: 400 } } }]);
    expect((await post(url, call(2, 'echo'), session)).status).toBe(200);
  });

  it('that is idle longest gives way when there are too many', async () => {
    const { url } = await start({ maxSessions: 2 });
    const [first, second] = [await openSession(url), await openSession(url)];
    await (await post(url, call(1, 'echo'), first)).text();
    const third = await openSession(url);
    const statuses = await Promise.all(
      [first, second, third].map(async (session) => (await post(url, call(2, 'echo'), session)).status),
    );
    expect(statuses).toEqual([200, 404, 200]);
  });

  it('is refused when all others are in use', async () => {
    const { url, event } = await start({ maxSessions: 1 });
    await post(url, call(1, 'wait'), await openSession(url));
    await event('started wait');
    const answer = await post(url, INITIALIZE);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('10');
  });

  it('is not disturbed by another session that uses the same request ids', async () => {
    const { url, event, events } = await start();
    const [first, second] = [await openSession(url), await openSession(url)];
    const answers = [await post(url, call(7, 'wait'), first), await post(url, call(7, 'wait'), second)];
    const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 7 } };
    await post(url, cancel, first);
    await event(CLIENT_CANCEL);
    expect(await readMessages(answers[0] ?? Response.error())).toEqual([]);
    expect(events.filter((text) => text === CLIENT_CANCEL)).toHaveLength(1);
  });
});
