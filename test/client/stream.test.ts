import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpClient } from '../../src/client/client.js';
import type { HttpClientOptions } from '../../src/client/options.js';
import type { HttpClient, SseEvent, WireRequest } from '../../src/client/types.js';
import { tokensOf } from './_mock.js';
import { closeOf, serve } from './_server.js';

const never = new AbortController().signal;
const request: WireRequest = { method: 'GET', path: '/v1/executions/1/events', query: [['follow', 'true']] };
const events = { 'content-type': 'text/event-stream; charset=utf-8' };
let current: HttpClient | undefined;

async function start(
  listener: (request: IncomingMessage, response: ServerResponse) => void,
  settings: Partial<HttpClientOptions> = {},
): Promise<{ client: HttpClient; baseUrl: string }> {
  const baseUrl = await serve(listener);
  current = createHttpClient({ baseUrl, sleep: async () => undefined, ...settings });
  return { client: current, baseUrl };
}

afterEach(() => current?.close());

/** Reads a stream to its end; what it delivered before it threw is in `seen`. */
async function collect(stream: AsyncIterable<SseEvent>, seen: string[] = []): Promise<string[]> {
  for await (const event of stream) seen.push(event.data);
  return seen;
}

describe('stream', () => {
  it('yields events until the server closes', async () => {
    const headers: unknown[] = [];
    const { client } = await start(
      (incoming, response) => {
        headers.push([incoming.url, incoming.headers.accept, incoming.headers.authorization]);
        response.writeHead(200, events);
        response.write('data: a\n\n:\n\nda');
        setTimeout(() => response.end('ta: b\n\ndata: cut'), 20);
      },
      { tokens: tokensOf('secret-1') },
    );
    expect(await collect(client.stream(request, { signal: never }))).toEqual(['a', 'b']);
    expect(headers).toEqual([
      ['/v1/executions/1/events?follow=true', 'text/event-stream', 'Bearer secret-1'],
    ]);
  });

  it('throws connection_lost when it is cut, after what had arrived', async () => {
    const { client, baseUrl } = await start((incoming, response) => {
      response.writeHead(200, events);
      response.write('data: a\n\ndata: b\n\nda');
      setTimeout(() => incoming.socket.destroy(), 50);
    });
    const seen: string[] = [];
    await expect(collect(client.stream(request, { signal: never }), seen)).rejects.toMatchObject({
      code: 'connection_lost',
      mayHaveRun: false,
      message: `The connection to ${baseUrl} broke in the middle of the answer.`,
    });
    expect(seen).toEqual(['a', 'b']);
  });

  it('ends without an error and closes the connection when the signal aborts', async () => {
    const controller = new AbortController();
    let closed = Promise.resolve();
    const { client } = await start((incoming, response) => {
      closed = closeOf(incoming);
      response.writeHead(200, events);
      response.write('data: a\n\n');
      setTimeout(() => controller.abort(), 50);
    });
    expect(await collect(client.stream(request, { signal: controller.signal }))).toEqual(['a']);
    await closed;
  });

  it('ends at once when the signal aborted before', async () => {
    const { client } = await start((_incoming, response) => response.end());
    expect(await collect(client.stream(request, { signal: AbortSignal.abort() }))).toEqual([]);
  });

  it('closes the connection when the reader leaves', async () => {
    let closed = Promise.resolve();
    const { client } = await start((incoming, response) => {
      closed = closeOf(incoming);
      response.writeHead(200, events);
      response.write('data: a\n\ndata: b\n\n');
    });
    for await (const event of client.stream(request, { signal: never })) {
      expect(event.data).toBe('a');
      break;
    }
    await closed;
  });

  it('throws timeout when neither events nor comments arrive', async () => {
    const { client } = await start(
      (_incoming, response) => {
        response.writeHead(200, events);
        response.write('data: a\n\n');
      },
      { timeouts: { streamIdleMs: 200 } },
    );
    const seen: string[] = [];
    await expect(collect(client.stream(request, { signal: never }), seen)).rejects.toMatchObject({
      code: 'timeout',
      mayHaveRun: false,
      message: 'The server fell silent.',
    });
    expect(seen).toEqual(['a']);
  });

  it('outlives the total time of a call while comments arrive', async () => {
    const { client } = await start(
      (_incoming, response) => {
        response.writeHead(200, events);
        const beat = setInterval(() => response.write(':\n\n'), 50);
        setTimeout(() => {
          clearInterval(beat);
          response.end('data: late\n\n');
        }, 600);
      },
      { timeouts: { totalMs: 200, streamIdleMs: 400 } },
    );
    expect(await collect(client.stream(request, { signal: never }))).toEqual(['late']);
  });

  it('throws timeout when the stream does not open', async () => {
    const { client } = await start(() => undefined, { timeouts: { totalMs: 150 } });
    await expect(collect(client.stream(request, { signal: never }))).rejects.toMatchObject({
      code: 'timeout',
    });
  });

  it('throws bad_response when the answer is not an event stream, and closes it', async () => {
    let closed = Promise.resolve();
    const { client } = await start((incoming, response) => {
      closed = closeOf(incoming);
      response.writeHead(200, { 'content-type': 'text/html' });
      response.write('<html>');
    });
    await expect(collect(client.stream(request, { signal: never }))).rejects.toMatchObject({
      code: 'bad_response',
      message: 'The server answered with text/html instead of events.',
    });
    await closed;
  });

  it('renews the token, repeats a busy server, and decodes errors as send does', async () => {
    const answers = [401, 503, 404];
    const { client } = await start(
      (_incoming, response) => response.writeHead(answers.shift() ?? 500, { 'content-length': '0' }).end(),
      { tokens: tokensOf('old', 'new') },
    );
    await expect(collect(client.stream(request, { signal: never }))).rejects.toMatchObject({
      code: 'no_such_route',
    });
    expect(answers).toEqual([]);
  });

  it('refuses an unusable path', async () => {
    const { client } = await start((_incoming, response) => response.end());
    const stream = client.stream({ method: 'GET', path: '/a/../b' }, { signal: never });
    await expect(collect(stream)).rejects.toMatchObject({ code: 'invalid_arguments' });
  });

  it('refuses an event over 1 MiB and closes the connection', async () => {
    let closed = Promise.resolve();
    const { client } = await start((incoming, response) => {
      closed = closeOf(incoming);
      response.writeHead(200, events);
      response.write(`data: ${'x'.repeat(2 * 1024 * 1024)}`);
    });
    await expect(collect(client.stream(request, { signal: never }))).rejects.toMatchObject({
      code: 'bad_response',
    });
    await closed;
  });
});
