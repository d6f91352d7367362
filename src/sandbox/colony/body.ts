/** Bodies of the colony routes that parse the bytes themselves: any content type, at most 64 KiB. */
import { ownJson } from '../credentials/body.js';
import type { SandboxRequest } from '../kernel.js';
import { refuseCode } from './refusal.js';

const LIMIT = 64 * 1024;

/** The decoded body; every fault of it is 400 JSON `invalid_body`. */
export function ownBody<T>(request: SandboxRequest, decode: (value: unknown) => T): T {
  return ownJson(request, LIMIT, decode, (message) => refuseCode(400, 'invalid_body', message));
}
