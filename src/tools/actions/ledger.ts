/** Tells new events from repeated ones, and remembers how far a reader has come. */
import { createHash } from 'node:crypto';
import type { Position } from './cursor.js';
import type { ActivityEvent } from './events.js';

/**
 * Events that happen once for an execution or an iteration. Live and replayed copies may differ in detail, so
 * their name is their identity.
 */
const ONCE = new Set([
  'execution_started',
  'execution_completed',
  'execution_failed',
  'execution_cancelled',
  'execution_timed_out',
  'iteration_started',
  'iteration_completed',
  'iteration_failed',
]);

/** Events at one instant that a cursor names; more share an instant only in theory. */
const MAX_KEYS = 32;

export interface Ledger {
  /** True when the event was not delivered before; it counts as delivered from then on. */
  admit(event: ActivityEvent, id: string | undefined): boolean;
  /** Called when a stream is opened anew. */
  restart(): void;
  /** Where the reader stands; undefined before the first event. */
  position(): Position | undefined;
}

/** For streams that replay their history on every connection: events are told apart by time and content. */
export class ReplayLedger implements Ledger {
  readonly #after: { readonly at: string; readonly keys: ReadonlySet<string> } | undefined;
  readonly #seen = new Set<string>();
  #latest: { at: string; keys: string[] } | undefined;
  /** Instant of the event before, for events without one. */
  #previous = '';

  constructor(after?: Position) {
    if (after === undefined || !('at' in after)) return;
    this.#after = { at: after.at, keys: new Set(after.keys) };
    this.#latest = { at: after.at, keys: [...after.keys] };
  }

  admit(event: ActivityEvent): boolean {
    const at = readInstant(event.timestamp) ?? this.#previous;
    this.#previous = at;
    const key = identify(event);
    if (this.#seen.has(key) || this.#isOld(at, key)) return false;
    this.#seen.add(key);
    if (this.#latest === undefined || at > this.#latest.at) this.#latest = { at, keys: [key] };
    else if (at === this.#latest.at && this.#latest.keys.length < MAX_KEYS) this.#latest.keys.push(key);
    return true;
  }

  restart(): void {
    this.#previous = '';
  }

  position(): Position | undefined {
    return this.#latest;
  }

  #isOld(at: string, key: string): boolean {
    if (this.#after === undefined) return false;
    return at < this.#after.at || (at === this.#after.at && this.#after.keys.has(key));
  }
}

/** For logs whose events carry their number as SSE id: nothing repeats, the number is the position. */
export class OffsetLedger implements Ledger {
  #offset: number;

  constructor(after?: Position) {
    this.#offset = after !== undefined && 'offset' in after ? after.offset : 0;
  }

  get offset(): number {
    return this.#offset;
  }

  admit(_event: ActivityEvent, id: string | undefined): boolean {
    const offset = Number(id);
    if (!Number.isSafeInteger(offset) || offset <= this.#offset) return false;
    this.#offset = offset;
    return true;
  }

  restart(): void {}

  position(): Position {
    return { offset: this.#offset };
  }
}

function identify(event: ActivityEvent): string {
  const { type, timestamp = '', execution_id: execution = '', iteration = '', state = '' } = event;
  const parts = ONCE.has(type)
    ? [type, execution, iteration]
    : [type, execution, iteration, state, timestamp, JSON.stringify(event.data)];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 10);
}

/** RFC 3339 as text that sorts by time, whatever its offset and however many digits its second has. */
function readInstant(timestamp: string | undefined): string | undefined {
  const parts = /^(.+?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/i.exec(timestamp ?? '');
  const milliseconds = Date.parse(`${parts?.[1]}${parts?.[3]}`);
  if (parts === null || Number.isNaN(milliseconds)) return undefined;
  return `${String(milliseconds / 1000).padStart(12, '0')}.${(parts[2] ?? '').padEnd(9, '0').slice(0, 9)}`;
}
