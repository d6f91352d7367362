/** Changes of the list over HTTP, to sessions and to subscriptions. */
import { afterEach, describe, expect, it } from 'vitest';
import { createServerFactory } from '../../src/server/create-server.js';
import { type HttpHandle, serveHttp } from '../../src/transport/http.js';
import { ChangingHost, FakeHost, silentLog } from '../server/_host.js';
import { openSession, postModern, readMessages } from './_http.js';

let handle: HttpHandle;
afterEach(() => handle.close());

async function serve<Host extends FakeHost>(host: Host): Promise<Host> {
  const factory = createServerFactory(host, { name: 'aegis-mcp', version: '9.9.9' }, silentLog);
  const ready = async () => ({ ok: true, detail: '' });
  // With this grace only streams that end by themselves let the server close in time.
  handle = await serveHttp(factory, { host: '127.0.0.1', port: 0, ready, log: silentLog, graceMs: 60_000 });
  return host;
}

const listen = () =>
  postModern(handle.url, 'subscriptions/listen', { notifications: { toolsListChanged: true } });

/** Messages of an event stream, as they come. */
async function* messages(response: Response): AsyncGenerator<Record<string, unknown>> {
  let pending = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    pending += chunk;
    const blocks = pending.split('\n\n');
    pending = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = /^data: (.+)$/m.exec(block)?.[1];
      if (data !== undefined) yield JSON.parse(data);
    }
  }
}

async function next(stream: AsyncGenerator<Record<string, unknown>>): Promise<unknown> {
  return (await stream.next()).value;
}

describe('a subscription of 2026-07-28', () => {
  it('hears of changes, and has them looked for while it is open', async () => {
    const host = await serve(new ChangingHost());
    const stream = messages(await listen());
    expect(await next(stream)).toMatchObject({
      method: 'notifications/subscriptions/acknowledged',
      params: { notifications: { toolsListChanged: true } },
    });
    expect(host.watching).toBe(1);
    host.change('news');
    expect(await next(stream)).toMatchObject({ method: 'notifications/tools/list_changed' });
    await stream.return(undefined);
    await expect.poll(() => host.watching).toBe(0);
  });

  it('ends with its result when the server stops, before the grace of calls', async () => {
    await serve(new ChangingHost());
    const stream = messages(await listen());
    await next(stream);
    await handle.close();
    expect(await next(stream)).toMatchObject({ id: 1, result: { resultType: 'complete' } });
    expect((await stream.next()).done).toBe(true);
  });

  it('of a list that never changes is granted nothing', async () => {
    await serve(new FakeHost());
    const [granted] = await readMessages(await listen());
    expect(granted).toMatchObject({ params: { notifications: {} } });
  });
});

describe('a session of 2025-11-25', () => {
  it('hears of changes on its GET stream until it is ended', async () => {
    const host = await serve(new ChangingHost());
    const headers = await openSession(handle.url);
    expect(host.watching).toBe(1);
    const accept = { ...headers, accept: 'text/event-stream' };
    const stream = messages(await fetch(handle.url, { headers: accept }));
    host.change('news');
    expect(await next(stream)).toEqual({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' });
    await stream.return(undefined);
    await fetch(handle.url, { method: 'DELETE', headers });
    expect(host.watching).toBe(0);
  });
});
