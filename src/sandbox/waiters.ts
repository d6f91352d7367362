/** Who waits for what: by key, woken all at once. */
export class Waiters {
  readonly #waiting = new Map<string, Set<() => void>>();

  /** Resolves at the next wake of the key, or when the signal aborts. */
  wait(key: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(key) ?? new Set();
      this.#waiting.set(key, waiting);
      const done = () => {
        waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      waiting.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  wake(key: string): void {
    const waiting = [...(this.#waiting.get(key) ?? [])];
    this.#waiting.delete(key);
    for (const done of waiting) done();
  }
}
