/** Memory of accepted signatures, so that an envelope is accepted once within its window. */

/** Where accepted signatures are remembered. Replicas that share traffic need a shared store. */
export interface ReplayStore {
  /**
   * Remembers a signature until `expiresAt` (milliseconds since 1970).
   * Returns false when it is remembered already; check and entry must be one step.
   */
  claim(signature: string, expiresAt: number): boolean;
}

/** A store for one process. Entries are dropped once their envelope could no longer pass the window. */
export class MemoryReplayStore implements ReplayStore {
  readonly #expiries = new Map<string, number>();
  readonly #now: () => number;
  #nextSweep = 0;

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
    this.#sweep(now);
    if ((this.#expiries.get(signature) ?? now) > now) return false;
    this.#expiries.set(signature, expiresAt);
    return true;
  }

  /** At most once a second, so that a claim stays cheap under load. */
  #sweep(now: number): void {
    if (now < this.#nextSweep) return;
    this.#nextSweep = now + 1000;
    for (const [signature, expiresAt] of this.#expiries) {
      if (expiresAt <= now) this.#expiries.delete(signature);
    }
  }
}
