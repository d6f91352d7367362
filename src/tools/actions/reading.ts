/** The state of one {@link follow}: connections, bounds, failures, and what is known of the outcome. */
import type { SseEvent } from '../../client/types.js';
import { AegisError, type ErrorCode } from '../../errors.js';
import { cleanText } from '../untrusted.js';
import { type Arrival, Connection, pause } from './connection.js';
import { decodeCursor, encodeCursor } from './cursor.js';
import { type Digest, DigestBuilder, type StopReason } from './digest.js';
import { type ActivityEvent, normalizeEvent } from './events.js';
import type { FollowOptions, FollowSource } from './follow.js';
import { type Ledger, OffsetLedger, ReplayLedger } from './ledger.js';
import type { Outcome } from './outcome.js';
import { readErrorPayload, readPayload } from './payload.js';
import { describeEvent } from './progress.js';
import { RecordWatch } from './record-watch.js';

/** What to do after an arrival. */
type Step = StopReason | 'continue' | 'reopen';

/** Answers to the request itself: opening the stream again would meet them again. */
const FATAL: readonly ErrorCode[] = [
  'unauthorized',
  'forbidden',
  'payment_required',
  'not_found',
  'no_such_route',
  'unsupported',
  'refused',
  'not_configured',
  'invalid_configuration',
  'invalid_arguments',
  'cancelled',
];

export class Reading {
  readonly #source: FollowSource;
  readonly #options: FollowOptions;
  readonly #pollMs: number;
  readonly #ledger: Ledger;
  readonly #digest: DigestBuilder;
  readonly #record: RecordWatch;
  readonly #deadline: number;
  #outcome: Outcome | undefined;
  /** Set once the record says the run has ended: until then the terminal event is still awaited. */
  #settleUntil: number | undefined;
  #reconnects = 0;
  /** Connections in a row that brought nothing new. */
  #idle = 0;
  #silences = 0;
  /** This connection has brought an event, old or new. */
  #heard = false;

  constructor(source: FollowSource, options: FollowOptions) {
    this.#source = source;
    this.#options = options;
    this.#pollMs = options.pollMs ?? 3_000;
    const after = options.cursor === undefined ? undefined : decodeCursor(source.subject, options.cursor);
    this.#ledger = source.numbered === true ? new OffsetLedger(after) : new ReplayLedger(after);
    this.#digest = new DigestBuilder(options);
    this.#record = new RecordWatch(source.reconcile?.bind(source), options.signal);
    this.#deadline = performance.now() + options.maxSeconds * 1_000;
  }

  async run(): Promise<Digest> {
    for (;;) {
      const reason = await this.#readConnection();
      if (reason !== undefined) return await this.#conclude(reason);
      this.#reconnects += 1;
    }
  }

  async #readConnection(): Promise<StopReason | undefined> {
    this.#refuseCancelled();
    this.#ledger.restart();
    this.#heard = false;
    const connection = new Connection(
      (signal) => this.#source.open(signal, this.#offset()),
      this.#options.signal,
    );
    try {
      for (;;) {
        const arrival = await connection.next(this.#patience());
        this.#refuseCancelled();
        const step = await this.#handle(arrival);
        this.#refuseCancelled();
        if (step === 'reopen') return undefined;
        if (step !== 'continue') return step;
      }
    } finally {
      connection.close();
    }
  }

  #handle(arrival: Arrival): Promise<Step> {
    if (arrival.kind === 'event') return this.#take(arrival.event);
    if (arrival.kind === 'silence') return this.#wait();
    return this.#recover(arrival.kind === 'broken' ? arrival.error : undefined);
  }

  async #take(message: SseEvent): Promise<Step> {
    this.#heard = true;
    const payload = readPayload(message);
    const error = readErrorPayload(payload);
    if (error !== undefined) return await this.#refuseErrorEvent(error);
    const event = normalizeEvent(payload);
    if (event === undefined) {
      this.#digest.count('unreadable');
      return this.#bound();
    }
    if (this.#ledger.admit(event, message.id)) this.#deliver(event);
    const end = this.#source.readEnd?.(event);
    if (end !== undefined) {
      this.#outcome = end;
      return 'terminal';
    }
    return this.#digest.total >= this.#options.maxEvents ? 'max_events' : this.#bound();
  }

  #deliver(event: ActivityEvent): void {
    this.#digest.add(event);
    this.#options.onEvent?.(event);
    this.#idle = 0;
    this.#silences = 0;
    // A run that is over may still have much to tell: it settles once nothing new comes any more.
    if (this.#settleUntil !== undefined) this.#startSettling();
    this.#options.progress({ progress: this.#digest.total, message: describeEvent(event) });
  }

  /** Nothing came for a while: the run may have ended without this stream saying so. */
  async #wait(): Promise<Step> {
    const bound = this.#bound();
    if (bound !== 'continue' || this.#settleUntil !== undefined) return bound;
    // A server that does not know how to send the history alone keeps the stream open after it.
    if (this.#source.endsWhenClosed === true && this.#heard) return 'ended';
    this.#silences += 1;
    // Between the count of events and the next one, so that progress only ever grows.
    const fraction = this.#silences / (this.#silences + 1);
    this.#options.progress({ progress: this.#digest.total + fraction, message: 'waiting for events' });
    // A connection that has brought nothing yet may only be slow; one that has must have missed the end.
    return (await this.#learnEnd()) && this.#heard ? 'reopen' : 'continue';
  }

  /** The connection is gone: opens it again unless the run is over, unknown, or the stream keeps failing. */
  async #recover(error: unknown): Promise<Step> {
    if (error === undefined && this.#source.endsWhenClosed === true) return 'ended';
    if (error instanceof AegisError && FATAL.includes(error.code)) throw error;
    const settling = this.#settleUntil !== undefined;
    if (!settling && (await this.#learnEnd())) return 'reopen';
    this.#idle += 1;
    if (!settling && this.#idle > (this.#options.maxFailures ?? 5) && !this.#isNormal(error)) {
      return this.#giveUp(error);
    }
    const backoff = (this.#options.backoffMs ?? 250) * 2 ** Math.min(this.#idle - 1, 4);
    await pause(Math.min(backoff, this.#patience()), this.#options.signal);
    const bound = this.#bound();
    return bound === 'continue' ? 'reopen' : bound;
  }

  #isNormal(error: unknown): boolean {
    const cut = error === undefined || (error instanceof AegisError && error.code === 'connection_lost');
    return cut && this.#source.breaksOften === true;
  }

  #giveUp(error: unknown): StopReason {
    if (this.#digest.total > 0) return 'connection_lost';
    if (error instanceof AegisError && error.code !== 'connection_lost') throw error;
    throw new AegisError(
      'connection_lost',
      `The event stream broke ${this.#idle} times in a row without news.`,
      {
        next: 'The run itself goes on: read its record, or call again later.',
        cause: error,
      },
    );
  }

  /** Asks the record; true when it says the run has ended, and the terminal event is worth waiting for. */
  async #learnEnd(): Promise<boolean> {
    this.#outcome = await this.#record.ask();
    if (this.#outcome === undefined) return false;
    this.#startSettling();
    return true;
  }

  #startSettling(): void {
    this.#settleUntil = performance.now() + (this.#options.settleMs ?? 2_000);
  }

  #bound(): Step {
    const now = performance.now();
    if (this.#settleUntil !== undefined) {
      return now >= Math.min(this.#settleUntil, this.#deadline) ? 'terminal' : 'continue';
    }
    return now >= this.#deadline ? 'max_seconds' : 'continue';
  }

  /** How long to wait for the next event, milliseconds. */
  #patience(): number {
    const until = Math.min(this.#settleUntil ?? Infinity, this.#deadline);
    return Math.max(0, Math.min(this.#pollMs, until - performance.now()));
  }

  async #refuseErrorEvent(text: string): Promise<never> {
    await this.#record.ask();
    throw new AegisError('failed', `The event stream answered with an error: ${cleanText(text)}`, {
      next: 'Check the id, and that it belongs to the tenant of the credentials in use.',
    });
  }

  async #conclude(reason: StopReason): Promise<Digest> {
    const outcome = this.#outcome ?? (await this.#record.ask());
    this.#refuseCancelled();
    const position = this.#ledger.position();
    const interrupted = this.#reconnects > 0 || this.#options.cursor !== undefined;
    return this.#digest.build(outcome, {
      reason,
      reconnects: this.#reconnects,
      ...(position === undefined ? {} : { cursor: encodeCursor(this.#source.subject, position) }),
      ...(interrupted && this.#source.gaps !== undefined ? { gaps: this.#source.gaps } : {}),
    });
  }

  #offset(): number {
    return this.#ledger instanceof OffsetLedger ? this.#ledger.offset : 0;
  }

  #refuseCancelled(): void {
    if (!this.#options.signal.aborted) return;
    throw new AegisError('cancelled', 'Reading was cancelled; the run itself goes on.');
  }
}
