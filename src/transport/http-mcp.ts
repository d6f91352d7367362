/** The MCP endpoint: which era a request belongs to, and who serves it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  createMcpHandler,
  isInitializeRequest,
  isLegacyRequest,
  type LegacyHttpHandler,
  legacyStatelessFallback,
  type McpHttpHandler,
  type ServerEventBus,
} from '@modelcontextprotocol/server';
import type { ServerFactory } from '../server/create-server.js';
import { DrainableSet } from '../server/drainable-set.js';
import type { EventLog } from '../server/event-log.js';
import { HttpRefusal } from './http-refusal.js';
import { checkRequest, readJson, toWebRequest, wrongMethod } from './http-request.js';
import { whenClosed, writeResponse } from './http-response.js';
import { HttpSessions, type SessionLimits } from './http-sessions.js';

/**
 * Serves 2026-07-28 requests one by one, 2025-era clients by sessions, and 2025-era requests without a session
 * one by one as well. A client that disconnects cancels its call, except in a session, where only
 * `notifications/cancelled` does (MCP 2025-11-25, "Streamable HTTP, Sending Messages").
 */
export class McpEndpoint {
  readonly #modern: McpHttpHandler;
  /** Serves `subscriptions/listen` alone: these streams carry no call, and end before those that do. */
  readonly #listening: McpHttpHandler;
  readonly #stateless: LegacyHttpHandler;
  readonly #sessions: HttpSessions;
  /** Responses that are not complete. */
  readonly #open = new DrainableSet<ServerResponse>();

  constructor(factory: ServerFactory, limits: SessionLimits, log: EventLog) {
    const onerror = (err: Error): void => log.debug({ err }, 'http protocol error');
    this.#modern = createMcpHandler(factory, { legacy: 'reject', onerror });
    this.#listening = createMcpHandler(factory, { legacy: 'reject', onerror, bus: changesOf(factory) });
    this.#stateless = legacyStatelessFallback(factory, onerror);
    this.#sessions = new HttpSessions(factory, limits, log);
  }

  /**
   * Serves one request. Whether its sender may call at all is decided before this is reached.
   * @throws {HttpRefusal}
   */
  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    checkRequest(request);
    const body = request.method === 'POST' ? await readJson(request) : undefined;
    this.#open.add(response);
    whenClosed(response, () => this.#open.delete(response));
    const answer = await this.#answer(toWebRequest(request, response), body, response);
    await writeResponse(response, answer);
  }

  /** Ends the streams that carry no call; resolves when all responses are complete, or after `timeoutMs`. */
  async drained(timeoutMs: number): Promise<void> {
    this.#sessions.closeIdleStreams();
    await this.#listening.close();
    await this.#open.drained(timeoutMs);
  }

  /** Ends every stream and session; calls under way are cancelled. */
  async close(): Promise<void> {
    await Promise.all([this.#modern.close(), this.#listening.close(), this.#sessions.close()]);
  }

  async #answer(request: Request, body: unknown, response: ServerResponse): Promise<Response> {
    const options = { parsedBody: body };
    if (!(await isLegacyRequest(request, body)))
      return (isListen(body) ? this.#listening : this.#modern).fetch(request, options);
    const session = request.headers.get('mcp-session-id');
    if (session !== null) return this.#sessions.serve(session, request, body, response);
    if (request.method !== 'POST') throw noSession(request);
    return isInitializeRequest(body) ? this.#sessions.open(request, body) : this.#stateless(request, options);
  }
}

function isListen(body: unknown): boolean {
  return (
    typeof body === 'object' && body !== null && 'method' in body && body.method === 'subscriptions/listen'
  );
}

/** A subscription hears of changes from their source, so that they are looked for while it is open. */
function changesOf(factory: ServerFactory): ServerEventBus {
  return {
    subscribe: (listener) => factory.watch(() => listener({ kind: 'tools_list_changed' })),
    publish: () => undefined,
  };
}

function noSession({ headers }: Request): HttpRefusal {
  // 2026-07-28 has no sessions at all: to its clients the method does not exist.
  if ((headers.get('mcp-protocol-version') ?? '') >= '2026-07-28') return wrongMethod(['POST']);
  return new HttpRefusal(
    400,
    'This needs the Mcp-Session-Id of a session. Send initialize with POST to open one, or POST without a session.',
  );
}
