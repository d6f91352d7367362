import type { AgentService, ExecutionService, Route, SandboxContext, WorkflowService } from '../kernel.js';
import { approvalRoutes } from './approval-routes.js';
import { definitionRoutes } from './definition-routes.js';
import { documentedRoutes } from './documented-routes.js';
import { executionRoutes, sharedExecutionRoutes } from './execution-routes.js';
import { Workflows } from './service.js';
import { temporalEventsRoute } from './temporal-events.js';

export { parseWorkflow } from './manifest.js';

/** The workflow domain of the sandbox. */
export interface WorkflowDomain {
  /** Workflows, their runs and human approvals, both dialects. */
  readonly routes: readonly Route[];
  readonly service: WorkflowService;
  /**
   * Call once after the store of an earlier process was opened: runs that waited for a human go on waiting
   * with the time they had left; all other running ones become failed, reason `orchestrator restarted`.
   */
  resume(): void;
}

/** Opens the tables in the context's store. Runs are background tasks that end with `context.signal`. */
export function createWorkflows(
  context: SandboxContext,
  services: { agents: AgentService; executions: ExecutionService },
): WorkflowDomain {
  const workflows = new Workflows(context, services);
  return {
    routes: [
      ...definitionRoutes(workflows),
      ...executionRoutes(workflows),
      ...sharedExecutionRoutes(workflows),
      ...documentedRoutes(workflows),
      ...approvalRoutes(workflows),
      temporalEventsRoute(workflows),
    ],
    service: workflows,
    resume: () => workflows.resume(),
  };
}
