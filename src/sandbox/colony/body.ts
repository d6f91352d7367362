/** Bodies of the colony routes that parse the bytes themselves: any content type, at most 64 KiB. */
import type { SandboxRequest } from '../kernel.js';
import { DecodeError } from '../router.js';
import { refuseCode } from './refusal.js';

const LIMIT = 64 * 1024;

/** The decoded body; every fault of it is 400 JSON `invalid_body`. */
export function ownBody<T>(request: SandboxRequest, decode: (value: unknown) => T): T {
  if (request.body.length > LIMIT) return refuseCode(400, 'invalid_body', 'The body is over 64 KiB.');
  try {
    return decode(JSON.parse(request.body.toString()));
  } catch (error) {
    if (error instanceof DecodeError || error instanceof SyntaxError) {
      return refuseCode(400, 'invalid_body', error.message);
    }
    throw error;
  }
}
