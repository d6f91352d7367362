/** What each HTTP error status means when an AEGIS server or a proxy in front of it sends it. */
import type { ErrorCode } from '../errors.js';
import type { ErrorBody } from './error-body.js';

export interface Meaning {
  readonly code: ErrorCode;
  /** What happened, without a full stop. */
  readonly cause: string;
  /** What to do, one sentence. */
  readonly next: string;
}

const CORRECT = 'Correct what the message names and send the request anew.';
const AGAIN = 'Try again; if it happens again, look at the server and at proxies in front of it.';
const AFTER_CHANGE = 'Check whether the change took effect before repeating it; see the server log.';
// Many mistakes of the client arrive as 500 (D05, D10), so the text is the best advice there is.
const READ = 'Read the message: it may name a mistake in the arguments; else';
const TENANT = 'Set the tenant to t-<uuid> of a team this user belongs to, or leave it out.';

const NO_ROUTE: Meaning = {
  code: 'no_such_route',
  cause: 'The server has no such route',
  next: 'Check the base URL and its path prefix, and the version of the server.',
};

const MEANINGS: Readonly<Record<number, Meaning>> = {
  404: {
    code: 'not_found',
    cause: 'Not found',
    next: 'Check the id or name; it may belong to another tenant.',
  },
  405: NO_ROUTE,
  407: {
    code: 'unreachable',
    cause: 'The proxy wants credentials',
    next: 'Put them into the proxy address.',
  },
  408: { code: 'timeout', cause: 'The server gave up waiting for the request', next: 'Try again.' },
  409: { code: 'conflict', cause: 'The request conflicts with the state on the server', next: CORRECT },
  410: { code: 'not_found', cause: 'No longer there', next: 'Check the id or name.' },
  413: {
    code: 'too_large',
    cause: 'The request is too large for the server',
    next: 'Send less: JSON is limited to 2 MiB.',
  },
  429: { code: 'rate_limited', cause: 'The server limits the rate of requests', next: 'Wait and try again.' },
  501: {
    code: 'unsupported',
    cause: 'The server does not implement this',
    next: 'Have its operator configure the service named.',
  },
};

const UNAVAILABLE: Readonly<Record<number, string>> = {
  502: 'A server behind the gateway failed',
  503: 'The service is not available',
  504: 'A server behind the gateway did not answer in time',
};

const OTHER_IDENTITY = 'Use an identity that is allowed to do this.';
// Only the gateway refuses a role without a word.
const OPERATOR_OF_GATEWAY =
  'Use an identity that is allowed to do this: on a SEAL gateway an operator, whose aegis_role is aegis:admin or aegis:operator.';

const FORBIDDEN: ReadonlyMap<string | undefined, string> = new Map([
  ['operator_required', 'Use the token of an operator: a system-realm user with an aegis_role claim.'],
  ['forbidden_tenant_switch', TENANT],
  ['not_a_team_member', TENANT],
]);

/** The meaning of a status from 400 on, other than 401. `unsafe`: the request might have changed something. */
export function meaningOf(status: number, body: ErrorBody, unsafe: boolean): Meaning {
  // Only the AEGIS handlers answer 404 in JSON; a bare or foreign 404 means that no handler was found.
  if (status === 404 && body.kind !== 'json') return NO_ROUTE;
  if (status === 402) return payment(body);
  if (status === 403) return forbidden(body);
  const cause = UNAVAILABLE[status];
  if (cause !== undefined) return { code: 'unavailable', cause, next: unsafe ? AFTER_CHANGE : AGAIN };
  return MEANINGS[status] ?? otherMeaning(status, unsafe);
}

function otherMeaning(status: number, unsafe: boolean): Meaning {
  if (status < 500) return { code: 'refused', cause: 'The server refused the request', next: CORRECT };
  const then = unsafe ? 'check whether the change took effect before repeating it' : 'see the server log';
  return { code: 'server_error', cause: 'The server failed', next: `${READ} ${then}.` };
}

function payment({ reason }: ErrorBody): Meaning {
  const next =
    reason === 'colony_suspended'
      ? 'The team is suspended: have its owner renew the subscription, or select another tenant.'
      : 'Settle the payment in the billing portal; check the subscription before repeating the change.';
  return { code: 'payment_required', cause: 'The server wants a payment first', next };
}

/** ScopeError, operator_required, tenant switch (D03). */
function forbidden({ kind, reason, required }: ErrorBody): Meaning {
  const known = FORBIDDEN.get(reason) ?? (kind === 'empty' ? OPERATOR_OF_GATEWAY : OTHER_IDENTITY);
  const next = required === undefined ? known : `Use a token whose scope claim contains ${required}.`;
  return { code: 'forbidden', cause: 'The server does not allow this', next };
}
