/** Durations of manifests, in the humantime notation: `90s`, `5m`, `1h 30m`. */
import type { Clock } from '../kernel.js';

const MILLISECONDS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    'nanos nsec ns': 1e-6,
    'usec us': 1e-3,
    'millis msec ms': 1,
    'seconds second secs sec s': 1000,
    'minutes minute mins min m': 60_000,
    'hours hour hrs hr h': 3_600_000,
    'days day d': 86_400_000,
    'weeks week wks wk w': 604_800_000,
    'months month M': 2_630_016_000,
    'years year yrs yr y': 31_557_600_000,
  }).flatMap(([names, ms]) => names.split(' ').map((name): [string, number] => [name, ms])),
);

/** Reads a humantime duration. @returns whole milliseconds, or undefined when the text is not a duration. */
export function parseDuration(text: string): number | undefined {
  const compact = text.trim();
  if (!/^(\d+\s*[a-zA-Z]+\s*)+$/.test(compact)) return undefined;
  let total = 0;
  for (const [, amount, unit] of compact.matchAll(/(\d+)\s*([a-zA-Z]+)/g)) {
    const scale = MILLISECONDS.get(unit ?? '');
    if (scale === undefined) return undefined;
    total += Number(amount) * scale;
  }
  return Math.ceil(total);
}

/** Longest single sleep: timers of Node end at 2^31 - 1 ms. */
const LONGEST_SLEEP_MS = 24 * 3_600_000;

/** Sleeps any number of milliseconds; rejects with the signal's reason when it aborts first. */
export async function sleepLong(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  for (let left = ms; left > 0; left -= LONGEST_SLEEP_MS) {
    await clock.sleep(Math.min(left, LONGEST_SLEEP_MS), signal);
  }
}

/** The work given to {@link withDeadline} took too long. */
export class DeadlineExceeded extends Error {}

/**
 * Runs `work` with a signal that also aborts after `ms` milliseconds; then throws DeadlineExceeded. Without
 * `ms` there is no deadline.
 */
export async function withDeadline<T>(
  clock: Clock,
  ms: number | undefined,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (ms === undefined) return work(outer);
  const over = new AbortController();
  const done = new AbortController();
  const result = work(AbortSignal.any([outer, over.signal]));
  const expiry = sleepLong(clock, ms, AbortSignal.any([outer, done.signal])).then(() => over.abort());
  expiry.catch(() => {});
  result.catch(() => {});
  try {
    await Promise.race([result, expiry]);
    if (!over.signal.aborted) return await result;
  } catch (error) {
    if (!over.signal.aborted) throw error;
  } finally {
    done.abort();
  }
  throw new DeadlineExceeded();
}
