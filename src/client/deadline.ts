/** One abort signal made of the caller's signal and a time limit, which remembers which of the two ended it. */

export type Ended = 'cancelled' | 'timeout';

export interface Deadline {
  /** Aborts when the caller's signal does or when the time is up. */
  readonly signal: AbortSignal;
  /** The limit in milliseconds. */
  readonly limitMs: number;
  /** Why the signal aborted; undefined while it has not. */
  ended(): Ended | undefined;
  /** Lifts the time limit and keeps following the caller's signal. */
  lift(): void;
  /** Releases timer and listener. Must be called. */
  stop(): void;
}

/** Longest delay that setTimeout takes, milliseconds; a longer one would fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** Starts a deadline. AbortSignal.any is avoided: with a long-lived parent it leaks on Node 20. */
export function startDeadline(parent: AbortSignal, limitMs: number): Deadline {
  const controller = new AbortController();
  let ended: Ended | undefined;
  const end = (cause: Ended) => {
    ended ??= cause;
    controller.abort();
  };
  const cancel = () => end('cancelled');
  const timer = setTimeout(() => end('timeout'), Math.min(limitMs, MAX_DELAY_MS));
  if (parent.aborted) cancel();
  else parent.addEventListener('abort', cancel, { once: true });
  return {
    signal: controller.signal,
    limitMs,
    ended: () => ended,
    lift: () => clearTimeout(timer),
    stop: () => {
      clearTimeout(timer);
      parent.removeEventListener('abort', cancel);
    },
  };
}
