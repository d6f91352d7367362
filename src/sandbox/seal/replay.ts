/** Replay memory: a signature counts once within the freshness window. */
import { WINDOW_SECONDS } from './envelope.js';

export interface ReplayMemory {
  /** Notes a signature; false when it was seen within the last 30 s. */
  record(signature: string, now: Date): boolean;
}

/** An empty memory; entries older than the window are dropped at each call. */
export function createReplayMemory(): ReplayMemory {
  const seen = new Map<string, number>();
  return {
    record(signature, now) {
      forgetBefore(seen, now.getTime() - WINDOW_SECONDS * 1000);
      if (seen.has(signature)) return false;
      seen.set(signature, now.getTime());
      return true;
    },
  };
}

/** Entries are in order of arrival, so the first young one ends the sweep. */
function forgetBefore(seen: Map<string, number>, limit: number): void {
  for (const [signature, at] of seen) {
    if (at >= limit) return;
    seen.delete(signature);
  }
}
