/** Settings of the HTTP client and their defaults. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import type { ProxySettings } from './dispatcher.js';
import type { Method, TokenSource } from './types.js';

/** Bounds on waiting, milliseconds. */
export interface Timeouts {
  /** TCP and TLS set-up. Default 10 s. */
  readonly connectMs: number;
  /** From the request to the status line. Default: the total. */
  readonly headersMs: number;
  /** Silence inside a response body. Default: the total. */
  readonly bodyIdleMs: number;
  /** The whole of `send`, tokens, retries and body included. Default 60 s. */
  readonly totalMs: number;
  /** Silence inside an event stream, comments counting as sound. Default 60 s. */
  readonly streamIdleMs: number;
}

/** What the log hook is told: one line an attempt. Paths have long segments masked; no query, no headers. */
export interface WireLogEntry {
  readonly method: Method;
  readonly path: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly durationMs: number;
  /** Absent when no response arrived. */
  readonly status?: number;
  /** Error code of {@link AegisError}, when the attempt failed. */
  readonly error?: string;
}

export interface HttpClientOptions {
  /** http(s) URL of the server; it may have a path prefix. No user info, query or fragment. */
  readonly baseUrl: string;
  /** Absent: requests carry no Authorization. */
  readonly tokens?: TokenSource | undefined;
  /** Sent as `x-tenant-id` with every request; wins over a header of the request. */
  readonly tenant?: string | undefined;
  readonly timeouts?: Partial<Timeouts> | undefined;
  /** Bound on a response body, bytes. Default 16 MiB. */
  readonly maxBytes?: number | undefined;
  /** Default `aegis-mcp`. */
  readonly userAgent?: string | undefined;
  /** Proxies to use; absent: connect directly. The environment is not read. */
  readonly proxy?: ProxySettings | undefined;
  /** Called after each attempt. It must not throw. */
  readonly log?: ((entry: WireLogEntry) => void) | undefined;
  /** Replaces the connection pool (a MockAgent, say). It is not closed by the client. */
  readonly dispatcher?: Dispatcher | undefined;
  /** Waits before a retry; rejects when the signal aborts. */
  readonly sleep?: ((ms: number, signal: AbortSignal) => Promise<void>) | undefined;
  /** Uniform in [0, 1): jitter of retries. */
  readonly random?: (() => number) | undefined;
  /** Milliseconds since the epoch. */
  readonly now?: (() => number) | undefined;
}

/** {@link HttpClientOptions} with the defaults filled in. */
export interface Settings {
  readonly tokens: TokenSource | undefined;
  readonly tenant: string | undefined;
  readonly timeouts: Timeouts;
  readonly maxBytes: number;
  readonly userAgent: string;
  readonly log: (entry: WireLogEntry) => void;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly random: () => number;
  readonly now: () => number;
}

/** Default time for a connection to open, milliseconds. */
export const CONNECT_MS = 10_000;

/** Fills in the defaults. */
export function resolveSettings(options: HttpClientOptions): Settings {
  return {
    tokens: options.tokens,
    tenant: options.tenant,
    timeouts: resolveTimeouts(options.timeouts ?? {}),
    maxBytes: options.maxBytes ?? 16 * 1024 * 1024,
    userAgent: options.userAgent ?? 'aegis-mcp',
    log: options.log ?? (() => undefined),
    sleep: options.sleep ?? ((ms, signal) => delay(ms, undefined, { signal })),
    random: options.random ?? Math.random,
    now: options.now ?? Date.now,
  };
}

function resolveTimeouts(given: Partial<Timeouts>): Timeouts {
  const totalMs = given.totalMs ?? 60_000;
  return {
    connectMs: given.connectMs ?? CONNECT_MS,
    headersMs: given.headersMs ?? totalMs,
    bodyIdleMs: given.bodyIdleMs ?? totalMs,
    totalMs,
    streamIdleMs: given.streamIdleMs ?? 60_000,
  };
}
