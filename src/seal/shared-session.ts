/** One session for all calls, as the orchestrator keeps it: renewed before its end with a new key. */
import type { AttestationResult, LiveSession } from './attestation.js';
import { SealError } from './errors.js';
import type { Attest, SessionSource } from './session-source.js';
import { raceSignal } from './transport.js';

/** At most one attestation is in flight; whoever needs a session meanwhile waits for it. */
export class SharedSession implements SessionSource {
  readonly #attestNew: Attest;
  readonly #now: () => number;
  #live: LiveSession | undefined;
  #flight: Promise<LiveSession> | undefined;
  /** Counts disposals, so that an attestation that ends after one leaves nothing behind. */
  #generation = 0;

  constructor(attest: Attest, now: () => number) {
    this.#attestNew = attest;
    this.#now = now;
  }

  get isAttested(): boolean {
    return this.#live !== undefined;
  }

  async attest(signal: AbortSignal | undefined): Promise<AttestationResult> {
    return (await this.#renew(signal)).attestation;
  }

  async use<T>(sign: (session: LiveSession) => T, signal: AbortSignal | undefined): Promise<T> {
    const live = this.#live;
    if (live !== undefined && this.#now() < live.renewAt) return sign(live);
    const renewed = await this.#renew(signal);
    // Between the end of the attestation and this turn somebody may have disposed of it.
    if (this.#live !== renewed) throw disposedMeanwhile();
    return sign(renewed);
  }

  drop(session: LiveSession): void {
    session.key.erase();
    if (this.#live === session) this.#live = undefined;
  }

  clear(): void {
    if (this.#live !== undefined) this.drop(this.#live);
  }

  dispose(): void {
    this.#generation += 1;
    this.#flight = undefined;
    this.clear();
  }

  /** Not bound to the signal of any caller: others may wait for the same attestation. */
  #renew(signal: AbortSignal | undefined): Promise<LiveSession> {
    const flight = this.#flight ?? this.#attest();
    this.#flight = flight;
    return raceSignal(flight, signal);
  }

  async #attest(): Promise<LiveSession> {
    const generation = this.#generation;
    const isWanted = (): boolean => generation === this.#generation;
    try {
      const session = await this.#attestNew();
      if (isWanted()) return this.#install(session);
      session.key.erase();
      throw disposedMeanwhile();
    } catch (error) {
      throw isWanted() ? error : disposedMeanwhile();
    } finally {
      if (isWanted()) this.#flight = undefined;
    }
  }

  #install(session: LiveSession): LiveSession {
    this.clear();
    this.#live = session;
    return session;
  }
}

/** For whoever waited for a session that nobody wants any more. */
export function disposedMeanwhile(): SealError {
  return new SealError('not_attested', 'The session was disposed of while it was attesting.');
}
