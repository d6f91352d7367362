/**
 * The SEAL endpoints of the sandbox, written from the protocol and independent of the client's signing code.
 * Security contexts: contexts.ts; `aegis-system-restricted` makes every write a policy denial.
 */
import { openExecutionRecords } from '../execution-records.js';
import { createKeyRing } from '../identity/keys.js';
import { isObject } from '../json-schema.js';
import type {
  AgentService,
  ExecutionRecord,
  ExecutionService,
  Route,
  SandboxContext,
  WorkflowService,
} from '../kernel.js';
import { type AttestedSession, type AttestParts, attest, type CredentialCheck } from './attest.js';
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
  publish: (session: AttestedSession) => void,
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
    toolsOfExecution: (id) => toolsOf(records.get(id), services.agents),
    publish,
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

/** spec.tools of the agent behind an execution. */
function toolsOf(execution: ExecutionRecord | undefined, agents: AgentService): readonly string[] {
  const agent = execution && agents.byId(execution.agent_id, execution.tenant_id);
  const spec = isObject(agent?.manifest.spec) ? agent.manifest.spec : {};
  return Array.isArray(spec.tools) ? spec.tools.filter((tool) => typeof tool === 'string') : [];
}
