/** Body of `POST /v1/seal/attest`. */
import { type Body, optionalString, readBody } from './body.js';
import { refuseBody } from './refusal.js';

export interface AttestRequest {
  readonly publicKey: string;
  readonly securityContext: string | undefined;
  readonly agentId: string | undefined;
  readonly executionId: string | undefined;
  readonly containerId: string | undefined;
  readonly tenantId: string | undefined;
  readonly taskSummary: string | undefined;
}

const KEY_FIELDS = ['public_key', 'public_key_pem', 'agent_public_key'];
const UNUSED_FIELDS = ['principal_subject', 'user_id', 'workload_id', 'zaru_tier'];

/** Decodes the body. Refuses broken JSON with 400 text; wrong types, no key or two keys with 422 text. */
export function readAttestRequest(bytes: Uint8Array): AttestRequest {
  const body = readBody(bytes);
  // The server decodes these although it only stores them, so a wrong type is refused.
  for (const name of UNUSED_FIELDS) optionalString(body, name);
  return {
    publicKey: readKeyField(body),
    securityContext: optionalString(body, 'security_context'),
    agentId: optionalString(body, 'agent_id'),
    executionId: optionalString(body, 'execution_id'),
    containerId: optionalString(body, 'container_id'),
    tenantId: optionalString(body, 'tenant_id'),
    taskSummary: optionalString(body, 'task_summary'),
  };
}

function readKeyField(body: Body): string {
  const given = KEY_FIELDS.filter((name) => body.members.has(name));
  if (given.length > 1) return refuseBody(422, 'duplicate field `public_key`');
  const key = optionalString(body, given[0] ?? 'public_key');
  if (key !== undefined) return key;
  const fault = given[0] === undefined ? 'missing field `public_key`' : `${given[0]}: invalid type: null`;
  return refuseBody(422, fault);
}
