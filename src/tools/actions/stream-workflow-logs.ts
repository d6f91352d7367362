/** Follows a workflow execution (streamWorkflowExecutionLogs with getWorkflowExecutionLogs). */
import type { SseEvent } from '../../client/types.js';
import { type Arrival, Connection, pause } from './connection.js';
import type { Digest } from './digest.js';
import { follow } from './follow.js';
import { type ReadPage, readEvents } from './log-pages.js';
import { readRecordEnd, readWorkflowEnd } from './outcome.js';
import { readErrorPayload, readPayload } from './payload.js';
import { readOptions, type StreamBounds, type StreamDeps } from './stream-execution.js';

export interface StreamWorkflowLogsArgs extends StreamBounds {
  /** Workflow execution. */
  readonly execution_id: string;
}

export interface StreamWorkflowLogsDeps extends StreamDeps {
  readonly readPage: ReadPage;
}

const PAGE = 100;
/** Wait for the stored form of an event that the live stream has announced, milliseconds; so many times. */
const STORE_DELAY = 200;
const STORE_TRIES = 5;
/** Silence after which the log is read all the same: the live stream loses events without a word (D44). */
const POLL = 3_000;

/**
 * Reads until the terminal event or a bound. What is read is the stored log, which is complete, ordered and
 * numbered. The live stream has no history, hangs for a finished execution and may lose events: it only tells
 * when to look. Errors as {@link follow}.
 */
export async function streamWorkflowLogs(
  args: StreamWorkflowLogsArgs,
  deps: StreamWorkflowLogsDeps,
): Promise<Digest> {
  const source = {
    subject: args.execution_id,
    numbered: true,
    open: (signal: AbortSignal, offset: number) => readLog(deps, signal, offset),
    readEnd: readWorkflowEnd,
    reconcile: async () => readRecordEnd(await deps.readRecord()),
    breaksOften: true,
  };
  return await follow(source, readOptions(args, deps));
}

/** Stored events after `offset` with their number as id. Ends or throws when the live stream does. */
async function* readLog(
  deps: StreamWorkflowLogsDeps,
  signal: AbortSignal,
  offset: number,
): AsyncGenerator<SseEvent, void, undefined> {
  const bell = new Bell(new Connection((inner) => deps.stream(inner), signal), signal);
  const quietMs = deps.timing?.pollMs ?? POLL;
  try {
    for (let position = offset; !signal.aborted; ) {
      const events = await readEvents(deps.readPage, PAGE, position);
      for (const event of events) {
        position += 1;
        yield { event: 'log', data: JSON.stringify(event), id: String(position) };
      }
      if (events.length === PAGE) continue;
      if (bell.isSpent()) return;
      const refusal = await bell.wait(quietMs);
      if (refusal !== undefined) yield refusal;
    }
  } finally {
    bell.close();
  }
}

/** The live stream as a bell: it says when to look at the log, and for how long to keep looking. */
class Bell {
  readonly #live: Connection;
  readonly #signal: AbortSignal;
  /** Looks left at short intervals, because the log may lag behind the live stream. */
  #looks = 0;
  #gone: Exclude<Arrival, { kind: 'event' | 'silence' }> | undefined;

  constructor(live: Connection, signal: AbortSignal) {
    this.#live = live;
    this.#signal = signal;
  }

  /** True once the stream was closed and the log has been looked at since. Throws when the stream broke. */
  isSpent(): boolean {
    if (this.#gone === undefined || this.#looks > 0) return false;
    if (this.#gone.kind === 'broken') throw this.#gone.error;
    return true;
  }

  /** Waits for a reason to look at the log; an error event of the server is handed back. */
  async wait(quietMs: number): Promise<SseEvent | undefined> {
    const eager = this.#looks > 0;
    this.#looks = Math.max(0, this.#looks - 1);
    if (this.#gone !== undefined) {
      await pause(STORE_DELAY, this.#signal);
      return undefined;
    }
    return this.#note(await this.#live.next(eager ? STORE_DELAY : quietMs));
  }

  close(): void {
    this.#live.close();
  }

  async #note(first: Arrival): Promise<SseEvent | undefined> {
    let arrival = first;
    // Events that came together need one look, not one each.
    while (arrival.kind === 'event') {
      if (readErrorPayload(readPayload(arrival.event)) !== undefined) return arrival.event;
      this.#looks = STORE_TRIES;
      arrival = await this.#live.next(0);
    }
    if (arrival.kind === 'silence') return undefined;
    this.#gone = arrival;
    this.#looks = arrival.kind === 'closed' ? STORE_TRIES : 1;
    return undefined;
  }
}
