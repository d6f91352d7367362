/** Memory of accepted signatures, so that an envelope is accepted once within its window. */

/** A store that answers at once: in memory, or in a local file. */
export interface SyncReplayStore {
  /**
   * Remembers a signature at least until `expiresAt` (milliseconds since 1970).
   *
   * @returns true when it was not yet known, false when it was. Look-up and entry are one step: of any number of
   *   claims of one signature, in whatever process, exactly one is true.
   * @throws anything when neither is certain; the envelope is refused then.
   */
  claim(signature: string, expiresAt: number): boolean;
}

/** A store that has to be asked over a network. */
export interface AsyncReplayStore {
  /** As {@link SyncReplayStore.claim}, resolved later. A rejection refuses the envelope. */
  claim(signature: string, expiresAt: number): Promise<boolean>;
}

/** Where accepted signatures are remembered. Verifiers that share traffic must share a store. */
export type ReplayStore = SyncReplayStore | AsyncReplayStore;

const SWEEP_EVERY_MS = 1000;

/** Says when expired entries are due to be dropped: at most once a second, so that a claim stays cheap under load. */
export class SweepTimer {
  #next = 0;

  /** @param now milliseconds since 1970. */
  isDue(now: number): boolean {
    if (now < this.#next) return false;
    this.#next = now + SWEEP_EVERY_MS;
    return true;
  }
}

/** A store for one process. Entries are dropped once their envelope could no longer pass the window. */
export class MemoryReplayStore implements SyncReplayStore {
  readonly #expiries = new Map<string, number>();
  readonly #sweep = new SweepTimer();
  readonly #now: () => number;

  /** @param now milliseconds since 1970; default Date.now. */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Number of signatures remembered. */
  get size(): number {
    return this.#expiries.size;
  }

  claim(signature: string, expiresAt: number): boolean {
    const now = this.#now();
    if (this.#sweep.isDue(now)) this.#dropExpired(now);
    if ((this.#expiries.get(signature) ?? now) > now) return false;
    this.#expiries.set(signature, expiresAt);
    return true;
  }

  #dropExpired(now: number): void {
    for (const [signature, expiresAt] of this.#expiries) {
      if (expiresAt <= now) this.#expiries.delete(signature);
    }
  }
}
