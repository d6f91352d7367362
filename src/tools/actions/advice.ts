/** Refusals of a server in the words of the tool that was called: what happened there, and what to do. */
import { AegisError, type ErrorCode } from '../../errors.js';
import type { Call, Ran } from '../define.js';

export interface Refusal {
  /** Default: the code of the status. */
  readonly code?: ErrorCode;
  /** What happened, without a full stop; the server's own words follow it. Default: what the status means. */
  readonly cause?: string;
  /** What to do, one sentence. */
  readonly next: string;
  /** Whether the call may have taken effect, where the status alone tells it wrongly. */
  readonly mayHaveRun?: boolean;
}

/** By machine code of the server (`owner_only`), by status of an empty answer (`401 empty`), or by status (`402`). */
export type Advice = Readonly<Record<string, Refusal>>;

/** Waits for an answer; a refusal that the advice knows is put into its words. */
export async function advised<T>(advice: Advice, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw error instanceof AegisError ? reworded(error, adviceOn(error, advice)) : error;
  }
}

/** The run of a row that is one request and one answer, with advice on its refusals. */
export function answered<A, T>(
  advice: Advice,
  result: (body: unknown, args: A) => T,
): (call: Call<A>) => Promise<Ran<T>> {
  return async (call) => ({ value: result(await advised(advice, call.send()), call.args) });
}

function adviceOn({ status, details }: AegisError, advice: Advice): Refusal | undefined {
  // Without details it is no answer of the server, but what the program says about it: a route is missing, say.
  if (details === undefined) return undefined;
  const keys = [String(details.reason), `${status} ${String(details.body)}`, String(status)];
  const known = keys.find((key) => Object.hasOwn(advice, key));
  return known === undefined ? undefined : advice[known];
}

function reworded(error: AegisError, refusal: Refusal | undefined): AegisError {
  if (refusal === undefined) return error;
  const { code = error.code, cause, next, mayHaveRun = error.mayHaveRun } = refusal;
  return new AegisError(code, cause === undefined ? error.message : sentence(cause, error.message), {
    next,
    mayHaveRun,
    ...(error.status !== undefined && { status: error.status }),
    ...(error.details !== undefined && { details: error.details }),
    cause: error,
  });
}

/** The client's messages are `meaning: words of the server.`, or only `meaning.` */
function sentence(cause: string, message: string): string {
  const said = /: (.+)$/s.exec(message)?.[1];
  return said === undefined ? `${cause}.` : `${cause}: ${said}`;
}
