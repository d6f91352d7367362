/** Sessions of 2025-era clients (MCP 2025-11-25, "Streamable HTTP, Session Management"). */
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';
import type { ServerFactory } from '../server/create-server.js';
import type { EventLog } from '../server/event-log.js';
import { cancelledRequest } from './common.js';
import { HttpRefusal, REFUSAL_CODES } from './http-refusal.js';
import { whenClosed } from './http-response.js';

export interface SessionLimits {
  /** Sessions held at once; the one idle longest gives way to a new one. */
  readonly max: number;
  /** Time after which a session without any open request ends, milliseconds. */
  readonly idleMs: number;
}

interface Session {
  readonly transport: WebStandardStreamableHTTPServerTransport;
  /** Requests whose responses are not complete, the GET stream included. */
  open: number;
  /** When the last of them was complete, milliseconds of the monotonic clock. */
  idleSince: number;
}

export class HttpSessions {
  readonly #factory: ServerFactory;
  readonly #limits: SessionLimits;
  readonly #log: EventLog;
  /** In the order of last use. */
  readonly #sessions = new Map<string, Session>();
  readonly #sweeper: NodeJS.Timeout;

  constructor(factory: ServerFactory, limits: SessionLimits, log: EventLog) {
    this.#factory = factory;
    this.#limits = limits;
    this.#log = log;
    this.#sweeper = setInterval(() => this.#endIdle(), Math.min(limits.idleMs, 60_000)).unref();
  }

  /** Serves `initialize` with a new session. @throws {HttpRefusal} 503 when all sessions are in use */
  async open(request: Request, body: unknown): Promise<Response> {
    this.#makeRoom();
    const id = randomUUID();
    const transport = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: () => id });
    transport.onclose = () => this.#sessions.delete(id);
    await this.#factory.lasting('legacy').connect(transport);
    this.#sessions.set(id, { transport, open: 0, idleSince: performance.now() });
    return transport.handleRequest(request, { parsedBody: body });
  }

  /** Serves a request of an existing session. @throws {HttpRefusal} 404 when there is none of this id */
  async serve(id: string, request: Request, body: unknown, sink: ServerResponse): Promise<Response> {
    const session = this.#find(id);
    session.open += 1;
    whenClosed(sink, () => this.#release(id, session));
    const response = await session.transport.handleRequest(request, { parsedBody: body });
    // The SDK answers no cancelled request, so the stream that its answer would have ended is ended here.
    for (const message of Array.isArray(body) ? body : [body]) {
      const cancelled = cancelledRequest(message);
      if (cancelled !== undefined) session.transport.closeSSEStream(cancelled);
    }
    return response;
  }

  /** Ends the streams on which nobody waits for an answer. */
  closeIdleStreams(): void {
    for (const { transport } of this.#sessions.values()) transport.closeStandaloneSSEStream();
  }

  /** Ends all sessions; their calls are cancelled. */
  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    await Promise.all([...this.#sessions.values()].map(({ transport }) => transport.close()));
  }

  #find(id: string): Session {
    const session = this.#sessions.get(id);
    if (session !== undefined && !this.#isOver(session)) return session;
    throw noSuchSession();
  }

  #release(id: string, session: Session): void {
    session.open -= 1;
    session.idleSince = performance.now();
    if (this.#sessions.delete(id)) this.#sessions.set(id, session);
  }

  #isOver(session: Session): boolean {
    return session.open === 0 && performance.now() - session.idleSince >= this.#limits.idleMs;
  }

  #endIdle(): void {
    for (const [id, session] of this.#sessions) {
      if (this.#isOver(session)) this.#end(id, session);
    }
  }

  #makeRoom(): void {
    if (this.#sessions.size < this.#limits.max) return;
    const idle = this.#idlest();
    if (idle === undefined) throw tooManySessions();
    this.#end(...idle);
  }

  #idlest(): [string, Session] | undefined {
    for (const entry of this.#sessions) if (entry[1].open === 0) return entry;
    return undefined;
  }

  #end(id: string, { transport }: Session): void {
    this.#sessions.delete(id);
    this.#log.debug({ session: id }, 'session ended');
    void transport.close();
  }
}

function noSuchSession(): HttpRefusal {
  const message = 'There is no such session, or it has ended. Send initialize to open a new one.';
  return new HttpRefusal(404, message, { code: REFUSAL_CODES.noSession });
}

function tooManySessions(): HttpRefusal {
  return new HttpRefusal(503, 'All sessions are in use. Retry later, or end a session with DELETE.', {
    headers: { 'retry-after': '10' },
  });
}
