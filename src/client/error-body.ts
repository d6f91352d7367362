/** What an error body says, in any of the shapes that the AEGIS servers and proxies in front of them use. */
import { isObject, type JsonObject } from './json-object.js';
import { cleanServerText } from './server-text.js';

/** An error body, read. */
export interface ErrorBody {
  /** `empty`, `json`, or `text` for everything else. */
  readonly kind: 'empty' | 'json' | 'text';
  /** Text for people, cleaned; empty when the body says nothing. */
  readonly text: string;
  /** Machine-readable code: the first `error` (or SEAL error code) that is one word. */
  readonly reason?: string;
  /** Scope that the token lacks (ScopeError). */
  readonly required?: string;
}

/**
 * Reads an error body: `{error}`, `{error, message}`, `{error:'insufficient_scope', required}`,
 * `{error:'colony_suspended', …, remediation}`, SEAL's `{error:{code, message}}` or, as published,
 * `{code, error, request_id}`, text, HTML, or nothing.
 */
export function readErrorBody(bytes: Uint8Array): ErrorBody {
  const text = new TextDecoder().decode(bytes);
  if (text.trim() === '') return { kind: 'empty', text: '' };
  const json = parse(text);
  if (json === undefined) return { kind: 'text', text: cleanServerText(stripMarkup(text)) };
  if (!isObject(json)) return { kind: 'json', text: cleanServerText(text) };
  return { kind: 'json', ...readFields(json, text) };
}

function readFields(body: JsonObject, text: string): Omit<ErrorBody, 'kind'> {
  const inner = isObject(body.error) ? body.error : body;
  const flat = typeof body.code === 'number' ? body.code : body.error;
  const code = isObject(body.error) ? body.error.code : flat;
  const reason = toReason(code);
  const prose = [body.error, inner.message, body.remediation].filter((part) => typeof part === 'string');
  return {
    text: cleanServerText(prose.length > 0 ? [...new Set(prose)].join(': ') : text),
    ...(reason !== undefined && { reason }),
    ...(typeof body.required === 'string' && { required: cleanServerText(body.required) }),
  };
}

/** A code is one word; prose is not. */
function toReason(code: unknown): string | undefined {
  if (typeof code === 'number') return String(code);
  return typeof code === 'string' && /^[A-Za-z][\w.-]{0,63}$/.test(code) ? code : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An HTML page says what it is in its title. */
function stripMarkup(text: string): string {
  if (!/^\s*</.test(text)) return text;
  const title = /<title>([^<]+)/i.exec(text)?.[1];
  return title ?? text.replace(/<[^<>]*>/g, ' ');
}

/**
 * The failure that a body sent with HTTP 200 reports: the text of an `error` string or `error.message`;
 * undefined for any other body. Whether a success of this route may hold `error` too is for the caller to know.
 */
export function errorIn200(body: unknown): string | undefined {
  if (!isObject(body)) return undefined;
  const { error } = body;
  const text = isObject(error) ? error.message : error;
  return typeof text === 'string' && text !== '' ? cleanServerText(text) : undefined;
}
