/** Waiting tools as many short calls: a server holds each to its end, whatever becomes of the one who asked. */
import { setTimeout as delay } from 'node:timers/promises';
import { isObject, type JsonObject } from '../../client/json-object.js';
import type { Context } from '../context.js';
import type { AnyArgs } from '../define.js';

/** Longest that one call waits, seconds. */
const CALL_SECONDS = 10;
/** How often the server looks when the caller does not say, seconds. */
const LOOK_SECONDS = 2;
/** Shortest time between two calls, milliseconds, for a server that answers without waiting. */
const LEAST_MS = 1_000;

/**
 * Waits until the run has ended, `timeout_seconds` of the arguments have passed, or the signal fires, which leaves the
 * run alone. The answer is the server's last one.
 *
 * @param seconds the time where the arguments name none.
 */
export async function waitBriefly(
  { signal, progress, requestSeconds }: Pick<Context, 'signal' | 'progress' | 'requestSeconds'>,
  args: AnyArgs,
  seconds: number,
  send: (args: AnyArgs) => Promise<unknown>,
): Promise<unknown> {
  const total = args.timeout_seconds ?? seconds;
  const look = args.poll_interval_seconds ?? LOOK_SECONDS;
  // The server says what is wrong with anything else.
  if (typeof total !== 'number' || !(total >= 1)) return await send(args);
  // An answer that takes as long as a request may is cut off just before it comes.
  const longest = Math.min(CALL_SECONDS, Math.floor(requestSeconds / 2));
  const began = performance.now();
  const elapsed = (): number => (performance.now() - began) / 1_000;
  for (;;) {
    const asked = elapsed();
    const timeout_seconds = Math.max(1, Math.min(longest, Math.ceil(total - asked)));
    const poll_interval_seconds = typeof look === 'number' ? Math.min(look, timeout_seconds) : look;
    const answer = await send({ ...args, timeout_seconds, poll_interval_seconds });
    if (!isTimeout(answer)) return answer;
    const spent = elapsed();
    if (spent >= total) return { ...answer, message: `The run has not ended within ${total} s.` };
    progress({ progress: Math.floor(spent), total, message: `the run goes on after ${Math.floor(spent)} s` });
    await delay(Math.min(LEAST_MS - (spent - asked) * 1_000, (total - spent) * 1_000), undefined, { signal });
  }
}

function isTimeout(answer: unknown): answer is JsonObject {
  return isObject(answer) && answer.timed_out === true;
}
