/** JSON from the wire, without silent rounding of large integers. */
import { AegisError } from '../errors.js';
import { isUnsafe } from './failure.js';
import { boundText, cleanServerText } from './server-text.js';
import type { Json, Method, WireResponse } from './types.js';

/** 2^53 has 16 digits: a text without such a run holds no unsafe integer. */
const LONG_RUN = /\d{16}/;

/**
 * Parses JSON (RFC 8259). An integer beyond ±(2^53 - 1) becomes a string of its digits: JSON.parse would round
 * it (an unlimited quota is 18446744073709551615). Throws `bad_response` with the beginning of the text;
 * `method` is that of the request, so that the error can say whether it took effect.
 */
export function parseJson(text: string, method: Method = 'GET'): Json {
  try {
    const value: Json = JSON.parse(text);
    if (!LONG_RUN.test(text)) return value;
    return JSON.parse(quoteUnsafeIntegers(text));
  } catch (cause) {
    throw notJson(text, method, cause);
  }
}

/** The JSON of a response; undefined when the body is empty (204). Throws as {@link parseJson} does. */
export function readJson(response: WireResponse, method: Method): Json | undefined {
  if (response.bytes.length === 0) return undefined;
  return parseJson(new TextDecoder().decode(response.bytes), method);
}

function notJson(text: string, method: Method, cause: unknown): AegisError {
  const excerpt = boundText(cleanServerText(text.slice(0, 1_000)), 200);
  const shown = excerpt === '' ? 'an empty body' : `"${excerpt}"`;
  return new AegisError('bad_response', `The server answered with ${shown} where JSON was expected.`, {
    mayHaveRun: isUnsafe(method),
    next: 'Check that the base URL is that of an AEGIS server and not of a login page or proxy.',
    cause,
  });
}

/** Walks from string to string; numbers stand only between them. The text is known to be valid JSON. */
function quoteUnsafeIntegers(text: string): string {
  const parts: string[] = [];
  let position = 0;
  while (position < text.length) {
    const open = indexOrEnd(text, '"', position);
    parts.push(text.slice(position, open).replace(/-?\d[\d.eE+-]*/g, quoteUnsafe));
    const close = endOfString(text, open);
    parts.push(text.slice(open, close));
    position = close;
  }
  return parts.join('');
}

function quoteUnsafe(number: string): string {
  const isInteger = /^-?\d+$/.test(number);
  return isInteger && !Number.isSafeInteger(Number(number)) ? `"${number}"` : number;
}

/** Index after the closing quote of the string that opens at `open`. */
function endOfString(text: string, open: number): number {
  let close = indexOrEnd(text, '"', open + 1);
  while (close < text.length && isEscaped(text, close)) close = indexOrEnd(text, '"', close + 1);
  return Math.min(close + 1, text.length);
}

function isEscaped(text: string, index: number): boolean {
  let start = index;
  while (text[start - 1] === '\\') start -= 1;
  return (index - start) % 2 === 1;
}

function indexOrEnd(text: string, search: string, from: number): number {
  const index = text.indexOf(search, from);
  return index === -1 ? text.length : index;
}
