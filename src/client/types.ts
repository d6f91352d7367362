/** The shapes shared by everything that sends HTTP requests to AEGIS. Types only: no runtime, no undici. */

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Any JSON value as received. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface WireBody {
  /** Content-Type of the request. */
  readonly type: string;
  readonly data: string | Uint8Array;
}

/** One request, complete but for address, credentials and tenant. */
export interface WireRequest {
  readonly method: Method;
  /** Absolute path, already percent-encoded, without the query. */
  readonly path: string;
  /** Query parameters in the order they are sent; absent when there are none. */
  readonly query?: readonly (readonly [string, string])[];
  /** Extra headers, lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: WireBody;
  /** `none` sends no Authorization (health, seal invoke). Default `bearer`. */
  readonly auth?: 'bearer' | 'none';
}

/** A 2xx answer. */
export interface WireResponse {
  readonly status: number;
  /** Lower-case names; repeated headers joined with ", ". */
  readonly headers: Readonly<Record<string, string>>;
  /** Raw body, at most the configured bound. */
  readonly bytes: Uint8Array;
}

/** One Server-Sent Event (WHATWG HTML, "Server-sent events"). Comments are not events and are not delivered. */
export interface SseEvent {
  readonly event: string;
  readonly data: string;
  readonly id: string | undefined;
}

export interface RequestOptions {
  readonly signal: AbortSignal;
  /** Overrides the configured time for headers and body, milliseconds. */
  readonly timeoutMs?: number;
}

/**
 * Sends requests to one AEGIS server.
 * `send` resolves only for 2xx and throws {@link AegisError} otherwise.
 * `stream` yields events until the server closes the stream or the signal aborts, which both end it without an
 * error and close the connection; it throws when the stream cannot be opened, breaks (`connection_lost`) or
 * falls silent (`timeout`).
 */
export interface HttpClient {
  readonly baseUrl: string;
  send(request: WireRequest, options: RequestOptions): Promise<WireResponse>;
  stream(request: WireRequest, options: RequestOptions): AsyncIterable<SseEvent>;
  /** Difference server clock minus ours, milliseconds, from the last `Date` header; undefined before one. */
  clockSkewMs(): number | undefined;
  close(): Promise<void>;
}

/** A source of bearer tokens. */
export interface TokenSource {
  /** Where the token comes from, as a noun phrase for error messages ("the token file /run/token"); no secret. */
  readonly description?: string;
  /** A token believed valid now, or undefined when no credential is configured. */
  token(signal: AbortSignal): Promise<string | undefined>;
  /** After a 401 for `rejected`: a different token, or undefined when there is none to be had. */
  renew(rejected: string, signal: AbortSignal): Promise<string | undefined>;
}
