/** The domains beyond agents, executions, workflows and SEAL: what each gets, and all their routes. */
import { adminRoutes } from './admin/index.js';
import { apiKeyRoutes } from './api-keys/index.js';
import { billingRoutes } from './billing/index.js';
import { canvasRoutes } from './canvas/index.js';
import { clusterRoutes } from './cluster/index.js';
import { colonyRoutes } from './colony/index.js';
import { credentialRoutes } from './credentials/index.js';
import { gitRoutes } from './git/index.js';
import type { SandboxIdentity } from './identity/index.js';
import type { AgentService, ExecutionService, Route, SandboxContext, WorkflowService } from './kernel.js';
import { scriptRoutes } from './scripts/index.js';
import { secretRoutes } from './secrets/index.js';
import { stimulusRoutes } from './stimuli/index.js';
import { volumeRoutes } from './volumes/index.js';

/** What a domain may use of the rest of the sandbox. */
export interface DomainBase {
  readonly context: SandboxContext;
  readonly identity: SandboxIdentity;
  readonly agents: AgentService;
  readonly executions: ExecutionService;
  readonly workflows: WorkflowService;
}

/** The routes of every domain, both dialects. */
export function domainRoutes(base: DomainBase): readonly Route[] {
  const domains = [
    volumeRoutes,
    gitRoutes,
    credentialRoutes,
    secretRoutes,
    apiKeyRoutes,
    stimulusRoutes,
    colonyRoutes,
    billingRoutes,
    adminRoutes,
    clusterRoutes,
    scriptRoutes,
    canvasRoutes,
  ];
  return domains.flatMap((routes) => routes(base));
}
