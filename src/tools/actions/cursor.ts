/** The opaque text with which a later call continues where an earlier one stopped reading. */
import { AegisError } from '../../errors.js';
import { asObject, asText } from '../manifest/values.js';

/** Where a reader stopped. */
export type Position =
  /** In a stream that repeats its history: the latest instant delivered, and the events delivered at it. */
  | { readonly at: string; readonly keys: readonly string[] }
  /** In a log with numbered events: the number of events delivered. */
  | { readonly offset: number };

/** Writes a position in the stream of `subject` (an execution or agent id). */
export function encodeCursor(subject: string, position: Position): string {
  return Buffer.from(JSON.stringify({ of: shorten(subject), ...position })).toString('base64url');
}

/**
 * Reads what {@link encodeCursor} wrote.
 * @throws AegisError `invalid_arguments` when the text is no cursor, or one of another execution or agent.
 */
export function decodeCursor(subject: string, cursor: string): Position {
  const value = asObject(parse(cursor));
  const { of, offset, keys } = value;
  if (asText(of) === undefined) throw refuse('is not a cursor of an earlier call');
  if (of !== shorten(subject)) throw refuse('belongs to the stream of another id');
  if (typeof offset === 'number' && Number.isSafeInteger(offset) && offset >= 0) return { offset };
  const at = asText(value.at);
  if (at === undefined || !Array.isArray(keys)) throw refuse('is not a cursor of an earlier call');
  return { at, keys: keys.filter((key) => typeof key === 'string') };
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}

function shorten(subject: string): string {
  return subject.slice(0, 8);
}

function refuse(what: string): AegisError {
  return new AegisError('invalid_arguments', `cursor: ${what}.`, {
    next: 'Pass the cursor of the last digest of the same id unchanged, or leave it out to read from the beginning.',
  });
}
