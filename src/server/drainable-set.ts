/** A set of things under way that one can wait to see empty. */
export class DrainableSet<T> {
  readonly #items = new Set<T>();
  readonly #waiting = new Set<() => void>();

  add(item: T): void {
    this.#items.add(item);
  }

  delete(item: T): void {
    this.#items.delete(item);
    if (this.#items.size === 0) this.#release();
  }

  clear(): void {
    this.#items.clear();
    this.#release();
  }

  [Symbol.iterator](): IterableIterator<T> {
    return this.#items.values();
  }

  /** Resolves when the set is empty, or after `timeoutMs` milliseconds whatever it holds. */
  async drained(timeoutMs: number): Promise<void> {
    if (this.#items.size === 0) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      this.#waiting.add(done);
    });
  }

  #release(): void {
    for (const done of this.#waiting) done();
  }
}
