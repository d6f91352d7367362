/** Those who want to hear of changes, and the looks that are taken for them. */
export class Watchers {
  readonly #look: () => Promise<void>;
  readonly #everyMs: number;
  readonly #watchers = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;

  /** @param look never rejects; called `everyMs` milliseconds after the last one, while somebody watches. */
  constructor(look: () => Promise<void>, everyMs: number) {
    this.#look = look;
    this.#everyMs = everyMs;
  }

  /** Adds one; the returned function takes it away. */
  add(changed: () => void): () => void {
    // Each is one of its own, also where two give the same function.
    const watcher = (): void => changed();
    this.#watchers.add(watcher);
    this.#schedule();
    return () => {
      this.#watchers.delete(watcher);
      if (this.#watchers.size === 0) this.#rest();
    };
  }

  /** Tells all of them of a change, but for those who leave meanwhile. */
  tell(): void {
    for (const changed of [...this.#watchers]) if (this.#watchers.has(changed)) changed();
  }

  close(): void {
    this.#watchers.clear();
    this.#rest();
  }

  #schedule(): void {
    if (this.#watchers.size === 0 || this.#timer !== undefined) return;
    const timer = setTimeout(() => void this.#turn(timer), this.#everyMs).unref();
    this.#timer = timer;
  }

  async #turn(timer: NodeJS.Timeout): Promise<void> {
    await this.#look();
    // Whoever came after the last one had left meanwhile has another turn.
    if (this.#timer !== timer) return;
    this.#timer = undefined;
    this.#schedule();
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
