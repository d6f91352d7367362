import type { z } from 'zod';
import { type Identity, ReplyError, type SandboxRequest } from './kernel.js';
import { json, refuseText, text } from './replies.js';

const HYPHENATED = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const SIMPLE = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/i;

/** The UUID in canonical lower-case form (RFC 9562), also from 32 bare hex digits; undefined when it is none. */
export function parseUuid(value: string): string | undefined {
  if (HYPHENATED.test(value)) return value.toLowerCase();
  return SIMPLE.test(value) ? value.replace(SIMPLE, '$1-$2-$3-$4-$5').toLowerCase() : undefined;
}

/** A path parameter as text; the router guarantees it for names in the route's path. */
export function pathParam(request: SandboxRequest, name: string): string {
  return request.params[name] ?? refuseText(400, `Invalid URL: missing path parameter \`${name}\``);
}

/** A UUID path parameter; 400 text `Invalid URL: ...` otherwise. */
export function uuidParam(request: SandboxRequest, name: string): string {
  const value = pathParam(request, name);
  const reason = `Cannot parse \`${name}\` with value \`${value}\`: UUID parsing failed`;
  return parseUuid(value) ?? refuseText(400, `Invalid URL: ${reason}`);
}

function refuseQuery(name: string, reason: string): never {
  return refuseText(400, `Failed to deserialize query string: ${name}: ${reason}`);
}

/** A boolean query value, literally `true` or `false`; anything else is 400 text. */
export function boolQuery(request: SandboxRequest, name: string, absent: boolean): boolean {
  const value = request.query.get(name);
  if (value === null) return absent;
  if (value === 'true' || value === 'false') return value === 'true';
  return refuseQuery(name, 'provided string was not `true` or `false`');
}

/** A non-negative integer query value; anything else is 400 text. */
export function intQuery(request: SandboxRequest, name: string, absent: number): number {
  const value = request.query.get(name);
  if (value === null) return absent;
  const number = Number(value);
  if (/^\+?\d+$/.test(value) && Number.isSafeInteger(number)) return number;
  return refuseQuery(name, 'invalid digit found in string');
}

/** An optional UUID query value; anything else is 400 text. */
export function uuidQuery(request: SandboxRequest, name: string): string | undefined {
  const value = request.query.get(name);
  if (value === null) return undefined;
  return parseUuid(value) ?? refuseQuery(name, 'UUID parsing failed');
}

/** 415 text unless the content type is application/json or ends in +json. */
export function requireJsonContent(request: Pick<SandboxRequest, 'headers'>): void {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/json' || /^application\/[^/]+\+json$/.test(type)) return;
  refuseText(415, 'Expected request with `Content-Type: application/json`');
}

/** A JSON body of the wrong shape: the message follows the framework's prefix in a 422 text. */
export class DecodeError extends Error {}

/**
 * The JSON body: 415 text without a JSON content type, 400 text on bad syntax, 422 text when `decode` throws a
 * DecodeError. `decodeWith(schema)` makes a `decode` of a zod schema.
 */
export function jsonBody<T>(request: SandboxRequest, decode: (value: unknown) => T): T {
  requireJsonContent(request);
  const value = parseJson(request.body);
  try {
    return decode(value);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return refuseText(422, `Failed to deserialize the JSON body into the target type: ${error.message}`);
  }
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body));
  } catch (error) {
    const reason = body.length === 0 ? 'EOF while parsing a value' : syntaxReason(error);
    return refuseText(400, `Failed to parse the request body as JSON: ${reason}`);
  }
}

/** What is wrong with a text that is no JSON, without the piece of it that V8 quotes: it may hold a secret. */
export function syntaxReason(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/, (?:\.{3})?".*$/s, '');
}

/** A decoder from a zod schema: the first problem becomes a DecodeError with its path. */
export function decodeWith<T>(schema: z.ZodType<T>): (value: unknown) => T {
  return (value) => {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    const issue = result.error.issues[0];
    throw new DecodeError(describeIssue(issue?.path.map(String) ?? [], issue?.message ?? 'invalid value'));
  };
}

/** The server names an absent member as ``parent: missing field `member` ``. */
function describeIssue(path: readonly string[], message: string): string {
  const missing = message === 'missing field' || message.endsWith('received undefined');
  const where = (missing ? path.slice(0, -1) : path).join('.');
  const what = missing ? `missing field \`${path.at(-1)}\`` : message;
  return where === '' ? what : `${where}: ${what}`;
}

/** The verified caller; 401 text on a route that was reached without one. */
export function caller(request: SandboxRequest): Identity {
  if (request.identity) return request.identity;
  throw new ReplyError(text(401, 'Missing Authorization header'));
}

/** The caller in the tenant that X-Tenant-Id names, as the published reference promises it to service accounts. */
export function delegate(request: SandboxRequest): Identity {
  return { ...caller(request), tenant: request.effectiveTenant };
}

/** 403 `{error:"insufficient_scope", required}` unless the token's scope claim has exactly this scope. */
export function requireScope(request: SandboxRequest, scope: string | undefined): void {
  if (scope === undefined || request.identity?.scopes.has(scope)) return;
  throw new ReplyError(json({ error: 'insufficient_scope', required: scope }, 403));
}
