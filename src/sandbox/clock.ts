import { randomUUID } from 'node:crypto';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Clock } from './kernel.js';

/** The real time and random UUIDs (version 4). A sleep of zero still lets other work run. */
export const systemClock: Clock = {
  now: () => new Date(),
  uuid: () => randomUUID(),
  async sleep(ms, signal) {
    if (ms > 0) await setTimeout(ms, undefined, { signal });
    else await setImmediate(undefined, { signal });
  },
};
