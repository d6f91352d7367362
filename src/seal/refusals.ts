/** Refusals of orchestrator and gateway as errors: of a call, of an attestation, of a session. */
import { SealError, type SealErrorCode } from './errors.js';
import type { SealResponse } from './transport.js';
import { readFailure } from './wire-failure.js';

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
  return new SealError(code, skew === undefined ? message : `${message.replace(/\.$/, '')}. ${skew}`, {
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

function describeSkew(skewMs: number | undefined): string | undefined {
  if (skewMs === undefined || Math.abs(skewMs) <= TELLING_SKEW_MS) return undefined;
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  return `The clock of this machine is ${seconds} s ${skewMs > 0 ? 'behind' : 'ahead of'} the server's.`;
}
