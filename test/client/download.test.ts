import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpClient } from '../../src/client/client.js';
import type { HttpClientOptions } from '../../src/client/options.js';
import type { HttpClient, WireRequest } from '../../src/client/types.js';
import { tokensOf } from './_mock.js';
import { closeOf, serve } from './_server.js';

const never = new AbortController().signal;
const MIB = 1024 * 1024;
const request: WireRequest = { method: 'GET', path: '/v1/volumes/1/files/download', query: [['path', 'a']] };
let current: HttpClient | undefined;
afterEach(() => current?.close());

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

async function start(listener: Listener, settings: Partial<HttpClientOptions> = {}): Promise<HttpClient> {
  current = createHttpClient({ baseUrl: await serve(listener), sleep: async () => undefined, ...settings });
  return current;
}

async function count(body: AsyncIterable<Uint8Array>, seen = { size: 0 }): Promise<number> {
  for await (const piece of body) seen.size += piece.byteLength;
  return seen.size;
}

/** Answers with so many MiB and tells how many the connection has taken; `pause` goes before each, in ms. */
function sending(mebibytes: number, pause = 0): { listener: Listener; sent: () => number } {
  const piece = Buffer.alloc(MIB, 'x');
  let sent = 0;
  const listener: Listener = async (_request, response) => {
    response.setMaxListeners(0);
    response.writeHead(200, { 'content-length': mebibytes * MIB, 'content-type': 'application/zip' });
    for (let index = 0; index < mebibytes && !response.destroyed; index += 1) {
      if (pause > 0) await delay(pause);
      sent += 1;
      if (!response.write(piece))
        await new Promise<void>((resolve) => response.once('drain', resolve).once('close', resolve));
    }
    response.end();
  };
  return { listener, sent: () => sent };
}

describe('an opened answer', () => {
  it('has status, headers and a body of any length beyond the bound of send', async () => {
    const client = await start(sending(3).listener, { maxBytes: 1000 });
    const { status, headers, body } = await client.open(request, { signal: never });
    expect([status, headers['content-type'], headers['content-length']]).toEqual([
      200,
      'application/zip',
      String(3 * MIB),
    ]);
    expect(await count(body)).toBe(3 * MIB);
  });

  it('of 256 MiB takes constant memory', async () => {
    const client = await start(sending(256).listener);
    const held = () => process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
    const before = held();
    let most = 0;
    let size = 0;
    const { body } = await client.open(request, { signal: never });
    for await (const piece of body) {
      size += piece.byteLength;
      if (size % (8 * MIB) < piece.byteLength) most = Math.max(most, held() - before);
    }
    expect(size).toBe(256 * MIB);
    expect(most).toBeLessThan(96 * MIB);
  });

  it('is read no faster than it is taken', async () => {
    const { listener, sent } = sending(64);
    const client = await start(listener);
    const { body } = await client.open(request, { signal: never });
    const reader = body[Symbol.asyncIterator]();
    await reader.next();
    await delay(200);
    expect(sent()).toBeLessThan(32);
    await reader.return?.();
  });

  it('may take longer than the time for a request while bytes arrive', async () => {
    const client = await start(sending(5, 60).listener, { timeouts: { totalMs: 200 } });
    const { body } = await client.open(request, { signal: never });
    expect(await count(body)).toBe(5 * MIB);
  });

  it('closes the connection when the reader leaves', async () => {
    const { listener } = sending(64);
    let closed = Promise.resolve();
    const client = await start((incoming, response) => {
      closed = closeOf(incoming);
      listener(incoming, response);
    });
    const { body } = await client.open(request, { signal: never });
    for await (const _piece of body) break;
    await closed;
  });

  it('comes with a renewed token, after a busy server, and errors are decoded as by send', async () => {
    const answers = [401, 503, 404];
    const client = await start(
      (_incoming, response) => response.writeHead(answers.shift() ?? 500, { 'content-length': '0' }).end(),
      { tokens: tokensOf('old', 'new') },
    );
    await expect(client.open(request, { signal: never })).rejects.toMatchObject({ code: 'no_such_route' });
    expect(answers).toEqual([]);
  });
});

describe('an opened answer that does not come to its end', () => {
  const begun = { 'content-length': 4 * MIB };

  it.each<[string, Record<string, number>]>([
    ['shorter than announced', begun],
    ['chunked without its end', {}],
  ])('%s throws connection_lost after what had arrived', async (_title, headers) => {
    const client = await start((incoming, response) => {
      response.writeHead(200, headers);
      response.write(Buffer.alloc(1000));
      setTimeout(() => incoming.socket.destroy(), 50);
    });
    const { body } = await client.open(request, { signal: never });
    const seen = { size: 0 };
    await expect(count(body, seen)).rejects.toMatchObject({
      code: 'connection_lost',
      message: expect.stringMatching(/broke in the middle of the answer\.$/),
    });
    expect(seen.size).toBe(1000);
  });

  it('by silence throws timeout', async () => {
    const client = await start(
      (_incoming, response) => {
        response.writeHead(200, begun);
        response.write('x');
      },
      { timeouts: { bodyIdleMs: 200 } },
    );
    const { body } = await client.open(request, { signal: never });
    await expect(count(body)).rejects.toMatchObject({ code: 'timeout', message: 'The server fell silent.' });
  });

  it('by the caller throws cancelled and closes the connection', async () => {
    const controller = new AbortController();
    let closed = Promise.resolve();
    const { listener } = sending(64, 5);
    const client = await start((incoming, response) => {
      closed = closeOf(incoming);
      listener(incoming, response);
    });
    const { body } = await client.open(request, { signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    await expect(count(body)).rejects.toMatchObject({ code: 'cancelled' });
    await closed;
  });

  it('by not beginning throws timeout, or cancelled', async () => {
    const client = await start(() => undefined, { timeouts: { totalMs: 150 } });
    await expect(client.open(request, { signal: never })).rejects.toMatchObject({ code: 'timeout' });
    await expect(client.open(request, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});
