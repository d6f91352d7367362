import type { Run, Runs } from './runs.js';

/** Lets Subworkflow states wait for the end of another run. */
export class Endings {
  readonly #runs: Runs;
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(runs: Runs) {
    this.#runs = runs;
  }

  /** The run once it has ended, undefined once it is removed; rejects when the signal aborts first. */
  ended(id: string, signal: AbortSignal): Promise<Run | undefined> {
    const run = this.#runs.byId(id);
    if (run?.status !== 'running') return Promise.resolve(run);
    return new Promise((resolve, reject) => {
      const listeners = this.#waiting.get(id) ?? new Set();
      this.#waiting.set(
        id,
        listeners.add(() => resolve(this.#runs.byId(id))),
      );
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  }

  /** To be called after the run's record has changed. */
  notify(id: string): void {
    const listeners = this.#waiting.get(id) ?? [];
    this.#waiting.delete(id);
    for (const listener of listeners) listener();
  }
}
