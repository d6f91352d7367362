/** What a reading of a stream gives back: counts, the last events within bounds, and where to continue. */
import type { ActivityEvent } from './events.js';
import { cutJson, cutText } from './excerpt.js';
import type { Outcome, RunStatus } from './outcome.js';

/**
 * Why the reading stopped. `terminal`: the run has ended and was read to its end. `ended`: the history was read
 * to its end. `connection_lost`: the stream kept breaking; what came before is in the digest.
 */
export type StopReason = 'terminal' | 'max_seconds' | 'max_events' | 'ended' | 'connection_lost';

export interface Digest {
  readonly status: RunStatus;
  /** The run has ended; with reason `max_events` there may still be events to read. */
  readonly terminal: boolean;
  readonly reason: StopReason;
  readonly final_output?: unknown;
  readonly error?: string;
  readonly iterations?: number;
  /** New events of this reading by type. */
  readonly counts: Readonly<Record<string, number>>;
  /** The last new events, oldest first; long texts are cut with a marker. */
  readonly events: readonly ActivityEvent[];
  /** New events that came before `events` and are only counted. */
  readonly omitted_events: number;
  /** Pass it to a later call to get only newer events; absent before the first event. */
  readonly cursor?: string;
  /** Times the stream was opened again. */
  readonly reconnects: number;
  /** Why some events may be missing; absent when none are. */
  readonly gaps?: string;
}

export interface DigestBounds {
  /** Most events shown. Default 40. */
  readonly events?: number;
  /** Most characters of events shown, as JSON. Default 24,000. */
  readonly characters?: number;
}

const TEXT = 1_000;
const EVENT = 4_000;
const FINAL_OUTPUT = 64_000;
const ERROR = 4_000;

/** Collects new events as they come. Memory is bounded whatever comes. */
export class DigestBuilder {
  readonly #bounds: Required<DigestBounds>;
  readonly #counts = new Map<string, number>();
  readonly #shown: { readonly event: ActivityEvent; readonly size: number }[] = [];
  #size = 0;
  #total = 0;

  constructor(bounds: DigestBounds = {}) {
    this.#bounds = { events: bounds.events ?? 40, characters: bounds.characters ?? 24_000 };
  }

  /** New events so far. */
  get total(): number {
    return this.#total;
  }

  add(event: ActivityEvent): void {
    this.#total += 1;
    this.count(event.type);
    const shown = shorten(event);
    const size = JSON.stringify(shown).length;
    this.#shown.push({ event: shown, size });
    this.#size += size;
    while (this.#shown.length > this.#bounds.events || this.#size > this.#bounds.characters) {
      this.#size -= this.#shown.shift()?.size ?? 0;
    }
  }

  count(type: string): void {
    this.#counts.set(type, (this.#counts.get(type) ?? 0) + 1);
  }

  build(
    outcome: Outcome | undefined,
    rest: Pick<Digest, 'reason' | 'reconnects' | 'cursor' | 'gaps'>,
  ): Digest {
    const { final_output: output, error, iterations } = outcome ?? {};
    return {
      status: outcome?.status ?? 'running',
      terminal: outcome !== undefined,
      ...(output === undefined ? {} : { final_output: shortenOutput(output) }),
      ...(error === undefined ? {} : { error: cutText(error, ERROR) }),
      ...(iterations === undefined ? {} : { iterations }),
      counts: Object.fromEntries(this.#counts),
      events: this.#shown.map(({ event }) => event),
      omitted_events: this.#total - this.#shown.length,
      ...rest,
    };
  }
}

function shorten(event: ActivityEvent): ActivityEvent {
  const { message, data, ...rest } = event;
  const short = {
    ...rest,
    ...(message === undefined ? {} : { message: cutText(message, TEXT) }),
    data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, cutJson(value, TEXT)])),
  };
  if (JSON.stringify(short).length <= EVENT) return short;
  return { ...short, data: { excerpt: cutText(JSON.stringify(data), TEXT) } };
}

function shortenOutput(output: unknown): unknown {
  if (typeof output === 'string') return cutText(output, FINAL_OUTPUT);
  const text = JSON.stringify(output);
  return text.length <= FINAL_OUTPUT ? output : cutText(text, FINAL_OUTPUT);
}
