/**
 * The SEAL endpoints of the sandbox, written from the protocol and independent of the client's signing code.
 * Security contexts: contexts.ts; `aegis-system-restricted` makes every write a policy denial.
 */
import { openExecutionRecords } from '../execution-records.js';
import type { ForwardedTools } from '../gateway/forwarded.js';
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
import type { SealFaults } from './faults.js';
import { type InvokeParts, invoke } from './invoke.js';
import { listSealTools } from './list-tools.js';
import { createRemoteTools } from './remote/index.js';
import type { ConnectedServers } from './remote/mcp-servers.js';
import { mcpServerRoutes } from './remote/routes.js';
import { createReplayMemory } from './replay.js';
import { SEAL_KEY } from './security-token.js';
import { createSessions } from './sessions.js';

/** What the SEAL endpoints stand on. */
export interface SealBase {
  readonly context: SandboxContext;
  readonly services: { agents: AgentService; executions: ExecutionService; workflows: WorkflowService };
  readonly credentials: CredentialCheck;
  readonly gateway: {
    readonly tools: ForwardedTools;
    saveSession(session: AttestedSession): void;
  };
  readonly mcpServers: ConnectedServers;
  readonly faults: Readonly<SealFaults>;
}

/** Routes of attestation, invocation and listing; `POST /v1/invoke` exists in the documented dialect only (D51). */
export function createSeal({ context, services, credentials, gateway, mcpServers, faults }: SealBase): {
  readonly routes: readonly Route[];
} {
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
    faults,
    publish: gateway.saveSession,
  };
  const hop = { tools: gateway.tools, faults, clock: context.clock };
  const remotes = createRemoteTools(mcpServers, hop);
  const invokeParts: InvokeParts = {
    services: { context, ...services, remotes },
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
      {
        method: 'GET',
        path: '/v1/seal/tools',
        auth: 'none',
        handler: (request) => listSealTools(request, { dialect: context.dialect, remotes, faults }),
      },
      ...mcpServerRoutes(mcpServers),
    ],
  };
}

/** spec.tools of the agent behind an execution. */
function toolsOf(execution: ExecutionRecord | undefined, agents: AgentService): readonly string[] {
  const agent = execution && agents.byId(execution.agent_id, execution.tenant_id);
  const spec = isObject(agent?.manifest.spec) ? agent.manifest.spec : {};
  return Array.isArray(spec.tools) ? spec.tools.filter((tool) => typeof tool === 'string') : [];
}
