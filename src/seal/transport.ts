/** How the SEAL module sends a request: one function, by default the platform's fetch, and what it measures. */
import { messageOf, SealError } from './errors.js';

/** A POST with a JSON body. Header names are lower-case. */
export interface SealRequest {
  readonly method: 'POST';
  /** Absolute URL. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal?: AbortSignal;
}

/** An answer of any status, read whole. Header names are lower-case. */
export interface SealResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/**
 * Sends one request, once, and follows no redirect. Resolves for every HTTP status and rejects when there is no
 * answer; a rejection that carries `mayHaveRun: false` says that nothing was sent.
 */
export type SealSend = (request: SealRequest) => Promise<SealResponse>;

/** Largest answer that the default {@link SealSend} takes, bytes. */
const MAX_ANSWER = 16 * 1024 * 1024;

/**
 * The default {@link SealSend}. Redirects are not followed: an envelope is meant for one server. Rejects for an answer
 * of more than 16 MiB.
 */
export async function sendWithFetch(request: SealRequest): Promise<SealResponse> {
  const { url, method, headers, body, signal } = request;
  const response = await fetch(url, { method, headers, body, signal: signal ?? null, redirect: 'manual' });
  const text = await readText(response);
  return { status: response.status, headers: Object.fromEntries(response.headers), text };
}

async function readText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_ANSWER)
      throw new Error(`the answer is larger than ${MAX_ANSWER} bytes; it was not read further`);
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

export interface PostOptions {
  readonly authorization?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Whether the request has an effect once it has been received. */
  readonly hasEffect: boolean;
}

/** Posts JSON and measures the server's clock on the way. */
export class SealWire {
  readonly #send: SealSend;
  readonly #now: () => number;
  #skewMs: number | undefined;

  constructor(send: SealSend, now: () => number) {
    this.#send = send;
    this.#now = now;
  }

  /** Server clock minus ours in milliseconds, from the last `Date` header (whole seconds); undefined before one. */
  get skewMs(): number | undefined {
    return this.#skewMs;
  }

  /** @throws SealError `unreachable` or `cancelled` when there is no answer. */
  async post(url: string, body: string, options: PostOptions): Promise<SealResponse> {
    const { authorization, signal, hasEffect } = options;
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json',
      ...(authorization !== undefined && { authorization }),
    };
    if (signal?.aborted) throw noAnswer(signal.reason, signal, false);
    try {
      const response = await this.#send({ method: 'POST', url, headers, body, ...(signal && { signal }) });
      this.#measureSkew(response.headers.date);
      return response;
    } catch (error) {
      throw noAnswer(error, signal, hasEffect && !wasNeverSent(error));
    }
  }

  #measureSkew(header: string | undefined): void {
    const date = Date.parse(header ?? '');
    if (!Number.isNaN(date)) this.#skewMs = date - this.#now();
  }
}

/** Rejects with `cancelled` as soon as the signal aborts; the work itself goes on. */
export function raceSignal<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(noAnswer(signal.reason, signal, false));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** Appends a path to a base URL, whose own path is kept. @throws SealError `malformed`. */
export function joinUrl(base: string, path: string): string {
  if (!/^https?:\/\//i.test(base) || !URL.canParse(base)) {
    throw new SealError('malformed', `Not an http or https URL: ${base}`);
  }
  return base.replace(/\/+$/, '') + path;
}

/** Whether the status is one of success. */
export function isSuccess(response: SealResponse): boolean {
  return response.status >= 200 && response.status < 300;
}

/** System error codes of a connection that was never made, unless it broke while something was read or written. */
const NEVER_CONNECTED: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Looks through the chain of causes for proof that nothing was sent. */
function wasNeverSent(error: unknown): boolean {
  for (let step = error; step instanceof Error; step = step.cause) {
    if ('mayHaveRun' in step && step.mayHaveRun === false) return true;
    if ('code' in step && NEVER_CONNECTED.has(step.code) && !wasConnected(step)) return true;
  }
  return false;
}

/** A connection that has stood can end with the code of an unreachable host too. */
function wasConnected(error: Error): boolean {
  return 'syscall' in error && (error.syscall === 'read' || error.syscall === 'write');
}

function noAnswer(cause: unknown, signal: AbortSignal | undefined, mayHaveRun: boolean): SealError {
  const text = messageOf(cause);
  const isCancelled = signal?.aborted === true && signal.reason?.name !== 'TimeoutError';
  return new SealError(
    isCancelled ? 'cancelled' : 'unreachable',
    isCancelled ? 'The call was cancelled.' : `No answer from the server: ${text}`,
    { cause, mayHaveRun },
  );
}
