import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { drainBody, readBody, streamBody } from './http-body.js';
import { sendFile } from './http-file.js';
import type { Clock, Reply } from './kernel.js';
import { isLocalRequest, isLoopbackHost } from './loopback.js';
import { text } from './replies.js';
import type { RawRequest, Router } from './router.js';
import { writeEvents } from './sse.js';

/** A listening server. */
export interface HttpServer {
  /** `http://host:port`, without a trailing slash. */
  readonly url: string;
  /** Destroys running streams, ends keep-alive connections and stops listening. */
  close(): Promise<void>;
}

/** Serves a router on a loopback address; any other host is an Error. Port 0 takes a free one. */
export async function startHttpServer(options: {
  readonly router: Router;
  readonly host: string;
  readonly port: number;
  /** Dates the answers; default the system's. */
  readonly clock?: Pick<Clock, 'now'>;
}): Promise<HttpServer> {
  const { router, host, port, clock } = options;
  if (!isLoopbackHost(host)) {
    throw new Error(`the sandbox listens on loopback only, not on ${host}: use 127.0.0.1, ::1 or localhost`);
  }
  const stop = new AbortController();
  // One listener per open request, as many as there are.
  setMaxListeners(0, stop.signal);
  // The real server sets no timeouts: a large upload may take its time.
  const server = createServer({ requestTimeout: 0 }, (request, response) => {
    if (clock !== undefined) response.setHeader('date', clock.now().toUTCString());
    void serve(router, request, response, stop.signal);
  });
  await listen(server, host, port);
  return {
    url: urlOf(server),
    async close() {
      stop.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function urlOf(server: Server): string {
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('the sandbox has no TCP address');
  return `http://${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`;
}

async function serve(router: Router, request: IncomingMessage, response: ServerResponse, stop: AbortSignal) {
  const gone = new AbortController();
  const leave = () => gone.abort();
  response.once('close', leave);
  stop.addEventListener('abort', leave, { once: true });
  try {
    const reply = isLocalRequest(request.headers) ? await answer(router, request, gone.signal) : notLocal();
    await writeReply(reply, request, response, gone.signal);
    drainBody(request);
  } catch {
    response.destroy();
  } finally {
    stop.removeEventListener('abort', leave);
  }
}

/** A browser page of another site must not drive the sandbox (DNS rebinding, cross-site forms). */
function notLocal(): Reply {
  return text(403, 'The sandbox answers local clients only');
}

function answer(router: Router, request: IncomingMessage, signal: AbortSignal): Promise<Reply> {
  const raw: RawRequest = {
    method: request.method ?? 'GET',
    target: request.url ?? '/',
    headers: request.headers,
    signal,
    readBody: (limit) => readBody(request, limit),
    streamBody: () => streamBody(request),
  };
  return router.answer(raw);
}

async function writeReply(
  reply: Reply,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
) {
  response.setHeader('server', 'aegis-sandbox');
  const withBody = request.method !== 'HEAD';
  if ('sse' in reply) return writeEvents(reply.sse, response, signal, withBody);
  if ('file' in reply) return sendFile(reply.file, reply.status, response, withBody);
  const [type, body] = bodyOf(reply);
  response.writeHead(reply.status, {
    ...(type === undefined ? {} : { 'content-type': type }),
    ...(reply.status === 204 ? {} : { 'content-length': body.length }),
    ...('headers' in reply ? reply.headers : {}),
  });
  response.end(withBody ? body : undefined);
}

function bodyOf(
  reply: Exclude<Reply, { sse: unknown } | { file: unknown }>,
): [string | undefined, Uint8Array] {
  if ('json' in reply) return ['application/json', Buffer.from(JSON.stringify(reply.json) ?? 'null')];
  if ('text' in reply) return ['text/plain; charset=utf-8', Buffer.from(reply.text)];
  if ('bytes' in reply) return [reply.type, reply.bytes];
  return [undefined, new Uint8Array()];
}
