/** The gateway's own refusals, all `{error}`. Framework refusals: body.ts and router.ts. */
import { refuse } from '../replies.js';

/** 400: the request has the right shape and a wrong value. */
export function invalid(message: string): never {
  return refuse(400, message);
}

/** 404 of a handler; a path without a route is an empty 404. */
export function missing(message: string): never {
  return refuse(404, message);
}

/** 401: a dead session, or a credential that needs a user's token. */
export function unauthorized(): never {
  return refuse(401, 'unauthorized');
}

/** 403: no such security context, a subcommand beyond the allow list, a judge's no. */
export function forbidden(): never {
  return refuse(403, 'forbidden');
}

/** 500 of the gateway itself. */
export function internal(detail: string): never {
  return refuse(500, `internal error: ${detail}`);
}
