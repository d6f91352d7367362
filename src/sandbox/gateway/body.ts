/** JSON as the gateway's server library reads it: at most 127 levels deep, UTF-8, no lone surrogates. */
import { DecodeError } from '../request.js';
import { JsonSyntaxError, readJson, toPlain } from '../seal/json-reader.js';
import { refuseBody } from '../seal/refusal.js';
import type { GatewayRequest } from './kernel.js';

/** The largest body a handler gets, bytes. */
export const BODY_LIMIT = 2 * 1024 * 1024;

/** Plain data of JSON text. Throws JsonSyntaxError. */
export function parseJson(bytes: Uint8Array): unknown {
  return toPlain(readJson(bytes).value);
}

/** The body: 400 text for broken JSON, 422 text when `decode` throws a DecodeError. */
export function jsonBody<T>({ body }: GatewayRequest, decode: (value: unknown) => T): T {
  try {
    return decode(parseJson(body));
  } catch (error) {
    if (error instanceof JsonSyntaxError) return refuseBody(400, error.message);
    if (error instanceof DecodeError) return refuseBody(422, error.message);
    throw error;
  }
}
