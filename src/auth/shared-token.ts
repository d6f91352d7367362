/** Holds one token for many callers and renews it once for all of them. */
import { AegisError } from '../errors.js';

/** A token with the times that matter, milliseconds since the epoch. */
export interface Grant {
  readonly token: string;
  /** From here on it is renewed before it is handed out. */
  readonly refreshAt: number;
  readonly expiresAt: number;
}

/** Failures of an identity provider that may be over in a moment. */
const PASSING = new Set(['unreachable', 'unavailable', 'timeout', 'connection_lost', 'rate_limited']);

export class SharedToken {
  readonly #request: () => Promise<Grant>;
  readonly #now: () => number;
  #held: Grant | undefined;
  #refresh: Promise<Grant> | undefined;

  /** `request` obtains a new grant; it is never run twice at the same time. */
  constructor(request: () => Promise<Grant>, now: () => number) {
    this.#request = request;
    this.#now = now;
  }

  /**
   * A token that is not about to expire. When it cannot be renewed in passing, the old one serves until it
   * expires. Rejects with the signal's reason when this caller gives up; the renewal goes on for the others.
   */
  async get(signal: AbortSignal): Promise<string> {
    const held = this.#held;
    if (held !== undefined && this.#now() < held.refreshAt) return held.token;
    try {
      return await this.#refreshed(signal);
    } catch (error) {
      const passing = error instanceof AegisError && PASSING.has(error.code);
      if (held !== undefined && passing && this.#now() < held.expiresAt) return held.token;
      throw error;
    }
  }

  /** Another token than `rejected`, or undefined when the provider has no other. */
  async replace(rejected: string, signal: AbortSignal): Promise<string | undefined> {
    if (this.#held !== undefined && this.#held.token !== rejected) return this.#held.token;
    const token = await this.#refreshed(signal);
    return token === rejected ? undefined : token;
  }

  async #refreshed(signal: AbortSignal): Promise<string> {
    this.#refresh ??= this.#run().finally(() => {
      this.#refresh = undefined;
    });
    return (await waitFor(this.#refresh, signal)).token;
  }

  async #run(): Promise<Grant> {
    this.#held = await this.#request();
    return this.#held;
  }
}

/** Waits for a promise that others wait for too: an abort ends the waiting, not the work. */
function waitFor<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    const release = () => signal.removeEventListener('abort', abort);
    work.then(resolve, reject).finally(release);
  });
}
