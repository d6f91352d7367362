/** HTTP error answers as AegisErrors: code, cause, next step, and whether the request may have taken effect. */
import { AegisError } from '../errors.js';
import { type ErrorBody, readErrorBody } from './error-body.js';
import { isUnsafe } from './failure.js';
import { cleanServerText } from './server-text.js';
import { type Meaning, meaningOf } from './status-meaning.js';
import type { Method } from './types.js';
import { explainUnauthorized, type TokenInUse } from './unauthorized.js';

export { errorIn200 } from './error-body.js';

/** An answer that is not 2xx. */
export interface ErrorAnswer {
  readonly method: Method;
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body, or its beginning. */
  readonly bytes: Uint8Array;
  readonly token: TokenInUse;
  /** The server's time, milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Decodes an error answer. `details`: `body` (`empty`, `json` or `text`), `contentType`, and where known
 * `reason` (machine-readable code), `required` (scope), `retryAfterSecs`.
 */
export function decodeError(answer: ErrorAnswer): AegisError {
  const body = readErrorBody(answer.bytes);
  const { code, cause, next } = explain(answer, body);
  const mayHaveRun = mayHaveTakenEffect(answer, body);
  const retryAfterSecs = readRetryAfter(answer.headers['retry-after'], answer.now);
  const wait = retryAfterSecs === undefined || mayHaveRun ? next : `Wait ${retryAfterSecs} s and try again.`;
  return new AegisError(code, sentence(cause, body), {
    status: answer.status,
    mayHaveRun,
    next: wait,
    details: {
      body: body.kind,
      contentType: answer.headers['content-type'] ?? '',
      ...(body.reason !== undefined && { reason: body.reason }),
      ...(body.required !== undefined && { required: body.required }),
      ...(retryAfterSecs !== undefined && { retryAfterSecs }),
    },
  });
}

function explain(answer: ErrorAnswer, body: ErrorBody): Meaning {
  const { status, method, token, now } = answer;
  if (status < 400) return redirected(answer);
  if (status === 401) return { code: 'unauthorized', ...explainUnauthorized(token, body, now) };
  return meaningOf(status, body, isUnsafe(method));
}

function redirected({ headers, status }: ErrorAnswer): Meaning {
  const to = headers.location === undefined ? '' : ` to ${cleanServerText(headers.location)}`;
  return {
    code: 'bad_response',
    cause: `The server redirects (HTTP ${status})${to}; redirects are not followed`,
    next: 'Set the base URL to the address that finally answers.',
  };
}

function sentence(cause: string, body: ErrorBody): string {
  const required = body.required === undefined ? '' : ` (${body.required})`;
  const text = body.text + required;
  if (text === '') return `${cause}.`;
  return /[.!?]$/.test(text) ? `${cause}: ${text}` : `${cause}: ${text}.`;
}

/**
 * A 5xx answer says nothing about what was done before it. 402 may follow a change that could not be billed
 * (updateSeats, changeTier), unless the team is suspended. 302 and 303 may answer a finished POST.
 */
function mayHaveTakenEffect({ method, status }: ErrorAnswer, body: ErrorBody): boolean {
  if (!isUnsafe(method)) return false;
  if (status === 402) return body.reason !== 'colony_suspended';
  return status === 302 || status === 303 || (status >= 500 && status !== 501);
}

/** Retry-After in seconds, from seconds or an HTTP date (RFC 9110, section 10.2.3). */
function readRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}

/**
 * True when the request surely did not run and another dialect of it may be tried: no such route (404 that no
 * handler wrote, 405), a content type (415) or a body shape (422 as text) that the server's framework refused.
 */
export function isRefusedUnread(error: unknown): boolean {
  if (!(error instanceof AegisError)) return false;
  if (error.code === 'no_such_route' || error.status === 415) return true;
  return error.status === 422 && error.details?.body === 'text';
}
