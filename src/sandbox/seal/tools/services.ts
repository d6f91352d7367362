/** What the tools of the invoke endpoint work with. */
import type { AgentService, ExecutionService, SandboxContext, WorkflowService } from '../../kernel.js';
import type { RemoteTools } from '../remote/index.js';
import type { ToolCall } from './call.js';

/** The same services the REST routes use. */
export interface ToolServices {
  readonly context: SandboxContext;
  readonly agents: AgentService;
  readonly executions: ExecutionService;
  readonly workflows: WorkflowService;
  readonly remotes: RemoteTools;
}

/** A tool: its result is the whole body of the 200 answer. Refusals throw. */
export type ToolHandler = (call: ToolCall, services: ToolServices) => unknown;
