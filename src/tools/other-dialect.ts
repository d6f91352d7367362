/** When a refusal is a reason to try the other dialect, and what is said when neither is taken. */
import { isRefusedUnread } from '../client/decode-error.js';
import type { WireRequest } from '../client/types.js';
import { AegisError } from '../errors.js';
import type { DialectName } from './context.js';
import type { Operation } from './define.js';

/** A row's request in one dialect. */
export interface Attempt {
  readonly dialect: DialectName;
  readonly request: WireRequest;
}

/**
 * Whether a refusal may be a matter of dialect: no such route, a content type or body that the server could not
 * read. HTTP 422 counts in text and JSON: the body was read and refused, nothing was done. What SEAL refuses is
 * final, whatever its status.
 */
export function isForOtherDialect(error: unknown): error is AegisError {
  if (!(error instanceof AegisError) || error.mayHaveRun || error.details?.seal_code !== undefined)
    return false;
  return isRefusedUnread(error) || error.status === 422;
}

/** A missing route is missing in both dialects when they share it: asking again would say nothing new. */
export function isShared(error: AegisError, attempts: readonly Attempt[]): boolean {
  return error.code === 'no_such_route' && routesOf(attempts).length < attempts.length;
}

function routesOf(attempts: readonly Attempt[]): string[] {
  return [...new Set(attempts.map(({ request }) => `${request.method} ${request.path}`))];
}

/** The refusal of a route that is there says more than that another one is missing. */
export function explain(
  name: string,
  { alternative, server }: Operation,
  attempts: readonly Attempt[],
  refusals: readonly AegisError[],
): AegisError {
  const telling = refusals.find(({ code }) => code !== 'no_such_route');
  if (telling !== undefined) return telling;
  const tried = routesOf(attempts).join(' and ');
  return new AegisError('unsupported', `${name}: this server has no route for it (tried ${tried}).`, {
    ...(refusals[0]?.status !== undefined && { status: refusals[0].status }),
    next: alternative ?? `Check the ${server} address and its version with whoami.`,
    cause: refusals[0],
  });
}
