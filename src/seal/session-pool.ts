/**
 * Sessions for a server that accepts a token for one call in about a minute, as the gateway does: it remembers the
 * token's `jti` for 30 s and forgets it with a sweep every 30 s.
 */
import type { AttestationResult, LiveSession } from './attestation.js';
import type { Attest, SessionSource } from './session-source.js';
import { disposedMeanwhile } from './shared-session.js';
import { raceSignal } from './transport.js';

export interface PoolOptions {
  /** Sessions kept ready beyond those asked for, so that the next call does not wait for an attestation. */
  readonly spare: number;
  /** Sessions kept after use until their token is accepted again; others are forgotten at once. */
  readonly kept: number;
}

/** Attestations in flight at once. */
const MAX_FLIGHTS = 4;
/** Time after which a used token is accepted again, milliseconds: 30 s, the sweep, and an allowance for clocks. */
const REST_MS = 65_000;

interface Pooled {
  readonly session: LiveSession;
  /** Milliseconds since 1970 of our clock: from then on the token may be used. */
  readonly readyAt: number;
}

interface Waiter {
  resolve(session: LiveSession): void;
  reject(error: unknown): void;
}

export class SessionPool implements SessionSource {
  readonly #attestNew: Attest;
  readonly #now: () => number;
  readonly #options: PoolOptions;
  #pooled: Pooled[] = [];
  /** Callers without a session, the longest waiting first. */
  #waiting: Waiter[] = [];
  #flights = 0;
  #generation = 0;
  #isAttested = false;

  constructor(attest: Attest, now: () => number, options: PoolOptions) {
    this.#attestNew = attest;
    this.#now = now;
    this.#options = options;
  }

  get isAttested(): boolean {
    return this.#isAttested;
  }

  async attest(signal: AbortSignal | undefined): Promise<AttestationResult> {
    const session = await this.#wait(signal);
    this.#pooled.push({ session, readyAt: 0 });
    return session.attestation;
  }

  async use<T>(sign: (session: LiveSession) => T, signal: AbortSignal | undefined): Promise<T> {
    const session = this.#take() ?? (await this.#wait(signal));
    let signed: T;
    try {
      signed = sign(session);
    } catch (error) {
      this.#pooled.push({ session, readyAt: 0 });
      throw error;
    }
    this.#rest(session);
    this.#topUp();
    return signed;
  }

  drop(session: LiveSession): void {
    session.key.erase();
    this.#pooled = this.#pooled.filter((pooled) => pooled.session !== session);
  }

  clear(): void {
    for (const { session } of this.#pooled.splice(0)) session.key.erase();
  }

  dispose(): void {
    this.#generation += 1;
    this.#flights = 0;
    this.#isAttested = false;
    this.clear();
    for (const waiter of this.#waiting.splice(0)) waiter.reject(disposedMeanwhile());
  }

  /** A session whose token may be used now, no longer pooled. */
  #take(): LiveSession | undefined {
    const now = this.#now();
    for (const { session } of this.#pooled.filter((pooled) => now >= pooled.session.renewAt))
      this.drop(session);
    const ready = this.#pooled.findIndex(({ readyAt }) => readyAt <= now);
    return ready === -1 ? undefined : this.#pooled.splice(ready, 1)[0]?.session;
  }

  #rest(session: LiveSession): void {
    if (this.#pooled.length >= this.#options.kept) session.key.erase();
    else this.#pooled.push({ session, readyAt: this.#now() + REST_MS });
  }

  /** A caller that gives up leaves its place; a session that was on the way to it is for the next. */
  async #wait(signal: AbortSignal | undefined): Promise<LiveSession> {
    const generation = this.#generation;
    const arrival = new Promise<LiveSession>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
    });
    const waiter = this.#waiting.at(-1);
    this.#topUp();
    try {
      const session = await raceSignal(arrival, signal);
      if (generation === this.#generation) return session;
      session.key.erase();
      throw disposedMeanwhile();
    } catch (error) {
      this.#waiting = this.#waiting.filter((other) => other !== waiter);
      if (signal?.aborted) void arrival.then((session) => this.#arrive(session, generation), ignore);
      throw error;
    }
  }

  /** Starts the attestations that waiters and spare want. */
  #topUp(): void {
    const now = this.#now();
    const ready = this.#pooled.filter(({ readyAt }) => readyAt <= now).length;
    const wanted = this.#waiting.length + this.#options.spare - ready;
    while (this.#flights < Math.min(wanted, MAX_FLIGHTS)) this.#launch();
  }

  #launch(): void {
    const generation = this.#generation;
    this.#flights += 1;
    const land = (): void => {
      if (generation === this.#generation) this.#flights -= 1;
    };
    void this.#attestNew().then(
      (session) => {
        land();
        this.#arrive(session, generation);
      },
      (error) => {
        land();
        if (generation === this.#generation) this.#fail(error);
      },
    );
  }

  #arrive(session: LiveSession, generation: number): void {
    if (generation !== this.#generation) {
      session.key.erase();
      return;
    }
    this.#isAttested = true;
    const waiter = this.#waiting.shift();
    if (waiter === undefined) this.#pooled.push({ session, readyAt: 0 });
    else waiter.resolve(session);
    if (this.#waiting.length > 0) this.#topUp();
  }

  /** Those who wait are told by the last attestation in flight: the others may still bring a session. */
  #fail(error: unknown): void {
    if (this.#flights > 0) return;
    for (const waiter of this.#waiting.splice(0)) waiter.reject(error);
  }
}

function ignore(): void {}
