/** Transport failures (no complete HTTP response) as errors somebody can act on. */
import { AegisError, type AegisErrorOptions } from '../errors.js';
import type { Ended } from './deadline.js';
import type { Method } from './types.js';
import { explainUnreachable } from './unreachable.js';

/** How far a request got: `waiting` for a connection, `sent` (perhaps in part), `answered` with a status line. */
export type Phase = 'waiting' | 'sent' | 'answered';

/** What is known of a request when it fails. */
export interface Progress {
  readonly method: Method;
  /** Scheme, host and port. */
  readonly origin: string;
  readonly phase: Phase;
  /** Why its signal aborted, if it did. */
  readonly ended: Ended | undefined;
  readonly limitMs: number;
}

/** True for methods that may change something on the server (RFC 9110, section 9.2.1). */
export function isUnsafe(method: Method): boolean {
  return method !== 'GET';
}

/**
 * Decodes an error of the connection. AegisErrors pass. `mayHaveRun` is true once an unsafe request has been
 * handed to a connection. `details.phase` and `details.cause` tell how far it got and the system's error code.
 */
export function transportFailure(cause: unknown, progress: Progress): AegisError {
  if (cause instanceof AegisError) return cause;
  const { phase, method } = progress;
  const code = systemCode(cause);
  const mayHaveRun = isUnsafe(method) && phase !== 'waiting';
  const context = { mayHaveRun, details: { phase, ...(code !== undefined && { cause: code }) }, cause };
  if (progress.ended !== undefined) return endedError(progress, context);
  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED')
    return new AegisError('cancelled', 'The connection to AEGIS was closed by this program.', context);
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED') return unsendable(cause, context);
  if (phase === 'waiting') {
    if (code === undefined) return AegisError.from(cause);
    const { message, next } = explainUnreachable(cause, code, progress.origin);
    return new AegisError('unreachable', message, { ...context, next });
  }
  return brokenError(cause, code, progress, context);
}

function endedError(progress: Progress, context: AegisErrorOptions): AegisError {
  if (progress.ended === 'cancelled') return new AegisError('cancelled', 'The call was cancelled.', context);
  return timeoutError(`No complete answer within ${seconds(progress.limitMs)}.`, context);
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}

/** A time limit that was reached. */
function timeoutError(message: string, context: AegisErrorOptions): AegisError {
  const next = context.mayHaveRun
    ? 'Check whether the change took effect before repeating it; allow more time if the server is slow.'
    : 'Try again, or allow more time if the server is slow.';
  return new AegisError('timeout', message, { ...context, next });
}

function unsendable(cause: unknown, context: AegisErrorOptions): AegisError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AegisError('invalid_arguments', `The request cannot be sent: ${reason}.`, {
    ...context,
    mayHaveRun: false,
    next: 'Remove line breaks and control characters from header values, tokens and tenant names.',
  });
}

/** Codes of undici for a time limit of the connection. */
const TIMEOUTS = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

function brokenError(
  cause: unknown,
  code: string | undefined,
  progress: Progress,
  context: AegisErrorOptions,
): AegisError {
  if (code !== undefined && TIMEOUTS.has(code)) return timeoutError('The server fell silent.', context);
  if (isParserError(cause) || code === 'UND_ERR_HEADERS_OVERFLOW') return notHttp(progress, context);
  const where = progress.phase === 'answered' ? 'in the middle of the answer' : 'before the answer';
  return new AegisError('connection_lost', `The connection to ${progress.origin} broke ${where}.`, {
    ...context,
    next: context.mayHaveRun
      ? 'Check whether the change took effect before repeating it.'
      : 'Try again; if it happens again, look at the server log and at proxies in between.',
  });
}

function isParserError(cause: unknown): boolean {
  return cause instanceof Error && cause.name === 'HTTPParserError';
}

function notHttp(progress: Progress, context: AegisErrorOptions): AegisError {
  return new AegisError('bad_response', `${progress.origin} does not answer with valid HTTP.`, {
    ...context,
    next: 'Check scheme (http or https), host and port of the base URL.',
  });
}

/** The system's or undici's error code, looking through wrapped errors. */
export function systemCode(error: unknown, depth = 0): string | undefined {
  if (!(error instanceof Error) || depth > 4) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  return systemCode(inner, depth + 1);
}
