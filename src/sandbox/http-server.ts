import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Reply } from './kernel.js';
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
}): Promise<HttpServer> {
  const { router, host, port } = options;
  if (!isLoopbackHost(host)) {
    throw new Error(`the sandbox listens on loopback only, not on ${host}: use 127.0.0.1, ::1 or localhost`);
  }
  const stop = new AbortController();
  // One listener per open request, as many as there are.
  setMaxListeners(0, stop.signal);
  const server = createServer((request, response) => void serve(router, request, response, stop.signal));
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
  };
  return router.answer(raw);
}

async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > limit) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > limit) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

async function writeReply(
  reply: Reply,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
) {
  response.setHeader('server', 'aegis-sandbox');
  if (reply.status === 413) response.setHeader('connection', 'close');
  const withBody = request.method !== 'HEAD';
  if ('sse' in reply) return writeEvents(reply.sse, response, signal, withBody);
  const [type, body] = bodyOf(reply);
  response.writeHead(reply.status, {
    ...(type === undefined ? {} : { 'content-type': type }),
    ...(reply.status === 204 ? {} : { 'content-length': body.length }),
    ...('headers' in reply ? reply.headers : {}),
  });
  response.end(withBody ? body : undefined);
}

function bodyOf(reply: Exclude<Reply, { sse: unknown }>): [string | undefined, Uint8Array] {
  if ('json' in reply) return ['application/json', Buffer.from(JSON.stringify(reply.json) ?? 'null')];
  if ('text' in reply) return ['text/plain; charset=utf-8', Buffer.from(reply.text)];
  if ('bytes' in reply) return [reply.type, reply.bytes];
  return [undefined, new Uint8Array()];
}
