/** The gateway's tools as the orchestrator has them: over a port of its own, without envelope, session or context. */
import { refuse } from '../replies.js';
import { cliSchema } from './catalogue.js';
import type { CliTools } from './cli-tools/cli-tools.js';
import type { Specs } from './specs/specs.js';
import { runWorkflow } from './workflows/engine.js';
import type { Workflows } from './workflows/workflows.js';

export interface ForwardedTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: unknown;
}

/** A call that the orchestrator has verified. */
export interface ForwardedCall {
  readonly tool: string;
  readonly args: unknown;
  readonly executionId: string;
  readonly tenant: string;
  readonly signal: AbortSignal;
}

export interface ForwardedTools {
  /** Workflows, then CLI tools: the tenant's and the system-global ones. */
  list(tenant: string | null): readonly ForwardedTool[];
  /** Runs a workflow. Throws ReplyError as an invoke does; 404 for what is none. */
  runWorkflow(call: ForwardedCall): Promise<unknown>;
}

/** Opens the orchestrator's view of the gateway. */
export function forwardTools(workflows: Workflows, tools: CliTools, specs: Specs): ForwardedTools {
  return {
    list: (tenant) => [
      ...workflows
        .list(tenant)
        .map(({ name, description, input_schema }) => ({ name, description, inputSchema: input_schema })),
      ...tools
        .list(tenant)
        .map((tool) => ({ name: tool.name, description: tool.description, inputSchema: cliSchema(tool) })),
    ],
    runWorkflow: ({ tool, ...call }) => {
      const workflow = workflows.named(tool, call.tenant) ?? refuse(404, `workflow '${tool}' not found`);
      return runWorkflow({ workflow, ...call }, specs);
    },
  };
}
