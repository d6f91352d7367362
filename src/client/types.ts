/** The shapes shared by everything that sends HTTP requests to AEGIS. Types only: no runtime, no undici. */

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Any JSON value as received. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Bytes of a known number that can be read from the beginning as often as the request is sent. */
export interface ByteSource {
  readonly size: number;
  open(): AsyncIterable<Uint8Array>;
}

export interface WireBody {
  /** Content-Type of the request. */
  readonly type: string;
  readonly data: string | Uint8Array | ByteSource;
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
  /** A GET that changes something: it is never repeated, and its failure says that it may have taken effect. */
  readonly once?: true;
  /** Time that the answer gets even where the configured limits are shorter, milliseconds. */
  readonly leastMs?: number;
}

/** A 2xx answer. */
export interface WireResponse {
  readonly status: number;
  /** Lower-case names; repeated headers joined with ", ". */
  readonly headers: Readonly<Record<string, string>>;
  /** Raw body, at most the configured bound. */
  readonly bytes: Uint8Array;
}

/** A 2xx answer whose body is still on the wire. Leaving the body early closes the connection. */
export interface OpenResponse {
  readonly status: number;
  /** Lower-case names; repeated headers joined with ", ". */
  readonly headers: Readonly<Record<string, string>>;
  /** Throws AegisError (`connection_lost`, `timeout`, `cancelled`) when it does not come to its end. */
  readonly body: AsyncIterable<Uint8Array>;
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
 * `send` resolves only for 2xx and throws {@link AegisError} otherwise. A body given as a source is limited by
 * silence alone, not by the time for the whole request.
 * `open` is the same for an answer of any length: limited is the time to its beginning, then only silence.
 * `stream` yields events until the server closes the stream or the signal aborts, which both end it without an
 * error and close the connection; it throws when the stream cannot be opened, breaks (`connection_lost`) or
 * falls silent (`timeout`).
 */
export interface HttpClient {
  readonly baseUrl: string;
  send(request: WireRequest, options: RequestOptions): Promise<WireResponse>;
  open(request: WireRequest, options: RequestOptions): Promise<OpenResponse>;
  stream(request: WireRequest, options: RequestOptions): AsyncIterable<SseEvent>;
  /** Difference server clock minus ours, milliseconds, from the last `Date` header; undefined before one. */
  clockSkewMs(): number | undefined;
  close(): Promise<void>;
}

/** A source of bearer tokens. */
export interface TokenSource {
  /** Where the token comes from, as a noun phrase for error messages ("the token file /run/token"); no secret. */
  readonly description?: string;
  /** What to configure where this source has no token, as a noun phrase; no secret. */
  readonly missing?: string;
  /** A token believed valid now, or undefined when no credential is configured. */
  token(signal: AbortSignal): Promise<string | undefined>;
  /** After a 401 for `rejected`: a different token, or undefined when there is none to be had. */
  renew(rejected: string, signal: AbortSignal): Promise<string | undefined>;
}
