import type { Clock } from '../../../src/sandbox/kernel.js';

/** A clock a test moves. */
export interface ManualClock extends Clock {
  /** Moves time on and wakes what has slept long enough. */
  advance(seconds: number): void;
  /** Seconds of the sleeps under way, longest first. */
  sleeping(): readonly number[];
}

/** A clock that stands still, but for sleeps of zero, until it is advanced. */
export function manualClock(start = '2026-03-05T14:00:00.000Z'): ManualClock {
  let now = Date.parse(start);
  let ids = 0;
  const sleepers = new Set<{ until: number; wake: () => void }>();
  return {
    now: () => new Date(now),
    uuid: () => {
      ids += 1;
      return `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        if (ms <= 0) return setImmediate(resolve);
        const leave = () => {
          sleepers.delete(sleeper);
          reject(signal.reason);
        };
        const wake = () => {
          sleepers.delete(sleeper);
          signal.removeEventListener('abort', leave);
          resolve();
        };
        const sleeper = { until: now + ms, wake };
        sleepers.add(sleeper);
        signal.addEventListener('abort', leave);
      }),
    advance: (seconds) => {
      now += seconds * 1000;
      for (const sleeper of sleepers) {
        if (sleeper.until <= now) sleeper.wake();
      }
    },
    sleeping: () => [...sleepers].map(({ until }) => (until - now) / 1000).sort((a, b) => b - a),
  };
}
