/** Asks the record of a run whether it has ended, without letting the record's own troubles end a reading. */
import { AegisError, type ErrorCode } from '../../errors.js';
import { pause } from './connection.js';
import type { Outcome } from './outcome.js';

/** Longest wait for one answer of the record, milliseconds. */
const PATIENCE = 5_000;

/** Refusals that will not change within a reading: a token may carry the scope of the stream alone. */
const REFUSED: readonly ErrorCode[] = [
  'unauthorized',
  'forbidden',
  'no_such_route',
  'unsupported',
  'refused',
];

export class RecordWatch {
  #ask: (() => Promise<Outcome | undefined>) | undefined;
  readonly #signal: AbortSignal;

  constructor(ask: (() => Promise<Outcome | undefined>) | undefined, signal: AbortSignal) {
    this.#ask = ask;
    this.#signal = signal;
  }

  /**
   * The outcome in the record; undefined while the run goes on, and when the record cannot be had.
   * @throws AegisError `not_found` when there is no such run.
   */
  async ask(): Promise<Outcome | undefined> {
    if (this.#ask === undefined) return undefined;
    const limit = new AbortController();
    try {
      const late = pause(PATIENCE, AbortSignal.any([limit.signal, this.#signal]));
      return await Promise.race([this.#ask(), late.then(() => undefined)]);
    } catch (error) {
      if (!(error instanceof AegisError) || error.code === 'not_found') throw error;
      if (REFUSED.includes(error.code)) this.#ask = undefined;
      return undefined;
    } finally {
      limit.abort();
    }
  }
}
