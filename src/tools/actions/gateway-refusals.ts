/** What the gateway's refusals mean. */
import { AegisError } from '../../errors.js';
import type { Advice } from './advice.js';

const NO_KEYS =
  "Check first whether the change took effect; then have the gateway's operator look at its log and at the address of its identity provider's keys (JWKS).";

const NAME_TAKEN =
  'A gateway on PostgreSQL refuses a name that is taken already, whoever took it: delete what has it, or choose another name; else see the log of the gateway.';

/** Of the management API: refusals of the operator's token come without a body. */
export const OPERATOR_ADVICE: Advice = {
  '500 empty': {
    cause: "The gateway cannot read the keys of its operators' identity provider",
    next: NO_KEYS,
  },
  '503 empty': {
    cause: "The gateway is not available, or cannot reach the keys of its operators' identity provider",
    next: NO_KEYS,
  },
};

export const SPEC_ADVICE: Advice = {
  ...OPERATOR_ADVICE,
  413: { next: 'Have the gateway fetch the document: source_fetch_url has no such limit.' },
  '500 json': {
    next: `Read the message: the document may be out of reach or no JSON. ${NAME_TAKEN}`,
  },
};

export const WORKFLOW_ADVICE: Advice = { ...OPERATOR_ADVICE, '500 json': { next: NAME_TAKEN } };

export const EXPLORER_ADVICE: Advice = {
  ...OPERATOR_ADVICE,
  404: {
    next: 'Take api_spec_id from gateway_list_specs and operation_id from gateway_get_spec; nothing was called.',
  },
  400: {
    cause: 'The upstream API was called, but its answer could not be sliced',
    next: 'Correct the JSONPath that the message names; check what the call did before repeating it.',
    mayHaveRun: true,
  },
  unauthorized: {
    cause: 'The credential of this spec needs a signed-in user, whom the explorer does not have',
    next: 'Register the spec with a credential_path of kind Static or SystemJit.',
  },
};

const DENIED = {
  code: 'seal_denied',
  cause: 'The security context denies the call',
  next: 'This is final: do not send it again. gateway_get_security_context shows what the context allows, gateway_get_seal_session what the session does.',
} as const;

const MALFORMED = {
  code: 'seal_failed',
  cause: 'The envelope cannot be used as it is',
  next: 'Correct what the message names, sign anew and send it.',
} as const;

const BAD_SIGNATURE = {
  code: 'seal_failed',
  cause: 'The signature or the security token does not hold',
  // Sorted, the bytes are the same for a gateway that keeps the order sent and for one that sorts.
  next: 'Give payload with its members sorted by name at every level, and sign {"payload":…,"security_token":…,"timestamp":…} in that order, as UTF-8 JSON without blanks, with the key of the session; the token must not be expired.',
} as const;

const NO_SESSION = {
  code: 'seal_failed',
  cause: 'The gateway has no active session for this envelope',
  next: 'The session of the token must be there, active and its own: gateway_get_seal_session shows it.',
} as const;

/** Of gateway_invoke: SEAL codes, and the answers that carry none. */
export const INVOKE_ADVICE: Advice = {
  1000: MALFORMED,
  1001: MALFORMED,
  1002: BAD_SIGNATURE,
  1003: {
    code: 'seal_failed',
    cause: 'The envelope is too old, or its token has just been used',
    next: 'Sign anew within 30 seconds; one security token serves one call in about a minute.',
  },
  1004: BAD_SIGNATURE,
  1005: NO_SESSION,
  1006: NO_SESSION,
  ...Object.fromEntries(
    ['2000', '2001', '2002', '2003', '2004', '2005', '2006'].map((code) => [code, DENIED]),
  ),
  3000: MALFORMED,
  3001: { ...MALFORMED, next: 'The token must be for the security context of the session: attest anew.' },
  3002: MALFORMED,
  '401 empty': {
    code: 'seal_failed',
    cause: 'The gateway cannot read the security token of the envelope',
    next: 'It must be a JWT with a tenant_id claim, as attest_seal gives it.',
  },
  unauthorized: NO_SESSION,
  forbidden: {
    code: 'seal_denied',
    cause: 'The gateway does not allow the call',
    next: 'This is final. The security context is missing, the subcommand is not listed, or the semantic judge said no.',
  },
  404: { next: 'gateway_list_tools names the tools that can be called.' },
  400: {
    next: 'Correct what the message names; earlier steps of a workflow may already have run.',
    mayHaveRun: true,
  },
};

/** Arguments of a gateway tool that the gateway would refuse, or misunderstand without a word. */
export function badArgument(tool: string, problem: string, next: string): AegisError {
  return new AegisError('invalid_arguments', `${tool}: ${problem}.`, { next: `${next} Nothing was sent.` });
}
