/** The tools a security context lists, asked for at most once a minute. */

const LIFETIME_MS = 60_000;

/** Keeps the answer of a listing function for a minute; concurrent readers share one request. */
export class CachedCatalogue {
  readonly #load: () => Promise<ReadonlySet<string>>;
  readonly #now: () => number;
  #cached: Promise<ReadonlySet<string>> | undefined;
  #expiresAt = 0;

  constructor(load: () => Promise<ReadonlySet<string>>, now: () => number) {
    this.#load = load;
    this.#now = now;
  }

  /** Rejects as the listing function does; a failure is not kept. */
  async read(): Promise<ReadonlySet<string>> {
    if (this.#cached === undefined || this.#now() >= this.#expiresAt) {
      this.#cached = this.#load();
      this.#expiresAt = this.#now() + LIFETIME_MS;
    }
    const current = this.#cached;
    try {
      return await current;
    } catch (error) {
      if (this.#cached === current) this.#cached = undefined;
      throw error;
    }
  }
}
