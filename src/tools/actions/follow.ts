/** Reads long work to its end, or to a bound, over streams that break, hang and repeat themselves. */
import type { SseEvent } from '../../client/types.js';
import type { ProgressUpdate } from '../context.js';
import type { Digest, DigestBounds } from './digest.js';
import type { ActivityEvent } from './events.js';
import type { Outcome } from './outcome.js';
import { Reading } from './reading.js';

/** A stream, and what is known of how it behaves. */
export interface FollowSource {
  /** Execution or agent id; cursors are bound to it. */
  readonly subject: string;
  /**
   * Opens the stream. `offset` is the number of events delivered so far; only numbered sources use it.
   * Throws `connection_lost` when the stream is cut.
   */
  open(signal: AbortSignal, offset: number): AsyncIterable<SseEvent>;
  /** The events carry their number as SSE id and start after `offset`. Otherwise history repeats on each opening. */
  readonly numbered?: boolean;
  /** The outcome of the run, when the event is its terminal one. */
  readEnd?(event: ActivityEvent): Outcome | undefined;
  /** The outcome in the record of the run; undefined while it goes on. Throws `not_found` when there is none. */
  reconcile?(): Promise<Outcome | undefined>;
  /** The server closes the stream when the history has been sent: that is its end, not a break. */
  readonly endsWhenClosed?: boolean;
  /** Connections of this stream are cut in normal operation: cuts do not count as failures. */
  readonly breaksOften?: boolean;
  /** What is lost when the stream is interrupted; absent when nothing is. */
  readonly gaps?: string;
}

export interface FollowOptions extends DigestBounds {
  /** Ends the reading with `cancelled`. The run itself goes on. */
  readonly signal: AbortSignal;
  /** Called for each new event, and now and then while there is none; never decreases. */
  readonly progress: (update: ProgressUpdate) => void;
  /** Sees each new event before it is cut for the digest. */
  readonly onEvent?: (event: ActivityEvent) => void;
  readonly maxSeconds: number;
  /** Most new events. */
  readonly maxEvents: number;
  /** Of an earlier digest: only newer events are delivered. */
  readonly cursor?: string;
  /** Silence after which the record is asked, milliseconds. Default 3,000. */
  readonly pollMs?: number;
  /** Silence after which the terminal event is no longer awaited once the run is known to have ended, milliseconds. Default 2,000. */
  readonly settleMs?: number;
  /** First pause before the stream is opened again; doubles up to 16 times, milliseconds. Default 250. */
  readonly backoffMs?: number;
  /** Failures in a row without a new event after which reading is given up. Default 5. */
  readonly maxFailures?: number;
}

/**
 * Follows a run. Repeated history is delivered once; a run whose stream hangs or is cut is noticed by its record.
 * @throws AegisError `cancelled` by the caller; `not_found` for an unknown run; `failed` for an error event of
 * the server; `invalid_arguments` for a foreign cursor; `connection_lost`, or the last error, when the stream
 * breaks again and again before the first new event; at once whatever refuses the request itself.
 */
export async function follow(source: FollowSource, options: FollowOptions): Promise<Digest> {
  return await new Reading(source, options).run();
}
