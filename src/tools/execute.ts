/** Runs one row: arguments in, the published result out. */
import { AegisError } from '../errors.js';
import { parseArguments } from './arguments.js';
import { concealResult } from './conceal.js';
import type { Context } from './context.js';
import type { Operation, Ran } from './define.js';
import { RowCall } from './row-call.js';
import { outputSchema } from './schema.js';

/**
 * Runs a tool. Throws AegisError for every failure: arguments, wire, server, or an answer whose shape is not
 * the published one.
 */
export async function execute(
  name: string,
  operation: Operation,
  raw: unknown,
  context: Context,
): Promise<Ran<unknown>> {
  const args = parseArguments(name, operation, raw, context.tenant);
  const call = new RowCall(name, operation, args, context);
  try {
    const ran = await operation.run(call);
    const value = concealResult(operation, ran.value, args);
    return { ...ran, value: checkResult(name, operation, value) };
  } catch (error) {
    const failure = lacksRoute(error) ? unsupported(name, operation, error) : error;
    if (operation.effect === 'read') throw withoutEffect(failure);
    throw call.hasChanged ? afterChange(error) : failure;
  }
}

/** A read by POST: its failures look like those of a change. */
function withoutEffect(thrown: unknown): unknown {
  if (!(thrown instanceof AegisError) || !thrown.mayHaveRun) return thrown;
  return told(thrown, {
    mayHaveRun: false,
    next: 'Nothing was changed: try again, later if it happens again.',
  });
}

function lacksRoute(error: unknown): error is AegisError {
  return error instanceof AegisError && error.code === 'no_such_route';
}

/** A route of a stream or of a further read is missing: the row's own request says so itself. */
function unsupported(name: string, operation: Operation, cause: AegisError): AegisError {
  const { live, documented, reads } = operation;
  const routes = [live, documented, ...reads].flatMap((wire) => wire?.route ?? []);
  const message = `${name}: this server lacks a route that it needs (${[...new Set(routes)].join(', ')}).`;
  return new AegisError('unsupported', message, {
    ...(cause.status !== undefined && { status: cause.status }),
    next: 'Check the orchestrator address and its version with whoami.',
    cause,
  });
}

/** Most differences that a message names. */
const MAX_PROBLEMS = 5;

function checkResult(name: string, operation: Operation, value: unknown): unknown {
  const checked = outputSchema(operation).safeParse(value);
  if (checked.success) return checked.data;
  const problems = checked.error.issues
    .slice(0, MAX_PROBLEMS)
    .map((issue) => `${issue.path.map(String).join('.')}: ${issue.message}`);
  const message = `${name}: the server's answer has another shape: ${problems.join('; ')}.`;
  throw new AegisError('bad_response', message, {
    next: `Check that the address is that of an AEGIS ${operation.server}, and its version.`,
  });
}

/** What fails once the server has accepted a change must not invite to make the change again. */
function afterChange(thrown: unknown): AegisError {
  return told(AegisError.from(thrown), { mayHaveRun: true });
}

/** The error, told differently. */
function told(
  error: AegisError,
  changes: { readonly mayHaveRun: boolean; readonly next?: string },
): AegisError {
  const { code, message, next, status, details } = error;
  return new AegisError(code, message, {
    ...(next !== undefined && { next }),
    ...(status !== undefined && { status }),
    ...(details !== undefined && { details }),
    ...changes,
    cause: error,
  });
}
