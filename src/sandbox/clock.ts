import { randomUUID } from 'node:crypto';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Clock } from './kernel.js';

/** The same clock, fast by that many seconds; negative is slow. */
export function skewed(clock: Clock, seconds: number): Clock {
  return {
    now: () => new Date(clock.now().getTime() + seconds * 1000),
    sleep: (ms, signal) => clock.sleep(ms, signal),
    uuid: () => clock.uuid(),
  };
}

/** The real time and random UUIDs (version 4). A sleep of zero still lets other work run. */
export const systemClock: Clock = {
  now: () => new Date(),
  uuid: () => randomUUID(),
  async sleep(ms, signal) {
    if (ms > 0) await setTimeout(ms, undefined, { signal });
    else await setImmediate(undefined, { signal });
  },
};
