/**
 * Canonical bytes: what a SEAL signature covers.
 *
 * One JSON object `{payload, security_token, timestamp}`, keys sorted at every level by Unicode code point,
 * no whitespace, raw UTF-8, the shortest escapes, integer Unix seconds. Verifiers in Rust, Python and
 * JavaScript agree on these bytes only for a subset of JSON; a value outside it is refused with its path
 * (RFC 6901) and never signed.
 */
import { SealError } from './errors.js';

/** serde_json stops at 128 levels, the envelope included; this leaves room for what wraps the message. */
export const MAX_DEPTH = 120;

/** One step of the walk: the container around a value and the key that leads to it. */
interface Place {
  readonly parent: Place | undefined;
  readonly container: object;
  readonly key: string;
  readonly depth: number;
}

/**
 * Writes a plain JSON value as canonical text.
 *
 * @param maxDepth deepest nesting of objects and arrays accepted.
 * @throws SealError `unsafe_value` with the path of the first value outside the safe subset: undefined,
 *   functions, symbols, bigint, NaN, infinities, integers beyond ±(2^53-1), floats that verifiers print
 *   differently, lone surrogates, objects that are not plain, symbol keys, cycles, nesting beyond `maxDepth`.
 */
export function canonicalize(value: unknown, maxDepth = MAX_DEPTH): string {
  return write(value, undefined, maxDepth);
}

/**
 * The bytes that are signed.
 *
 * @param payload the whole JSON-RPC request; every member is covered.
 * @param timestampUnix whole seconds since 1970: the envelope's timestamp rounded down.
 * @throws SealError `malformed` for an empty token or a timestamp that is no such number; `unsafe_value`.
 */
export function createCanonicalMessage(
  securityToken: string,
  payload: unknown,
  timestampUnix: number,
): Uint8Array {
  if (typeof securityToken !== 'string' || securityToken === '') {
    throw new SealError('malformed', "Missing or invalid 'security_token' field.");
  }
  if (!Number.isSafeInteger(timestampUnix) || timestampUnix < 0) {
    throw new SealError('malformed', 'The timestamp must be whole seconds since 1970-01-01T00:00:00Z.');
  }
  const message = { payload, security_token: securityToken, timestamp: timestampUnix };
  return new TextEncoder().encode(canonicalize(message));
}

function write(value: unknown, place: Place | undefined, maxDepth: number): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return writeString(value, place);
  if (typeof value === 'number') return writeNumber(value, place);
  if (typeof value !== 'object')
    return refuse(place, value === undefined ? 'undefined' : `a ${typeof value}`);
  checkNesting(value, place, maxDepth);
  if (Array.isArray(value)) return writeArray(value, place, maxDepth);
  return isPlainObject(value) ? writeObject(value, place, maxDepth) : refuse(place, 'not a plain object');
}

/** ECMAScript's JSON.stringify uses exactly the escapes of the specification once surrogates are paired. */
function writeString(value: string, place: Place | undefined): string {
  return /\p{Surrogate}/u.test(value) ? refuse(place, 'text with a lone surrogate') : JSON.stringify(value);
}

function writeNumber(value: number, place: Place | undefined): string {
  if (!Number.isFinite(value)) return refuse(place, 'NaN or an infinity');
  if (!Number.isInteger(value)) return writeFraction(value, place);
  // String(-0) is "0", and "0" is also what goes into the request body.
  return Number.isSafeInteger(value) ? String(value) : refuse(place, 'an integer beyond ±(2^53-1)');
}

/** Python leaves fixed notation below 1e-4 and from 1e16; Rust's default float parser is exact to 15 digits. */
function writeFraction(value: number, place: Place | undefined): string {
  const magnitude = Math.abs(value);
  if (magnitude < 1e-4 || magnitude >= 1e16) return refuse(place, 'a fraction outside 1e-4 to 1e16');
  const text = String(value);
  const digits = text.replace(/[-.]/g, '').replace(/^0+/, '').length;
  return digits > 15 ? refuse(place, `a fraction of ${digits} significant digits (at most 15)`) : text;
}

function writeArray(value: readonly unknown[], place: Place | undefined, maxDepth: number): string {
  const items: string[] = [];
  // A plain loop visits holes, which are undefined and refused.
  for (let index = 0; index < value.length; index++) {
    items.push(write(value[index], enter(place, value, String(index)), maxDepth));
  }
  return `[${items.join(',')}]`;
}

function writeObject(value: Record<string, unknown>, place: Place | undefined, maxDepth: number): string {
  if (Object.getOwnPropertySymbols(value).length > 0) return refuse(place, 'an object with symbol keys');
  const members: string[] = [];
  for (const key of Object.keys(value).sort(compareCodePoints)) {
    const member = enter(place, value, key);
    members.push(`${writeString(key, member)}:${write(value[key], member, maxDepth)}`);
  }
  return `{${members.join(',')}}`;
}

/**
 * Order by code point: equal to the byte order of UTF-8 that Rust sorts by. JavaScript's own order by UTF-16
 * code unit differs where a key in U+E000..U+FFFF meets one above U+FFFF; both servers follow code points.
 */
function compareCodePoints(left: string, right: string): number {
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index++) {
    const difference = rank(left.charCodeAt(index)) - rank(right.charCodeAt(index));
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Lifts surrogates, the halves of code points above U+FFFF, over every other code unit. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

function isPlainObject(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function checkNesting(value: object, place: Place | undefined, maxDepth: number): void {
  for (let step = place; step !== undefined; step = step.parent) {
    if (step.container === value) refuse(place, 'a cycle');
  }
  if ((place?.depth ?? 0) >= maxDepth) refuse(place, `nested deeper than ${maxDepth} levels`);
}

function enter(parent: Place | undefined, container: object, key: string): Place {
  return { parent, container, key, depth: (parent?.depth ?? 0) + 1 };
}

function refuse(place: Place | undefined, what: string): never {
  const path = pointer(place);
  const where = path === '' ? 'the value itself' : path;
  throw new SealError('unsafe_value', `Cannot be signed: ${where} is ${what}.`, { path });
}

/** JSON Pointer, RFC 6901 section 3; a lone surrogate in a key is shown as U+FFFD. */
function pointer(place: Place | undefined): string {
  if (place === undefined) return '';
  const key = place.key
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replaceAll('~', '~0')
    .replaceAll('/', '~1');
  return `${pointer(place.parent)}/${key}`;
}
