import { ReplyError } from '../kernel.js';
import { json } from '../router.js';

/** Stops the handler with `{error: code, message}`, the colony routes' own failures (schema CodeError). */
export function refuseCode(status: number, error: string, message: string): never {
  throw new ReplyError(json({ error, message }, status));
}
