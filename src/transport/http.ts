/** MCP over Streamable HTTP, for many clients, both eras, on bare node:http. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { ServerFactory } from '../server/create-server.js';
import type { EventLog } from '../server/event-log.js';
import { CANCEL_GRACE_MS, FINISH_GRACE_MS, SHUTTING_DOWN } from './common.js';
import { answerBrokenRequest } from './http-broken.js';
import { createGuard, urlHost } from './http-guards.js';
import { createReadiness, type Readiness, serveHealth } from './http-health.js';
import { checkExposure, type ListenOptions, listen } from './http-listen.js';
import { McpEndpoint } from './http-mcp.js';
import { HttpRefusal, sendRefusal } from './http-refusal.js';

export interface HttpOptions extends ListenOptions {
  /** Further values of `Host` that are served (`name` or `name:port`), besides loopback names and `host`. */
  readonly allowedHosts?: readonly string[];
  /** Web origins that may call (`scheme://host[:port]`), besides those on loopback. */
  readonly allowedOrigins?: readonly string[];
  /** Whether calls can be served; asked by `GET /readyz`. */
  readonly ready: () => Promise<Readiness>;
  readonly log: EventLog;
  /** Sessions of 2025-era clients held at once. Default 1,000. */
  readonly maxSessions?: number;
  /** Time after which an unused session ends, milliseconds. Default 30 minutes. */
  readonly sessionIdleMs?: number;
  /** Time for a request to arrive completely, milliseconds. Default 30 s. */
  readonly requestTimeoutMs?: number;
  /** Time for calls under way to end by themselves at shutdown, milliseconds. Default 5 s. */
  readonly graceMs?: number;
}

export interface HttpHandle {
  /** Address of the MCP endpoint. */
  readonly url: string;
  /** Refuses new requests, lets calls finish within the grace, cancels the rest, ends all connections. */
  close(): Promise<void>;
}

/**
 * Listens and serves `/mcp`, `/healthz` and `/readyz`.
 * @throws {AegisError} `invalid_configuration` when the address cannot be listened on, or may not be
 */
export async function serveHttp(factory: ServerFactory, options: HttpOptions): Promise<HttpHandle> {
  checkExposure(options);
  const limits = { max: options.maxSessions ?? 1_000, idleMs: options.sessionIdleMs ?? 30 * 60_000 };
  const endpoint = new McpEndpoint(factory, limits, options.log);
  const state = { stopping: false };
  const server = createHttpServer(options, createRouter(endpoint, options, state));
  const port = await listen(server, options).catch(async (error) => {
    await endpoint.close();
    throw error;
  });
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    state.stopping = true;
    closed ??= shutDown(server, endpoint, factory, options.graceMs ?? FINISH_GRACE_MS);
    return closed;
  };
  return { url: `http://${urlHost(options.host)}:${port}/mcp`, close };
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

function createHttpServer({ requestTimeoutMs = 30_000, log }: HttpOptions, route: Handler): Server {
  const settings = {
    requestTimeout: requestTimeoutMs,
    headersTimeout: Math.min(10_000, requestTimeoutMs),
    connectionsCheckingInterval: Math.min(5_000, requestTimeoutMs),
    // Longer than the idle time of the usual proxies, which otherwise reuse a connection as it closes.
    keepAliveTimeout: 65_000,
    // The guard answers a missing Host, with a body.
    requireHostHeader: false,
  };
  const server = createServer(settings, (request, response) => void handle(route, request, response, log));
  return server.on('clientError', answerBrokenRequest);
}

async function handle(
  route: Handler,
  request: IncomingMessage,
  response: ServerResponse,
  log: EventLog,
): Promise<void> {
  try {
    await route(request, response);
  } catch (err) {
    if (response.destroyed) return log.debug({ err }, 'client left');
    if (!(err instanceof HttpRefusal)) log.warn({ err }, 'http request failed');
    sendRefusal(response, err instanceof HttpRefusal ? err : internalError());
  }
}

function internalError(): HttpRefusal {
  return new HttpRefusal(500, 'The request failed inside aegis-mcp. See its log for the cause.');
}

function createRouter(endpoint: McpEndpoint, options: HttpOptions, state: { stopping: boolean }): Handler {
  const { host, allowedHosts = [], allowedOrigins = [] } = options;
  const guard = createGuard({ host, allowedHosts, allowedOrigins });
  // Supervisors probe by address: what they see needs no check of Host.
  const probes = new Map<string, Handler>([
    ['/healthz', serveHealth],
    ['/readyz', createReadiness(options.ready)],
  ]);
  return async (request, response) => {
    const path = request.url?.split('?', 1)[0] ?? '';
    if (state.stopping) throw stopping();
    const probe = probes.get(path);
    if (probe !== undefined) return probe(request, response);
    guard(request);
    if (path !== '/mcp') throw new HttpRefusal(404, 'There is nothing here. MCP is served at /mcp.');
    await endpoint.serve(request, response);
  };
}

function stopping(): HttpRefusal {
  return new HttpRefusal(503, `${SHUTTING_DOWN} Retry later.`, {
    headers: { connection: 'close', 'retry-after': '5' },
  });
}

async function shutDown(
  server: Server,
  endpoint: McpEndpoint,
  factory: ServerFactory,
  graceMs: number,
): Promise<void> {
  const ended = new Promise<void>((resolve) => server.close(() => resolve()));
  await Promise.all([factory.drained(graceMs), endpoint.drained(graceMs)]);
  factory.stop(SHUTTING_DOWN);
  await endpoint.drained(CANCEL_GRACE_MS);
  await endpoint.close();
  server.closeAllConnections();
  await ended;
}
