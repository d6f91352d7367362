/** SEAL failures in the words of the program. */
import { cleanServerText } from '../client/server-text.js';
import type { TokenSource } from '../client/types.js';
import { explainUnauthorized } from '../client/unauthorized.js';
import { AegisError, type ErrorCode } from '../errors.js';
import { SealError, type SealErrorCode } from '../seal/errors.js';

const CODES: Readonly<Record<SealErrorCode, ErrorCode>> = {
  malformed: 'seal_failed',
  unsafe_value: 'invalid_arguments',
  stale: 'seal_failed',
  replayed: 'seal_failed',
  replay_store_failed: 'seal_failed',
  signature_invalid: 'seal_failed',
  token_invalid: 'seal_failed',
  session_inactive: 'seal_failed',
  session_expired: 'seal_failed',
  policy_violation: 'seal_denied',
  rate_limited: 'rate_limited',
  invalid_arguments: 'refused',
  tenant_mismatch: 'forbidden',
  not_found: 'not_found',
  unauthorized: 'unauthorized',
  forbidden: 'seal_denied',
  no_such_route: 'seal_failed',
  attest_unsupported: 'seal_failed',
  attestation_failed: 'seal_failed',
  upstream_unavailable: 'unavailable',
  tool_failed: 'failed',
  internal: 'server_error',
  bad_response: 'bad_response',
  unreachable: 'unreachable',
  cancelled: 'cancelled',
  not_attested: 'seal_failed',
  key_erased: 'seal_failed',
  seal_required: 'seal_required',
  journal_failed: 'seal_failed',
};

/**
 * A SealError as AegisError, its SEAL code in the details and its text one line without secrets; anything else unchanged.
 * Where the connection failed, the code is that of the connection (`timeout`, `connection_lost` and so on); where the
 * list of tools could not be read, that of the reading.
 */
export function toAegisError(error: unknown): unknown {
  if (!(error instanceof SealError)) return error;
  const { code, cause } = error;
  const isWire = code === 'unreachable' || code === 'upstream_unavailable';
  const wire = isWire && cause instanceof AegisError ? cause : undefined;
  return new AegisError(wire?.code ?? CODES[code], `SEAL: ${cleanServerText(error.message)}`, {
    ...(error.status !== undefined && { status: error.status }),
    // Where nothing was sent, what failed on the way knows best; else the call has to be looked at first.
    next: (error.mayHaveRun ? undefined : wire?.next) ?? error.next,
    mayHaveRun: error.mayHaveRun,
    details: { seal_code: error.code, ...(error.wireCode !== undefined && { wire_code: error.wireCode }) },
    cause: error,
  });
}

/** Whether SEAL failed because the server did not accept the bearer of the attestation; then nothing ran. */
export function isRefusedCredential(error: unknown): error is SealError {
  return error instanceof SealError && error.code === 'unauthorized' && !error.mayHaveRun;
}

/** Whether the caller has become another before the call was signed; then nothing ran. */
export function isOfChangedCaller(error: unknown): boolean {
  return error instanceof SealError && error.code === 'not_attested';
}

/** The same failure, explained from the token as a refused REST call is. */
export function refusedCredential(
  error: SealError,
  value: string | undefined,
  tokens: TokenSource | undefined,
): AegisError {
  const body = { kind: 'json', text: '' } as const;
  const { cause, next } = explainUnauthorized({ value, source: tokens?.description }, body, Date.now());
  return new AegisError('unauthorized', `SEAL attestation: ${cause}.`, {
    status: 401,
    next,
    details: { seal_code: error.code },
    cause: error,
  });
}

/** What a receipt says of a REST call that failed. */
export function classifyOutcome(error: unknown): 'failed' | 'denied' | 'unknown' {
  const { code, mayHaveRun } = AegisError.from(error);
  if (mayHaveRun) return 'unknown';
  return code === 'forbidden' || code === 'unauthorized' ? 'denied' : 'failed';
}
