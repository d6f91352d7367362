import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpClient } from '../../src/client/client.js';
import type { HttpClientOptions } from '../../src/client/options.js';
import type { HttpClient, Method } from '../../src/client/types.js';
import { closeOf, serve } from './_server.js';

const never = new AbortController().signal;
let current: HttpClient | undefined;

/** A client of a server that answers every request by `listener`; resolves with the client and a counter. */
async function start(
  listener: (request: IncomingMessage, response: ServerResponse) => void,
  settings: Partial<HttpClientOptions> = {},
): Promise<{ client: HttpClient; seen: string[]; baseUrl: string }> {
  const seen: string[] = [];
  const baseUrl = await serve((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    listener(request, response);
  });
  current = createHttpClient({ baseUrl, sleep: async () => undefined, ...settings });
  return { client: current, seen, baseUrl };
}

afterEach(() => current?.close());

describe('a connection that breaks', () => {
  it.each<[Method, number, boolean]>([
    ['GET', 3, false],
    ['POST', 1, true],
    ['PUT', 1, true],
    ['PATCH', 1, true],
    ['DELETE', 1, true],
  ])('before the answer: %s is sent %i times and may have run: %s', async (method, times, mayHaveRun) => {
    const { client, seen, baseUrl } = await start((request) => request.socket.destroy());
    await expect(client.send({ method, path: '/v1/x' }, { signal: never })).rejects.toMatchObject({
      code: 'connection_lost',
      mayHaveRun,
      message: `The connection to ${baseUrl} broke before the answer.`,
      details: { phase: 'sent' },
    });
    expect(seen).toEqual(Array(times).fill(`${method} /v1/x`));
  });

  it.each<[string, Record<string, string>]>([
    ['a body shorter than its Content-Length', { 'content-length': '100' }],
    ['a chunked body without its end', {}],
  ])('in the middle of %s is never repaired by sending again', async (_title, headers) => {
    const cut = (request: IncomingMessage, response: ServerResponse) => {
      response.writeHead(200, headers);
      response.write('{"agents":[');
      setTimeout(() => request.socket.destroy(), 20);
    };
    const { client, seen, baseUrl } = await start(cut);
    const error = {
      code: 'connection_lost',
      message: `The connection to ${baseUrl} broke in the middle of the answer.`,
    };
    await expect(client.send({ method: 'GET', path: '/a' }, { signal: never })).rejects.toMatchObject({
      ...error,
      mayHaveRun: false,
    });
    await expect(client.send({ method: 'POST', path: '/b' }, { signal: never })).rejects.toMatchObject({
      ...error,
      mayHaveRun: true,
    });
    expect(seen).toEqual(['GET /a', 'POST /b']);
  });

  it('inside an error body still tells the status and what arrived', async () => {
    const { client } = await start((request, response) => {
      response.writeHead(500, { 'content-length': '100' });
      response.write('out of disk');
      setTimeout(() => request.socket.destroy(), 20);
    });
    await expect(client.send({ method: 'GET', path: '/a' }, { signal: never })).rejects.toMatchObject({
      code: 'server_error',
      message: 'The server failed: out of disk.',
    });
  });
});

describe('an error that is not of the connection', () => {
  it('passes as a defect, not as an unreachable server', async () => {
    const token = async () => {
      throw new TypeError('x is not a function');
    };
    const { client, seen } = await start(() => undefined, { tokens: { token, renew: token } });
    await expect(client.send({ method: 'POST', path: '/v1/x' }, { signal: never })).rejects.toMatchObject({
      code: 'internal',
      mayHaveRun: false,
      message: 'x is not a function',
    });
    expect(seen).toEqual([]);
  });
});

describe('a server that does not answer', () => {
  const silent = () => undefined;

  it.each<[Method, boolean]>([
    ['GET', false],
    ['POST', true],
  ])('ends a %s by the total time; it may have run: %s', async (method, mayHaveRun) => {
    const { client, seen } = await start(silent, { timeouts: { totalMs: 1500 } });
    await expect(client.send({ method, path: '/v1/x' }, { signal: never })).rejects.toMatchObject({
      code: 'timeout',
      mayHaveRun,
      message: 'No complete answer within 1.5 s.',
    });
    expect(seen).toHaveLength(1);
  });

  it('ends a call by its own time', async () => {
    const { client } = await start(silent);
    const sending = client.send({ method: 'GET', path: '/v1/x' }, { signal: never, timeoutMs: 100 });
    await expect(sending).rejects.toMatchObject({
      code: 'timeout',
      message: 'No complete answer within 0.1 s.',
    });
  });

  it('gives a request the time that it needs at least', async () => {
    const { client } = await start(
      (_request, response) => {
        setTimeout(() => response.end('{}'), 300);
      },
      { timeouts: { totalMs: 100 } },
    );
    const slow = { method: 'POST', path: '/v1/x', leastMs: 5_000 } as const;
    expect(await client.send(slow, { signal: never })).toMatchObject({ status: 200 });
    const sending = client.send({ ...slow, leastMs: 50 }, { signal: never });
    await expect(sending).rejects.toMatchObject({ message: 'No complete answer within 0.1 s.' });
  });

  it.each([
    ['no status line', { headersMs: 200 }, silent],
    [
      'a silent body',
      { bodyIdleMs: 200 },
      (_request: IncomingMessage, response: ServerResponse) => {
        response.writeHead(200);
        response.write('{');
      },
    ],
  ])('ends a call by its phase: %s', async (_title, timeouts, listener) => {
    const { client } = await start(listener, { timeouts });
    await expect(client.send({ method: 'POST', path: '/v1/x' }, { signal: never })).rejects.toMatchObject({
      code: 'timeout',
      mayHaveRun: true,
      message: 'The server fell silent.',
    });
  });

  it('does not count the time to obtain a token as a request that may have run', async () => {
    const token = (signal: AbortSignal) =>
      new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const tokens = { token, renew: async () => undefined };
    const { client, seen } = await start(silent, { tokens, timeouts: { totalMs: 100 } });
    await expect(client.send({ method: 'POST', path: '/v1/x' }, { signal: never })).rejects.toMatchObject({
      code: 'timeout',
      mayHaveRun: false,
    });
    expect(seen).toEqual([]);
  });
});

describe('cancellation', () => {
  it.each<[Method, boolean]>([
    ['GET', false],
    ['POST', true],
  ])('of a %s that was sent closes the connection; it may have run: %s', async (method, mayHaveRun) => {
    const controller = new AbortController();
    let closed = Promise.resolve();
    const { client } = await start((request) => {
      closed = closeOf(request);
      controller.abort();
    });
    const sending = client.send({ method, path: '/v1/x' }, { signal: controller.signal });
    await expect(sending).rejects.toMatchObject({ code: 'cancelled', mayHaveRun });
    await closed;
  });

  it('before sending sends nothing', async () => {
    const { client, seen } = await start((_request, response) => response.end('{}'));
    const sending = client.send({ method: 'POST', path: '/v1/x' }, { signal: AbortSignal.abort() });
    await expect(sending).rejects.toMatchObject({ code: 'cancelled', mayHaveRun: false });
    await turn();
    expect(seen).toEqual([]);
  });

  it('in the middle of a body closes the connection', async () => {
    const controller = new AbortController();
    let closed = Promise.resolve();
    const { client } = await start((request, response) => {
      closed = closeOf(request);
      response.writeHead(200);
      response.write('{');
      setTimeout(() => controller.abort(), 50);
    });
    const sending = client.send({ method: 'GET', path: '/v1/x' }, { signal: controller.signal });
    await expect(sending).rejects.toMatchObject({ code: 'cancelled' });
    await closed;
  });
});

describe('close', () => {
  it('ends what runs', async () => {
    const { client } = await start(() => {
      client.close();
    });
    await expect(client.send({ method: 'POST', path: '/v1/x' }, { signal: never })).rejects.toMatchObject({
      code: 'cancelled',
      mayHaveRun: true,
      message: 'The connection to AEGIS was closed by this program.',
    });
  });
});

describe('a body over the bound', () => {
  it('is refused after the bound; the rest of 50 MB is neither sent nor kept', async () => {
    let sent = 0;
    let closed = Promise.resolve();
    const chunk = Buffer.alloc(64 * 1024);
    const { client } = await start(
      async (request, response) => {
        closed = closeOf(request);
        response.writeHead(200, { 'content-length': String(50 * 1024 * 1024) });
        while (sent < 50 * 1024 * 1024 && !response.destroyed) {
          sent += chunk.length;
          if (!response.write(chunk)) await Promise.race([once(response, 'drain'), closed]);
        }
      },
      { maxBytes: 1024 * 1024 },
    );
    await expect(client.send({ method: 'POST', path: '/v1/x' }, { signal: never })).rejects.toMatchObject({
      code: 'too_large',
      mayHaveRun: true,
      message: 'The answer is larger than 1048576 bytes; it was not read further.',
    });
    await closed;
    expect(sent).toBeLessThan(25 * 1024 * 1024);
  });

  it('is accepted at the bound exactly', async () => {
    const { client } = await start((_request, response) => response.end(Buffer.alloc(1000)), {
      maxBytes: 1000,
    });
    const response = await client.send({ method: 'GET', path: '/v1/x' }, { signal: never });
    expect(response.bytes.length).toBe(1000);
  });

  it('is cut off, not refused, when it is the body of an error', async () => {
    const { client } = await start((_request, response) => {
      response.writeHead(400, { 'content-type': 'text/plain' }).end('x'.repeat(1_000_000));
    });
    await expect(client.send({ method: 'POST', path: '/v1/x' }, { signal: never })).rejects.toMatchObject({
      code: 'refused',
      message: `The server refused the request: ${'x'.repeat(2_000)} [63536 more characters].`,
    });
  });
});
