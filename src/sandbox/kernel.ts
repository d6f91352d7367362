/**
 * The seams of the sandbox: what a route is, what a handler gets and gives. Every domain of the sandbox
 * registers its routes against these types; the HTTP server, identity and store stand behind them.
 */
import type { IncomingHttpHeaders } from 'node:http';

/** `live`: the routes and shapes the real orchestrator serves. `documented`: those of the published reference. */
export type Dialect = 'live' | 'documented';

/** The realm decides it: consumer realm, operators and service accounts of the system realm, tenant realms. */
export type IdentityKind = 'consumer' | 'operator' | 'service_account' | 'tenant_user';

/** Who is calling, from the verified bearer token. */
export interface Identity {
  readonly kind: IdentityKind;
  readonly subject: string;
  readonly realm: string;
  readonly clientId: string | undefined;
  readonly role: string | undefined;
  readonly tier: string | undefined;
  readonly scopes: ReadonlySet<string>;
  /** Tenant of the token, before any X-Tenant-Id. */
  readonly tenant: string;
}

/** What a handler reads. */
export interface SandboxRequest {
  readonly method: string;
  /** Decoded path parameters by name; a `*name` wildcard holds the rest of the path. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The whole body, at most the route's limit; empty where the route reads `stream`. */
  readonly body: Buffer;
  /** The body as it arrives: only for routes with `stream`. */
  readonly stream?: BodyStream;
  /** The caller; only routes with `auth: 'none'` see undefined. */
  readonly identity: Identity | undefined;
  /** Tenant for handlers that honour X-Tenant-Id (agents, swarms). Others use `identity.tenant`. */
  readonly effectiveTenant: string;
  /** Aborted when the client goes away or the sandbox stops. */
  readonly signal: AbortSignal;
}

/** A request body of any length, readable once. Iteration throws when the client breaks off. */
export interface BodyStream extends AsyncIterable<Uint8Array> {
  /** Declared bytes (Content-Length); undefined for a chunked body. */
  readonly length: number | undefined;
}

/** A body of known length that is read while it is sent, so that it never stands in memory whole. */
export interface FileSource {
  readonly type: string;
  /** Bytes; a source that ends earlier breaks the connection. */
  readonly size: number;
  read(): AsyncIterable<Uint8Array>;
  /** Called exactly once, read or not. */
  close(): Promise<void>;
}

/** What a handler returns. Exactly one of json, text, bytes, file, sse, empty describes the body. */
export type Reply =
  | { readonly status: number; readonly json: unknown; readonly headers?: Readonly<Record<string, string>> }
  | { readonly status: number; readonly text: string; readonly headers?: Readonly<Record<string, string>> }
  | { readonly status: number; readonly bytes: Uint8Array; readonly type: string }
  | { readonly status: number; readonly file: FileSource }
  | { readonly status: number; readonly empty: true; readonly headers?: Readonly<Record<string, string>> }
  | { readonly status: 200; readonly sse: (sink: SseSink) => Promise<void> };

/** Writes an SSE body: `data:` lines, an `event:` line before those that have a name, a comment in silence. */
export interface SseSink {
  /** Sends one event as `data: <compact JSON>`, named if `name` is given; resolves false once the client is gone. */
  send(data: unknown, name?: string): Promise<boolean>;
  /** From now on sends `: <comment>` after `ms` milliseconds of silence; at first an empty one after 15 s. */
  keepAlive(ms: number, comment: string): void;
  /** Destroys the connection mid-body, as the real server does on a fault after 200. */
  abort(): void;
  readonly signal: AbortSignal;
}

/** One method of one path, and who answers it. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/v1/agents/{agent_id}`; a last segment `{*path}` takes the rest. Static segments win over parameters. */
  readonly path: string;
  /** Dialects that have the route; absent: both. */
  readonly dialects?: readonly Dialect[];
  /** `none`: no bearer needed and none verified. Default `bearer`. */
  readonly auth?: 'bearer' | 'none';
  /** The bearer may also come as `?token=` when there is no Authorization header (documented streams). */
  readonly queryToken?: true;
  /** Scope the token must carry, e.g. `agent:deploy`; missing gives 403 `{error:"insufficient_scope", required}`. */
  readonly scope?: string;
  /**
   * Who checks `scope`: the router before the handler runs (default), or the handler itself once path, query
   * and body are decoded, as the real server orders it. `defineRoute` in router.ts does the latter.
   */
  readonly scopeCheck?: 'router' | 'handler';
  /** `json`: 415 text unless application/json or +json. `raw`: any. Default raw. */
  readonly content?: 'json' | 'raw';
  /** Largest body in bytes, 413 text above; default 2 MiB. */
  readonly limit?: number;
  /** The handler reads the body itself, as a stream without limit. */
  readonly stream?: true;
  readonly handler: (request: SandboxRequest) => Promise<Reply> | Reply;
}

/** Stops the handler with this reply. */
export class ReplyError extends Error {
  readonly reply: Reply;
  constructor(reply: Reply) {
    super('reply');
    this.reply = reply;
  }
}

/** Time and ids, so that tests can pin them. */
export interface Clock {
  now(): Date;
  /** Rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  uuid(): string;
}

/** One activity event as the live server publishes it (CorrelatedActivityEvent). */
export interface ActivityEvent {
  readonly event_type: string;
  readonly category: string;
  readonly timestamp: string;
  readonly execution_id?: string | null;
  readonly agent_id?: string | null;
  readonly iteration?: number | null;
  readonly stage?: string;
  readonly message: string;
  readonly details: unknown;
}

/** Node-wide event bus. A subscriber that lags more than 100 events behind is cut off: its iterator throws. */
export interface Bus<E> {
  publish(event: E): void;
  subscribe(signal: AbortSignal): AsyncIterable<E>;
}

export type * from './services.js';

/**
 * libsql/better-sqlite3 style synchronous store: what the domains need of it. Values are strings, finite
 * numbers, bigints, booleans (stored 0/1), null or undefined (null), Uint8Array; anything else is a TypeError.
 * Transactions nest.
 */
export interface Store {
  exec(sql: string): void;
  run(sql: string, ...values: readonly unknown[]): void;
  get<T>(sql: string, ...values: readonly unknown[]): T | undefined;
  all<T>(sql: string, ...values: readonly unknown[]): T[];
  transaction<T>(work: () => T): T;
}

/** `off`: no payment provider is configured (501). `failing`: the provider answers nothing (502, or 500). */
export type BillingMode = 'on' | 'off' | 'failing';

/** How the `*.wait` tools look at a run: every 100 ms, or at the real server's intervals (10 s, 5 s) and the caller's. */
export type Polling = 'prompt' | 'timed';

/** What every domain of one sandbox shares. */
export interface SandboxContext {
  readonly dialect: Dialect;
  readonly clock: Clock;
  readonly store: Store;
  /** Agent-execution activity, node wide. */
  readonly activity: Bus<ActivityEvent>;
  /** Root of workspace files; one folder per execution below it. */
  readonly files: string;
  /** Aborted when the sandbox stops: background runs end. */
  readonly signal: AbortSignal;
  /** Milliseconds the scripted runner pauses between events. */
  readonly pace: number;
  /** State of the payment provider; absent: `on`. */
  readonly billing?: BillingMode;
  /** Absent: `prompt`. */
  readonly polling?: Polling;
}
