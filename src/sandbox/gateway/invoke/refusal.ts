/** Refusals of a signed call that carry a SEAL code. */
import type { Reply } from '../../kernel.js';
import { json } from '../../replies.js';
import type { GatewayContext } from '../kernel.js';

export type SealCode =
  | 1000
  | 1001
  | 1002
  | 1003
  | 1004
  | 1005
  | 1006
  | 2000
  | 2001
  | 2002
  | 2003
  | 2004
  | 3001;

/** Ends a call; the route makes the answer of it. */
export class SealRefusal extends Error {
  readonly code: SealCode;
  constructor(code: SealCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Ends a call with a SEAL code. */
export function refuseSeal(code: SealCode, message: string): never {
  throw new SealRefusal(code, message);
}

/** The answer: nested on the server (schema SealErrorBody), flat in the published reference. */
export function sealReply({ code, message }: SealRefusal, { clock, dialect }: GatewayContext): Reply {
  const request_id = clock.uuid();
  if (dialect === 'documented') return json({ code, error: message, request_id }, statusOf(code));
  const error = { code, message, timestamp: clock.now().toISOString(), request_id };
  return json({ protocol: 'seal/v1', status: 'error', error }, statusOf(code));
}

function statusOf(code: SealCode): number {
  if (code >= 2000 && code < 3000) return 403;
  return code > 1000 && code < 2000 ? 401 : 400;
}
