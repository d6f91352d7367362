/** Input that the handlers of credentials and secrets read themselves. */
import type { SandboxRequest } from '../kernel.js';
import { DecodeError, refuse, refuseText, syntaxReason } from '../router.js';

/** What such a route takes in before its own, smaller limit answers 400 in place of the framework's 413. */
export const TAKEN_IN = 32 * 1024 * 1024;

/** Deepest nesting that the server's JSON parser takes. */
const MAX_DEPTH = 127;

/**
 * The decoded body, whatever its content type. Every fault is refused, by default with 400 `{error}`: more than `limit`
 * bytes, no JSON, a wrong shape (`decode` throws a DecodeError).
 */
export function ownJson<T>(
  request: SandboxRequest,
  limit: number,
  decode: (value: unknown) => T,
  refuseBody: (message: string) => never = (message) => refuse(400, message),
): T {
  if (request.body.length > limit) return refuseBody(`Request body exceeds ${limit} bytes`);
  try {
    return decode(parse(request.body));
  } catch (error) {
    if (!(error instanceof DecodeError || error instanceof SyntaxError)) throw error;
    const reason = error instanceof SyntaxError ? syntaxReason(error) : error.message;
    return refuseBody(`Invalid JSON: ${reason}`);
  }
}

/** A query member that must be there, as in an OAuth callback after consent; 400 text otherwise. */
export function queryText(request: SandboxRequest, name: string): string {
  const value = request.query.get(name);
  return value ?? refuseText(400, `Failed to deserialize query string: missing field \`${name}\``);
}

function parse(body: Buffer): unknown {
  const value: unknown = JSON.parse(utf8(body));
  if (!fits(value, MAX_DEPTH)) throw new SyntaxError('recursion limit exceeded');
  return value;
}

function utf8(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw new SyntaxError('invalid UTF-8');
  }
}

function fits(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((member) => fits(member, depth - 1));
}
