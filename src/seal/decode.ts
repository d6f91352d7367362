/** Reading what orchestrator and gateway answer to attestation and invocation. */
import { isRecord } from './envelope.js';
import { SealError, type SealErrorCode } from './errors.js';
import { excerpt } from './excerpt.js';
import type { SealResponse } from './transport.js';

/** Reads JSON text and throws for anything else. */
export type JsonReader = (text: string) => unknown;

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

/** Codes after which the tool may have done its work, wholly or in part. */
const MAY_HAVE_RUN: ReadonlySet<SealErrorCode> = new Set([
  // Every call is signed once, with a fresh id and a rested token: something in between has sent it twice.
  'replayed',
  'upstream_unavailable',
  'tool_failed',
  'internal',
  'bad_response',
]);

/** A clock this far off, in milliseconds, explains a refusal by the servers' fixed window of 30 seconds. */
const TELLING_SKEW_MS = 25_000;

/**
 * The tool's own value from a 2xx answer. Servers wrap it differently: `{payload:{result}}` (the specification),
 * a JSON-RPC answer, `{result}` alone (gateway), or not at all (orchestrator).
 *
 * @throws SealError `tool_failed` for a wrapped error, `bad_response` for an answer that is no JSON, or nested so deeply
 *   that nothing can be done with it.
 */
export function readResult(response: SealResponse, readJson: JsonReader): unknown {
  const { status } = response;
  const body = parseJson(response.text, readJson);
  if (body === undefined) throw unreadable(status, 'without a JSON body');
  if (isDeeper(body, MAX_DEPTH)) throw unreadable(status, `with JSON of more than ${MAX_DEPTH} levels`);
  if (!isRecord(body)) return body;
  if (isWrapper(body.payload)) return unwrap(body.payload, status);
  const isWrapped = 'jsonrpc' in body || ('result' in body && Object.keys(body).length === 1);
  return isWrapped && isWrapper(body) ? unwrap(body, status) : body;
}

function unreadable(status: number, how: string): SealError {
  return new SealError('bad_response', `HTTP ${status} ${how}.`, { status, mayHaveRun: true });
}

/**
 * The error of an invocation that was answered with another status than 2xx.
 *
 * @param skewMs server clock minus ours, from the `Date` header; named when it explains a stale envelope.
 */
export function readInvokeFailure(response: SealResponse, skewMs: number | undefined): SealError {
  const { code, message, wireCode } = readFailure(response);
  // No server asks a signed call for a credential: the envelope is the credential.
  if (code === 'unauthorized') return withoutReason(response);
  const skew = code === 'stale' ? describeSkew(skewMs) : undefined;
  const next = skew === undefined ? nextStep(response.status, code) : SET_CLOCK;
  return new SealError(code, skew === undefined ? message : `${message} ${skew}`, {
    status: response.status,
    wireCode,
    mayHaveRun: MAY_HAVE_RUN.has(code),
    ...(next !== undefined && { next }),
  });
}

function nextStep(status: number, code: SealErrorCode): string | undefined {
  return code === 'replayed' ? LOOK_FIRST : AMBIGUOUS[`${status} ${code}`];
}

const LOOK_FIRST =
  'Something between here and the server sends requests twice: check what the call did before repeating it.';
const SET_CLOCK = 'Set the clock of this machine (NTP), then try again.';

const OR_THE_TOOL =
  'The gateway answers an unknown session as it answers a tool that needs the credential of a signed-in user (HumanDelegated, UserBound), which no call over HTTP has.';

/** Answers with two meanings: the next step names both. */
const AMBIGUOUS: Readonly<Record<string, string>> = {
  '401 session_inactive': `The gateway does not know the session: have the orchestrator push its sessions, or give an operator token for the gateway. ${OR_THE_TOOL}`,
};

/** The gateway's first check reads the token's claims alone, and answers with nothing else (its middleware). */
function withoutReason({ text, status }: SealResponse): SealError {
  const isGateway = text === '';
  const message = isGateway ? 'The server refused the call without a word' : 'The call was refused';
  return new SealError('token_invalid', `${message} (HTTP 401).`, {
    status,
    next: isGateway
      ? 'The gateway does so when the security token names no tenant: attest with one. A proxy in between may do so too.'
      : 'Neither orchestrator nor gateway answers so: check the base URL, and the proxy in between that asks for a credential.',
  });
}

/** The error of an attestation that was answered with another status than 2xx. Nothing ran. */
export function readAttestFailure(response: SealResponse): SealError {
  const { status } = response;
  if ((status === 404 || status === 405) && response.text === '') {
    return new SealError('attest_unsupported', `This server has no attestation route (HTTP ${status}).`, {
      status,
    });
  }
  const { code, message } = readFailure(response);
  return new SealError(attestCode(status, code, message), `Attestation failed: ${message}`, { status });
}

/** The error of a session that the gateway did not take. Nothing ran. */
export function readRegistrationFailure(response: SealResponse): SealError {
  const { status } = response;
  const message = `The gateway did not take the session: ${readFailure(response).message}`;
  const isCredential = status === 401 || status === 403;
  const next = isCredential
    ? "Check the operator's token for the gateway: its role must be aegis:admin or aegis:operator."
    : 'Check the address of the gateway, and whether the session is made known by the orchestrator.';
  return new SealError('attestation_failed', message, { status, next: `${next} ${OR_THE_TOOL}` });
}

/** Every refusal by the orchestrator's attestation rules is a 401 with a text (operation attestSeal). */
function attestCode(status: number, code: SealErrorCode, message: string): SealErrorCode {
  if (status === 401)
    return message === 'unauthorized' || code === 'unauthorized' ? 'unauthorized' : 'attestation_failed';
  if (status === 403) return 'tenant_mismatch';
  return status === 400 ? 'attestation_failed' : code;
}

interface Failure {
  readonly code: SealErrorCode;
  readonly message: string;
  readonly wireCode?: number;
}

function readFailure(response: SealResponse): Failure {
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

function isWrapper(value: unknown): value is Record<string, unknown> {
  return isRecord(value) && ('result' in value || ('error' in value && value.error !== null));
}

function unwrap(wrapper: Record<string, unknown>, status: number): unknown {
  const { error } = wrapper;
  if (error === undefined || error === null) return wrapper.result;
  const text = isRecord(error) && typeof error.message === 'string' ? error.message : JSON.stringify(error);
  throw new SealError('tool_failed', excerpt(text), { status, mayHaveRun: true });
}

function describeSkew(skewMs: number | undefined): string | undefined {
  if (skewMs === undefined || Math.abs(skewMs) <= TELLING_SKEW_MS) return undefined;
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  return `The clock of this machine is ${seconds} s ${skewMs > 0 ? 'behind' : 'ahead of'} the server's.`;
}

/** Levels of nesting that no server writes (serde_json reads 128), and that every walk of a value can take. */
const MAX_DEPTH = 256;

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1));
}

/** Undefined for text that is no JSON; JSON itself has no undefined. */
export function parseJson(text: string, readJson: JsonReader = JSON.parse): unknown {
  try {
    return readJson(text);
  } catch {
    return undefined;
  }
}
