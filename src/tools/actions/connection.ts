/** One connection to an event stream, read with patience instead of blocking. */
import type { SseEvent } from '../../client/types.js';

/** What came within the time given. */
export type Arrival =
  | { readonly kind: 'event'; readonly event: SseEvent }
  /** Nothing came in time; the connection is still open. */
  | { readonly kind: 'silence' }
  | { readonly kind: 'closed' }
  | { readonly kind: 'broken'; readonly error: unknown };

/** Opens a stream at once and reads it event by event. */
export class Connection {
  readonly #controller = new AbortController();
  readonly #iterator: AsyncIterator<SseEvent>;
  readonly #parent: AbortSignal;
  /** The read in progress; it outlives a silence. Never rejects. */
  #reading: Promise<Arrival> | undefined;

  constructor(open: (signal: AbortSignal) => AsyncIterable<SseEvent>, parent: AbortSignal) {
    this.#parent = parent;
    parent.addEventListener('abort', this.#abort, { once: true });
    if (parent.aborted) this.#abort();
    this.#iterator = open(this.#controller.signal)[Symbol.asyncIterator]();
  }

  /** Waits at most `milliseconds`; also ends when the caller cancels. */
  async next(milliseconds: number): Promise<Arrival> {
    this.#reading ??= this.#read();
    const silence = waitFor(milliseconds, this.#controller.signal);
    const arrival = await Promise.race([this.#reading, silence.done]);
    silence.stop();
    if (arrival.kind !== 'silence') this.#reading = undefined;
    return arrival;
  }

  /** Ends the request behind the stream. */
  close(): void {
    this.#parent.removeEventListener('abort', this.#abort);
    this.#abort();
    // A generator that ignores its signal would keep `return` waiting: nobody needs its answer.
    this.#iterator.return?.().catch(() => undefined);
  }

  readonly #abort = (): void => this.#controller.abort();

  async #read(): Promise<Arrival> {
    try {
      const { done, value } = await this.#iterator.next();
      return done === true ? { kind: 'closed' } : { kind: 'event', event: value };
    } catch (error) {
      return { kind: 'broken', error };
    }
  }
}

/** A silence of the length given, cut short by the signal; `stop` frees its timer. */
function waitFor(
  milliseconds: number,
  signal: AbortSignal,
): { readonly done: Promise<Arrival>; readonly stop: () => void } {
  let stop = (): void => undefined;
  const done = new Promise<Arrival>((resolve) => {
    const end = (): void => {
      stop();
      resolve({ kind: 'silence' });
    };
    const timer = setTimeout(end, Math.max(0, milliseconds));
    signal.addEventListener('abort', end, { once: true });
    stop = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
    };
    if (signal.aborted) end();
  });
  return { done, stop };
}

/** Resolves after the time given, or at once when the signal aborts. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await waitFor(milliseconds, signal).done;
}
