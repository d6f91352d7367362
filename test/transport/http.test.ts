import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { call, closeAll, openSession, PING, post, postModern, readMessages, start } from './_http.js';

afterEach(closeAll);

describe('close', () => {
  it('lets calls of both eras finish within the grace', async () => {
    const { url, handle } = await start({ graceMs: 2_000 });
    const session = await openSession(url);
    const answers = [
      post(url, call(1, 'sleep', { arguments: { ms: 150 } }), session),
      post(url, call(1, 'sleep', { arguments: { ms: 150 } })),
      postModern(url, 'tools/call', { name: 'sleep', arguments: { ms: 150 } }),
      post(url, call(2, 'wait'), session),
    ];
    await answers[3];
    const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 2 } };
    await post(url, cancel, session);
    await handle.close();
    for (const answer of answers.slice(0, 3)) {
      expect(await readMessages(await answer)).toMatchObject([
        { result: { structuredContent: { slept: 150 } } },
      ]);
    }
  });

  it('cancels calls after the grace and still answers them', async () => {
    const { url, handle, event } = await start({ graceMs: 50 });
    const session = await openSession(url);
    const answers = [post(url, call(1, 'wait'), session), postModern(url, 'tools/call', { name: 'wait' })];
    await event('started wait');
    await (await post(url, { ...PING, id: 2 }, session)).text();
    await handle.close();
    for (const answer of answers) {
      expect(await readMessages(await answer)).toMatchObject([
        { id: 1, result: { isError: true, content: [{ text: 'cancelled: The server is shutting down.' }] } },
      ]);
    }
  });

  it('does not wait for a stream that carries no call, but ends it properly', async () => {
    const { url, handle } = await start({ graceMs: 60_000 });
    const headers = { ...(await openSession(url)), accept: 'text/event-stream' };
    const stream = await fetch(url, { headers });
    await handle.close();
    expect(await stream.text()).toBe('');
  });

  it('waits for a call whose client has left its session stream', async () => {
    const { url, handle, events } = await start({ graceMs: 2_000 });
    const stop = new AbortController();
    await post(url, call(1, 'sleep', { arguments: { ms: 150 } }), await openSession(url), stop.signal);
    stop.abort();
    await handle.close();
    expect(events).toEqual(['ended sleep']);
  });

  it('refuses further requests on connections that are still open, and new connections', async () => {
    const { url, handle, event } = await start({ graceMs: 300 });
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const body = JSON.stringify(call(1, 'wait'));
    const type = 'content-type: application/json';
    const head = `POST /mcp HTTP/1.1\r\nhost: localhost\r\n${type}\r\ncontent-length: ${body.length}\r\n\r\n`;
    socket.write(head + body);
    await event('started wait');
    const closing = handle.close();
    socket.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n');
    const answers = await text(socket);
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 503']);
    await closing;
    await expect(fetch(url)).rejects.toThrow();
  });

  it('may be asked twice', async () => {
    const { handle } = await start();
    await Promise.all([handle.close(), handle.close()]);
  });
});
