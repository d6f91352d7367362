/** One call: its deadline, its credential, and its attempts until a 2xx answer arrives. */
import { AegisError } from '../errors.js';
import { readBeginning } from './body.js';
import type { ClockSkew } from './clock-skew.js';
import type { Deadline } from './deadline.js';
import { decodeError } from './decode-error.js';
import type { LazyDispatcher } from './dispatcher.js';
import { exchange, type RawResponse } from './exchange.js';
import { type Phase, transportFailure } from './failure.js';
import { buildHeaders } from './headers.js';
import type { Settings } from './options.js';
import { withRetries } from './retry.js';
import { maskPath } from './server-text.js';
import { bodyOf } from './source.js';
import type { Method, WireRequest } from './types.js';
import { type BaseUrl, buildTarget } from './url.js';

/** What all calls of a client share. */
export interface Wire {
  readonly base: BaseUrl;
  readonly settings: Settings;
  readonly dispatcher: LazyDispatcher;
  readonly skew: ClockSkew;
}

/** How one call differs from others beside its request. */
export interface CallOptions {
  readonly deadline: Deadline;
  /** Default Accept header. */
  readonly accept: string;
  readonly headersMs: number;
  readonly bodyIdleMs: number;
}

/** Longest part of an error body that is read, bytes. */
const MAX_ERROR_BODY = 64 * 1024;

export class Call {
  readonly #wire: Wire;
  readonly #request: WireRequest;
  readonly #options: CallOptions;
  readonly #target: string;
  #phase: Phase = 'waiting';

  /** Throws `invalid_arguments` for an unusable path. */
  constructor(wire: Wire, request: WireRequest, options: CallOptions) {
    this.#wire = wire;
    this.#request = request;
    this.#options = options;
    this.#target = buildTarget(wire.base, request);
  }

  /** Sends the request until it is answered with 2xx, and throws AegisError otherwise. */
  async open(): Promise<RawResponse> {
    try {
      return await withRetries(this.#manner, this.#options.deadline, this.#wire.settings, (number) =>
        this.#authorized(number),
      );
    } catch (error) {
      throw this.failure(error);
    }
  }

  /** Decodes an error of this call by how far it got. */
  failure(error: unknown): AegisError {
    const { deadline } = this.#options;
    return transportFailure(error, {
      method: this.#manner,
      origin: this.#wire.base.origin,
      phase: this.#phase,
      ended: deadline.ended(),
      limitMs: deadline.limitMs,
    });
  }

  /** The method by which a failure is judged: a GET that changes something is no safe one. */
  get #manner(): Method {
    return this.#request.once === true ? 'POST' : this.#request.method;
  }

  /** One attempt, and a second one with a renewed token after 401: the first surely did not run. */
  async #authorized(number: number): Promise<RawResponse> {
    const { signal } = this.#options.deadline;
    const tokens = this.#request.auth === 'none' ? undefined : this.#wire.settings.tokens;
    this.#phase = 'waiting';
    const token = await tokens?.token(signal);
    try {
      return await this.#attempt(number, token);
    } catch (error) {
      if (token === undefined || !isUnauthorized(error)) throw error;
      this.#phase = 'waiting';
      const renewed = await tokens?.renew(token, signal);
      if (renewed === undefined || renewed === token) throw error;
      return await this.#attempt(number, renewed);
    }
  }

  async #attempt(number: number, token: string | undefined): Promise<RawResponse> {
    const { log, now } = this.#wire.settings;
    const started = now();
    const { method } = this.#request;
    const entry = () => ({
      method,
      path: maskPath(this.#request.path),
      attempt: number,
      durationMs: now() - started,
    });
    try {
      const response = await this.#exchange(token);
      log({ ...entry(), status: response.status });
      return response;
    } catch (caught) {
      const error = this.failure(caught);
      log({ ...entry(), error: error.code, ...(error.status !== undefined && { status: error.status }) });
      throw error;
    }
  }

  async #exchange(token: string | undefined): Promise<RawResponse> {
    const { base, settings, dispatcher, skew } = this.#wire;
    const { deadline, accept, headersMs, bodyIdleMs } = this.#options;
    const response = await exchange(await dispatcher.get(), {
      origin: base.origin,
      path: this.#target,
      method: this.#request.method,
      headers: buildHeaders(this.#request, settings, accept, token),
      body: bodyOf(this.#request.body?.data),
      headersTimeout: headersMs,
      bodyTimeout: bodyIdleMs,
      signal: deadline.signal,
      onStart: () => {
        this.#phase = 'sent';
      },
    });
    this.#phase = 'answered';
    skew.observe(response.headers, settings.now());
    if (response.status >= 200 && response.status < 300) return response;
    throw await this.#errorAnswer(response, token);
  }

  async #errorAnswer({ status, headers, body }: RawResponse, token: string | undefined): Promise<AegisError> {
    const { tokens, now } = this.#wire.settings;
    const bytes = await readBeginning(body, MAX_ERROR_BODY);
    return decodeError({
      method: this.#manner,
      status,
      headers,
      bytes,
      token: {
        value: token,
        source: tokens?.description,
        missing: tokens?.missing,
        unsent: this.#request.auth === 'none',
      },
      now: now() + (this.#wire.skew.current() ?? 0),
    });
  }
}

function isUnauthorized(error: unknown): boolean {
  return error instanceof AegisError && error.status === 401;
}
