/** What is wrong with one text or number, in words. */
import { nearest } from '../near-miss.js';
import { quote } from './problems.js';
import type { NumberShape, TextShape } from './shape.js';
import { nameKind } from './values.js';

/** Why a value is not the text a shape asks for; undefined when it is. */
export function faultOfText(value: unknown, shape: TextShape): string | undefined {
  if (typeof value !== 'string') {
    const bare = typeof value === 'number' || typeof value === 'boolean';
    return `must be text, not ${nameKind(value)}${bare ? ': put the value in quotes' : ''}`;
  }
  if (!shape.blank && value.trim() === '') return 'must not be blank';
  if (shape.maxLength !== undefined && value.length > shape.maxLength) {
    return `must be at most ${shape.maxLength} characters, not ${value.length}`;
  }
  if (shape.format !== undefined && !shape.format.test.test(value)) {
    return `must be ${shape.format.says}, not ${quote(value)}`;
  }
  if (shape.oneOf === undefined || shape.oneOf.includes(value)) return undefined;
  return describeChoice(value, shape.oneOf, shape.instead);
}

/** Why a text that is accepted is probably not meant; undefined when it is one of the usual values. */
export function doubtOfText(value: unknown, { usually }: TextShape): string | undefined {
  if (usually === undefined || typeof value !== 'string') return undefined;
  if (value === '' || usually.includes(value)) return undefined;
  return `${quote(value)} is none of the values known to work: ${usually.join(', ')}${suggest(value, usually)}`;
}

/** Why a value is not the number a shape asks for; undefined when it is. */
export function faultOfNumber(value: unknown, shape: NumberShape): string | undefined {
  const wanted = shape.whole ? 'a whole number' : 'a number';
  if (typeof value !== 'number') return `must be ${wanted}, not ${nameKind(value)}`;
  const inside = value >= (shape.min ?? -Infinity) && value <= (shape.max ?? Infinity);
  if (inside && Number.isFinite(value) && (!shape.whole || Number.isInteger(value))) return undefined;
  return `must be ${wanted}${describeBounds(shape)}, not ${value}`;
}

function describeBounds({ min, max }: NumberShape): string {
  if (min !== undefined && max !== undefined) return ` between ${min} and ${max}`;
  if (min !== undefined) return ` of at least ${min}`;
  return max === undefined ? '' : ` of at most ${max}`;
}

/** "X is not allowed", with what is, and what was probably meant. */
export function describeChoice(
  value: string,
  allowed: readonly string[],
  instead: Readonly<Record<string, string>> = {},
): string {
  const known = Object.hasOwn(instead, value) ? `; ${instead[value]}` : suggest(value, allowed);
  return `${quote(value)} is not allowed; allowed: ${allowed.join(', ')}${known}`;
}

/** `; did you mean X?`, or nothing when nothing is near. */
export function suggest(word: string, candidates: readonly string[]): string {
  const meant = nearest(word, candidates);
  return meant === undefined ? '' : `; did you mean ${meant}?`;
}
