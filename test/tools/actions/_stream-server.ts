/** A real HTTP server whose event streams follow a script, and the client that reads them. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach } from 'vitest';
import { createHttpClient } from '../../../src/client/client.js';
import type { HttpClient, SseEvent } from '../../../src/client/types.js';
import type { ProgressUpdate } from '../../../src/tools/context.js';

export const EXECUTION = '6f1c2f3e-0b52-4d55-9b0f-2f0f5a1f6f11';
export const AGENT = '0f6d6c0a-6c0e-4c3b-9a52-0f3c8d7a9d22';

/** Short times, so that a test of waiting does not wait. */
export const QUICK = { pollMs: 40, settleMs: 200, backoffMs: 5 };

/** What one connection to a stream does: sends these payloads, then ends this way. */
export interface Script {
  readonly send: readonly unknown[];
  readonly end: 'hang' | 'close' | 'cut';
  /** Runs once everything is sent. */
  readonly after?: () => void;
}

export interface Answer {
  readonly status: number;
  readonly json?: unknown;
}

export interface Routes {
  /** One entry a connection; the last one serves all further connections. */
  readonly stream: readonly (Script | Answer)[];
  /** Answers any other GET. */
  readonly read?: (url: URL) => Answer;
}

export interface StreamServer {
  readonly http: HttpClient;
  /** Requests so far, `METHOD path?query`. */
  readonly requests: string[];
  /** Streams whose client has gone away. */
  gone(): number;
  close(): Promise<void>;
}

/** Serves streams at paths that end in `/events` or `/stream`. */
export async function serveStreams(routes: Routes): Promise<StreamServer> {
  const requests: string[] = [];
  let opened = 0;
  let gone = 0;
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://server');
    requests.push(`${request.method} ${url.pathname}${url.search}`);
    if (!/\/(events|stream)$/.test(url.pathname)) {
      answer(response, routes.read?.(url) ?? { status: 404 });
      return;
    }
    const script = routes.stream[Math.min(opened, routes.stream.length - 1)];
    opened += 1;
    response.on('close', () => {
      gone += 1;
    });
    if (script !== undefined && 'send' in script) play(response, script);
    else answer(response, script ?? { status: 404 });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const http = createHttpClient({ baseUrl: `http://127.0.0.1:${port}` });
  await warmUp(http, requests);
  return {
    http,
    requests,
    gone: () => gone,
    async close() {
      await http.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The first request loads the HTTP library, which may take longer than a test waits for silence. */
async function warmUp(http: HttpClient, requests: string[]): Promise<void> {
  const signal = AbortSignal.timeout(5_000);
  await http.send({ method: 'GET', path: '/warm' }, { signal }).catch(() => undefined);
  requests.length = 0;
}

function answer(response: ServerResponse, { status, json }: Answer): void {
  response.writeHead(status, json === undefined ? {} : { 'content-type': 'application/json' });
  response.end(json === undefined ? undefined : JSON.stringify(json));
}

function play(response: ServerResponse, script: Script): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  const text = script.send.map((payload) => `data: ${JSON.stringify(payload)}\n\n`).join('');
  response.write(`:\n\n${text}`, () => {
    script.after?.();
    if (script.end === 'close') response.end();
    if (script.end === 'cut') setTimeout(() => response.destroy(), 10);
  });
}

/** Everything a reader needs but its requests. */
export function collect(): {
  signal: AbortSignal;
  progress: (update: ProgressUpdate) => void;
  updates: ProgressUpdate[];
  cancel: () => void;
} {
  const controller = new AbortController();
  const updates: ProgressUpdate[] = [];
  return {
    signal: controller.signal,
    progress: (update) => updates.push(update),
    updates,
    cancel: () => controller.abort(),
  };
}

/** Opens the stream of a path through the client, as a tool's call does. */
export function opener(
  http: HttpClient,
  path: string,
): (signal: AbortSignal, query?: readonly (readonly [string, string])[]) => AsyncIterable<SseEvent> {
  return (signal, query = []) => http.stream({ method: 'GET', path, query }, { signal });
}

/** Reads the JSON of a path through the client, as a tool does. */
export async function readJson(
  server: StreamServer,
  path: string,
  query: [string, string][] = [],
): Promise<unknown> {
  const signal = AbortSignal.timeout(5_000);
  const { bytes } = await server.http.send({ method: 'GET', path, query }, { signal });
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** Keeps the servers given to it, and closes them after each test of the file that calls this. */
export function closeAfterEach(): (server: StreamServer) => StreamServer {
  const open: StreamServer[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((server) => server.close()));
  });
  return (server) => {
    open.push(server);
    return server;
  };
}
