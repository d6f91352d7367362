/** Keeps the secrets that a call was given out of what it tells: errors, results, receipts. */
import { isObject } from '../client/json-object.js';
import type { WireRequest } from '../client/types.js';
import { AegisError } from '../errors.js';
import type { AnyArgs, Operation } from './define.js';

const MASK = '[secret]';

/** Shorter texts are words that would be masked wherever they stand. */
const SHORTEST = 6;

/** Every text in the arguments that the row declares secret. */
export function secretsOf({ secrets }: Operation, args: AnyArgs): string[] {
  return secrets.flatMap((name) => textsIn(args[name])).filter((text) => text.length >= SHORTEST);
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isObject(value) ? Object.values(value).flatMap(textsIn) : [];
}

/** The error without the secrets. Its cause, which may repeat them, is dropped where one was found. */
export function concealError(thrown: unknown, secrets: readonly string[]): unknown {
  if (!(thrown instanceof AegisError) || secrets.length === 0) return thrown;
  const { code, message, next, status, mayHaveRun, details } = thrown;
  const pieces = secrets.flatMap(piecesOf);
  const hideWhole = hiderOf(pieces);
  const hide = (text: string) => hideCut(hideWhole(text), pieces);
  if (hide(message) === message && hide(next ?? '') === (next ?? '')) return thrown;
  return new AegisError(code, hide(message), {
    ...(next !== undefined && { next: hide(next) }),
    ...(status !== undefined && { status }),
    ...(details !== undefined && { details: mapMembers(details, hide) }),
    mayHaveRun,
  });
}

/** A JSON result in which no text repeats a secret. What the caller gave openly, a path say, stays as it is. */
export function concealResult(operation: Operation, value: unknown, args: AnyArgs): unknown {
  const secrets = secretsOf(operation, args);
  if (secrets.length === 0) return value;
  const hide = hiderOf(secrets);
  const open = Object.keys(args).filter((name) => !operation.secrets.includes(name));
  const given = new Set(open.flatMap((name) => textsIn(args[name])));
  return mapTexts(value, (text) => (given.has(text) ? text : hide(text)));
}

/** The request as a receipt may name it: no secret in its path or query. The body is kept as its digest only. */
export function concealRequest(operation: Operation, request: WireRequest, args: AnyArgs): WireRequest {
  if (operation.secrets.length === 0) return request;
  const hidden = operation.secrets.flatMap((name) => textsIn(args[name])).map(encodeURIComponent);
  const path = request.path.split('/').map((segment) => (hidden.includes(segment) ? MASK : segment));
  const query = request.query?.map(
    ([name, value]) => [name, operation.secrets.includes(name) ? MASK : value] as const,
  );
  return { ...request, path: path.join('/'), ...(query !== undefined && { query }) };
}

/**
 * A server may repeat a secret with other white space, escaped, or cut: each run of its characters that such
 * changes leave alone is masked for itself.
 */
function piecesOf(secret: string): string[] {
  const encoded = encodeURIComponent(secret);
  const runs = secret.split(/[\s"'\\]+/).filter((run) => run.length >= SHORTEST);
  return [secret, encoded, ...runs];
}

/** Longest first: a part of a secret may be one too. */
function hiderOf(secrets: readonly string[]): (text: string) => string {
  const ordered = [...secrets].sort((left, right) => right.length - left.length);
  return (text) => ordered.reduce((shown, secret) => shown.replaceAll(secret, MASK), text);
}

/** How the client says that it left out the rest of a long text. */
const CUT = / \[\d+ more characters\]/;

/** Where a text was cut in the middle of a secret, the beginning of the secret stands before the cut. */
function hideCut(text: string, secrets: readonly string[]): string {
  const end = text.search(CUT);
  if (end === -1) return text;
  const kept = text.slice(0, end);
  const begun = Math.max(...secrets.map((secret) => overlap(kept, secret)));
  return begun === 0 ? text : `${kept.slice(0, -begun)}${MASK}${text.slice(end)}`;
}

/** Length of the longest beginning of the secret that the text ends with; 0 where it is short. */
function overlap(text: string, secret: string): number {
  for (let length = secret.length - 1; length >= SHORTEST; length -= 1)
    if (text.endsWith(secret.slice(0, length))) return length;
  return 0;
}

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  return isObject(value) ? mapMembers(value, change) : value;
}

function mapMembers(value: AnyArgs, change: (text: string) => string): AnyArgs {
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapTexts(inner, change)]));
}
