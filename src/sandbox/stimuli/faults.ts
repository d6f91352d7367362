/** Why a stimulus is refused: machine codes with their statuses (contract schema CodedError). */
import { ReplyError } from '../kernel.js';
import { json } from '../replies.js';

const FAULTS = {
  malformed_signature: [400, 'X-Aegis-Signature must be sha256=<hex>'],
  invalid_hex: [400, 'The signature is not hexadecimal'],
  body_read_error: [400, 'The body cannot be read or exceeds 1 MiB'],
  missing_signature: [401, 'X-Aegis-Signature header is required'],
  invalid_signature: [401, 'The signature does not match the body'],
  secret_not_found: [401, 'No webhook secret is configured for the source'],
  idempotent_duplicate: [409, 'A stimulus with this idempotency key was processed within 24 hours'],
  ambiguous_webhook_route: [409, 'More than one tenant registered the source'],
  classification_failed: [422, 'The confidence of the router agent is below the threshold'],
  no_router_configured: [422, 'There is neither a direct route nor a router agent'],
  router_agent_failed: [422, 'The router agent failed'],
  classification_parse_error: [422, 'The answer of the router agent cannot be parsed'],
  unknown_workflow: [422, 'The router agent named a workflow that does not exist'],
  workflow_error: [500, 'The workflow execution failed to start'],
  unregistered_webhook_source: [500, 'The source is not registered'],
  stimulus_service_unavailable: [503, 'The stimulus service is not configured'],
} as const;

export type FaultCode = keyof typeof FAULTS;

/** Text that is carried by no working stimulus: `sandbox:` and the code that the answer shall have. */
const TRIGGER = /\bsandbox:([a-z_]+)/;

/** Codes that content can ask for. */
const TRIGGERED: readonly FaultCode[] = [
  'classification_failed',
  'no_router_configured',
  'router_agent_failed',
  'classification_parse_error',
  'unknown_workflow',
  'workflow_error',
  'stimulus_service_unavailable',
];

/** The refusal that the content asks for, as `sandbox:workflow_error` does; undefined for any other content. */
export function askedFault(content: string): FaultCode | undefined {
  const asked = TRIGGER.exec(content)?.[1];
  return TRIGGERED.find((code) => code === asked);
}

/** What people read about a code. */
export function faultMessage(code: FaultCode): string {
  return FAULTS[code][1];
}

/** Stops the handler with `{error: code, message}`. */
export function refuseCode(code: FaultCode, message = faultMessage(code)): never {
  throw new ReplyError(json({ error: code, message }, FAULTS[code][0]));
}
