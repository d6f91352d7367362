/**
 * The SEAL endpoints of the sandbox, written from the protocol and independent of the client's signing code.
 * Security contexts: contexts.ts; `aegis-system-restricted` makes every write a policy denial.
 */
import { openExecutionRecords } from '../execution-records.js';
import { createKeyRing } from '../identity/keys.js';
import type { AgentService, ExecutionService, Route, SandboxContext, WorkflowService } from '../kernel.js';
import { type AttestParts, attest, type CredentialCheck } from './attest.js';
import { type InvokeParts, invoke } from './invoke.js';
import { listSealTools } from './list-tools.js';
import { createReplayMemory } from './replay.js';
import { SEAL_KEY } from './security-token.js';
import { createSessions } from './sessions.js';

/** Routes of attestation, invocation and listing; `POST /v1/invoke` exists in the documented dialect only (D51). */
export function createSeal(
  context: SandboxContext,
  services: { agents: AgentService; executions: ExecutionService; workflows: WorkflowService },
  credentials: CredentialCheck,
): { readonly routes: readonly Route[] } {
  const keys = createKeyRing(context.store);
  const records = openExecutionRecords(context.store);
  const sessions = createSessions();
  const attestParts: AttestParts = {
    context,
    credentials,
    sessions,
    signingKey: () => keys(SEAL_KEY),
    tenantOfExecution: (id) => records.get(id)?.tenant_id,
  };
  const invokeParts: InvokeParts = {
    services: { context, ...services },
    sessions,
    replays: createReplayMemory(),
  };
  const post = { method: 'POST', auth: 'none', content: 'json' } as const;
  return {
    routes: [
      { ...post, path: '/v1/seal/attest', handler: (request) => attest(request, attestParts) },
      { ...post, path: '/v1/seal/invoke', handler: (request) => invoke(request, invokeParts) },
      {
        ...post,
        path: '/v1/invoke',
        dialects: ['documented'],
        handler: (request) => invoke(request, invokeParts),
      },
      { method: 'GET', path: '/v1/seal/tools', auth: 'none', handler: listSealTools },
    ],
  };
}
