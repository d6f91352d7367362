/** Refusals as the servers write them: numbers of the gateway, texts of the orchestrator, statuses of what stands between. */
import { parseJson } from './decode.js';
import { isRecord } from './envelope.js';
import type { SealErrorCode } from './errors.js';
import { excerpt } from './excerpt.js';
import type { SealResponse } from './transport.js';

/** How the orchestrator begins the `error` of its 400 answers (operation invokeSeal); it sends no numbers. */
const PREFIXES: readonly (readonly [RegExp, SealErrorCode])[] = [
  [/^session is inactive/i, 'session_inactive'],
  [/^session has expired/i, 'session_expired'],
  [/^signature verification failed/i, 'signature_invalid'],
  [/^replay protection failed.*freshness window/i, 'stale'],
  [/^replay protection failed/i, 'replayed'],
  [/^malformed mcp payload/i, 'malformed'],
  [/^seal envelope requires/i, 'malformed'],
  [/^policy violation/i, 'policy_violation'],
  [/^invalid tool arguments/i, 'invalid_arguments'],
  [/^tenant mismatch/i, 'tenant_mismatch'],
  [/^not found/i, 'not_found'],
  [/^upstream service unavailable/i, 'upstream_unavailable'],
  [/^judge timed out/i, 'upstream_unavailable'],
  [/^(internal|configuration) error/i, 'internal'],
  [/^rate limit/i, 'rate_limited'],
];

/** What the gateway's numbers mean; it guesses them from words, so 1002 is also an expired token. */
const GATEWAY_CODES: Readonly<Record<number, SealErrorCode>> = {
  1000: 'malformed',
  1001: 'signature_invalid',
  1002: 'signature_invalid',
  1004: 'token_invalid',
  1005: 'session_inactive',
  1006: 'session_inactive',
  2000: 'policy_violation',
  2001: 'policy_violation',
  2002: 'policy_violation',
  2003: 'policy_violation',
  2004: 'policy_violation',
  2005: 'rate_limited',
  2006: 'policy_violation',
  3000: 'attestation_failed',
  3001: 'attestation_failed',
  3002: 'attestation_failed',
};

/** What an answer says of a refusal. */
export interface Failure {
  readonly code: SealErrorCode;
  readonly message: string;
  readonly wireCode?: number;
}

/** The code of an answer with another status than 2xx, by its number, its text or its status. */
export function readFailure(response: SealResponse): Failure {
  const body = parseJson(response.text);
  const error = isRecord(body) ? body.error : undefined;
  const numeric = isRecord(error) ? error.code : isRecord(body) ? body.code : undefined;
  const text = isRecord(error) ? error.message : error;
  const message = excerpt(typeof text === 'string' ? text : response.text);
  if (typeof numeric === 'number') {
    const code = codeOfNumber(numeric, message);
    if (code !== undefined) return { code, message, wireCode: numeric };
  }
  if (typeof text === 'string') return { code: codeOfText(response.status, message), message };
  return {
    code: codeOfStatus(response.status),
    message: message === '' ? `HTTP ${response.status}` : message,
  };
}

/**
 * 1003 covers a stale timestamp and, at the gateway, a token used before; 1002 also a token that is over or forged,
 * because the gateway finds its number by the word "signature" (jsonwebtoken's ExpiredSignature, InvalidSignature).
 */
function codeOfNumber(numeric: number, message: string): SealErrorCode | undefined {
  if (numeric === 1003) return /freshness|timestamp|window/i.test(message) ? 'stale' : 'replayed';
  if (numeric === 1002 && /expiredsignature/i.test(message)) return 'session_expired';
  if (numeric === 1002 && /invalidsignature/i.test(message)) return 'token_invalid';
  return GATEWAY_CODES[numeric];
}

function codeOfText(status: number, message: string): SealErrorCode {
  // The gateway's answer for an unknown, revoked or expired session.
  if (status === 401) return 'session_inactive';
  if (status === 404) return 'not_found';
  if (status !== 400) return codeOfStatus(status);
  return PREFIXES.find(([prefix]) => prefix.test(message))?.[1] ?? 'tool_failed';
}

function codeOfStatus(status: number): SealErrorCode {
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status === 404 || status === 405) return 'no_such_route';
  if (status === 429) return 'rate_limited';
  if (status >= 400 && status < 500) return 'malformed';
  if (status >= 502 && status <= 504) return 'upstream_unavailable';
  return status >= 500 ? 'internal' : 'bad_response';
}
