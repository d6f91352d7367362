/** The one error type of the SEAL module, its closed list of codes, and their numbers on the wire. */

/** Every code a {@link SealError} can carry. Codes are added, never renamed. */
export const SEAL_ERROR_CODES = [
  'malformed', // an envelope, payload or argument of the wrong shape
  'unsafe_value', // a value that verifiers print differently; nothing was signed
  'stale', // the envelope's timestamp lies outside the window
  'replayed', // this envelope, or at the gateway this token, was used before
  'replay_store_failed', // whether it was used before is not known; it was refused
  'signature_invalid',
  'token_invalid', // the server refused the security token itself
  'session_inactive',
  'session_expired',
  'policy_violation', // the security context forbids the call: final
  'rate_limited',
  'invalid_arguments',
  'tenant_mismatch',
  'not_found', // a tool or resource the server does not know
  'unauthorized',
  'forbidden',
  'no_such_route',
  'attest_unsupported', // the server has no attestation route
  'attestation_failed',
  'upstream_unavailable',
  'tool_failed', // the tool ran, or tried to, and reported a failure
  'internal', // the server failed
  'bad_response', // an answer that cannot be read
  'unreachable', // no answer: connection refused or lost
  'cancelled',
  'not_attested',
  'key_erased',
  'seal_required', // policy demands SEAL and SEAL cannot carry this call
  'journal_failed',
] as const;

export type SealErrorCode = (typeof SEAL_ERROR_CODES)[number];

/** Numbers of the SEAL specification (1xxx envelope, 2xxx policy, 3xxx attestation) for codes that have one. */
const WIRE_CODES: Partial<Record<SealErrorCode, number>> = {
  malformed: 1000,
  unsafe_value: 1000,
  signature_invalid: 1001,
  stale: 1003,
  replayed: 1003,
  token_invalid: 1004,
  session_inactive: 1006,
  session_expired: 1006,
  policy_violation: 2000,
  rate_limited: 2005,
  attestation_failed: 3000,
};

const NEXT_STEPS: Record<SealErrorCode, string> = {
  malformed: 'Correct the field that the message names.',
  unsafe_value: 'Send the value at this path in another form, for example as a string.',
  stale: 'Sign anew, and check that the clocks of both machines are set.',
  replayed: 'Sign anew with a fresh request id.',
  replay_store_failed: 'Repair the replay store of the verifier, then sign anew.',
  signature_invalid: 'Attest anew; if it persists, a proxy is changing the request body.',
  token_invalid: 'Attest anew, and check the key the server verifies tokens with.',
  session_inactive: 'Attest anew.',
  session_expired: 'Attest anew.',
  policy_violation: 'Ask the operator to allow this tool in the security context; do not try another way.',
  rate_limited: 'Wait before the next call.',
  invalid_arguments: 'Correct the arguments that the message names.',
  tenant_mismatch: 'Leave the tenant out of the arguments, or attest for that tenant.',
  not_found: 'Check the name or id against the list of tools and resources.',
  unauthorized: 'Give a credential the orchestrator accepts: a bearer token or an aegis_ API key.',
  forbidden: 'Check that the server knows the security context and that it belongs to this caller.',
  no_such_route: 'Check the base URL, and whether this server speaks SEAL.',
  attest_unsupported: 'Attest at the orchestrator, or turn SEAL off (--seal off).',
  attestation_failed: 'Check the security context, tenant and credential, or turn SEAL off (--seal off).',
  upstream_unavailable:
    'Try again later; a call that may have taken effect only after a look at what it did.',
  tool_failed: 'Read the cause in the message; check what the call did before repeating it.',
  internal: 'Check what the call did before repeating it; the log of the server tells the cause.',
  bad_response: 'Check the base URL and what stands between this machine and the server.',
  unreachable: 'Check the base URL and the network; check what the call did before repeating it.',
  cancelled: 'Check what the call did before repeating it.',
  not_attested: 'Call attest() first.',
  key_erased: 'Generate a new key and attest anew.',
  seal_required: 'Use a security context that lists the tool, or relax the policy (--seal auto).',
  journal_failed: 'Check the path, the free space and the permissions of the journal.',
};

/** What something thrown says of itself. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

export interface SealErrorOptions {
  /** What the reader can do about it; each code has a default. */
  readonly next?: string;
  /** The number the server sent, where it differs from the usual number of the code. */
  readonly wireCode?: number | undefined;
  /** HTTP status of the answer, where there was one. */
  readonly status?: number;
  /** True when the call may have taken effect: such a call is never sent again. Default false. */
  readonly mayHaveRun?: boolean;
  /** JSON Pointer (RFC 6901) to the offending value; the empty string is the whole value. */
  readonly path?: string;
  readonly cause?: unknown;
}

/**
 * A failure of SEAL somebody can act on: code, cause in the message, next step.
 * `name` is that of the published reference.
 */
export class SealError extends Error {
  override readonly name = 'SEALError';
  readonly code: SealErrorCode;
  /** Number of the SEAL specification, 1000 to 3002; undefined for codes that never travel. */
  readonly wireCode: number | undefined;
  readonly next: string;
  readonly status: number | undefined;
  readonly mayHaveRun: boolean;
  readonly path: string | undefined;

  constructor(code: SealErrorCode, message: string, options: SealErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.wireCode = options.wireCode ?? WIRE_CODES[code];
    this.next = options.next ?? NEXT_STEPS[code];
    this.status = options.status;
    this.mayHaveRun = options.mayHaveRun ?? false;
    this.path = options.path;
  }
}
