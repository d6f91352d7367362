import type { SandboxIdentity } from './identity/index.js';
import type { AgentService, ExecutionService, SandboxContext, WorkflowService } from './kernel.js';

/** What a domain may use of the rest of the sandbox. */
export interface DomainBase {
  readonly context: SandboxContext;
  readonly identity: SandboxIdentity;
  readonly agents: AgentService;
  readonly executions: ExecutionService;
  readonly workflows: WorkflowService;
}
