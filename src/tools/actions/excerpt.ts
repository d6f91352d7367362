/** Cuts long values down to a bound and says how much was cut. */
import { isObject } from '../../client/json-object.js';

const MAX_ENTRIES = 50;
const MAX_DEPTH = 6;

/** The beginning of a text with a marker of what is missing; at most `limit` characters before the marker. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  // A cut between the halves of a surrogate pair would leave an invalid character.
  const end = /[\uD800-\uDBFF]/.test(text.charAt(limit - 1)) ? limit - 1 : limit;
  return `${text.slice(0, end)}… [${text.length - end} more characters]`;
}

/** A JSON value whose texts have at most `limit` characters, and lists and objects 50 entries and 6 levels. */
export function cutJson(value: unknown, limit: number, depth = 0): unknown {
  if (typeof value === 'string') return cutText(value, limit);
  if (depth >= MAX_DEPTH && typeof value === 'object' && value !== null) {
    return cutText(JSON.stringify(value), limit);
  }
  if (Array.isArray(value)) {
    const kept = value.slice(0, MAX_ENTRIES).map((each) => cutJson(each, limit, depth + 1));
    return value.length > MAX_ENTRIES ? [...kept, `… [${value.length - MAX_ENTRIES} more entries]`] : kept;
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value);
  const kept = entries
    .slice(0, MAX_ENTRIES)
    .map(([key, inner]) => [cutText(key, limit), cutJson(inner, limit, depth + 1)]);
  const rest = entries.length - MAX_ENTRIES;
  return Object.fromEntries(rest > 0 ? [...kept, ['…', `[${rest} more entries]`]] : kept);
}
