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
  /** A 400 means that nothing was done. */
  readonly refusesWhole: boolean;
}

/**
 * Whether a refusal may be a matter of dialect: no such route, a content type or body that the server could not
 * read. HTTP 422 counts in text and JSON: the body was read and refused, nothing was done; so does HTTP 400 where the
 * row says so. What SEAL refuses is final, whatever its status.
 */
export function isForOtherDialect(error: unknown, attempt?: Attempt): error is AegisError {
  if (!(error instanceof AegisError) || error.mayHaveRun || error.details?.seal_code !== undefined)
    return false;
  const isWhole = attempt?.refusesWhole === true && error.status === 400;
  return isWhole || isRefusedUnread(error) || error.status === 422;
}

/** Asking again would say nothing new: the dialects share the route that is missing, or the whole request. */
export function isShared(error: AegisError, attempts: readonly Attempt[]): boolean {
  if (error.code === 'no_such_route') return routesOf(attempts).length < attempts.length;
  return new Set(attempts.map(({ request }) => JSON.stringify(request))).size < attempts.length;
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
  const telling = tellingOf(refusals, attempts);
  if (telling !== undefined) return telling;
  const tried = routesOf(attempts).join(' and ');
  return new AegisError('unsupported', `${name}: this server has no route for it (tried ${tried}).`, {
    ...(refusals[0]?.status !== undefined && { status: refusals[0].status }),
    next: alternative ?? `Check the ${server} address and its version with whoami.`,
    cause: refusals[0],
  });
}

/**
 * The refusal that is about what was asked. Where the server's own check refuses whole bodies, that is the last one in
 * its words: the framework's (text), or those before, are about the form of the other dialect. A body that was
 * understood (422) says more than one that was not (400).
 */
function tellingOf(refusals: readonly AegisError[], attempts: readonly Attempt[]): AegisError | undefined {
  const there = refusals.filter(({ code }) => code !== 'no_such_route');
  const checks = attempts.some(({ refusesWhole }) => refusesWhole);
  const own = checks ? there.filter(({ details }) => details?.body === 'json') : [];
  return own.filter(({ status }) => status === 422).at(-1) ?? own.at(-1) ?? there[0];
}
