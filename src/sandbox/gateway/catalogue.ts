/** `GET /v1/tools`: workflows first, then CLI tools, each by name (operation gatewayListTools). */
import { json } from '../replies.js';
import type { CliTool, CliTools } from './cli-tools/cli-tools.js';
import type { GatewayRoute } from './kernel.js';
import type { ToolWorkflow, Workflows } from './workflows/workflows.js';

/** The route. There are no native tools, and no session's or context's filter is applied. */
export function catalogueRoutes(workflows: Workflows, tools: CliTools): readonly GatewayRoute[] {
  return [
    {
      method: 'GET',
      path: '/v1/tools',
      name: 'list_tools',
      handler: ({ tenant }) =>
        json([...workflows.list(tenant).map(workflowEntry), ...tools.list(tenant).map(cliEntry)]),
    },
  ];
}

function workflowEntry({ name, description, input_schema }: ToolWorkflow) {
  return { name, description, kind: 'workflow', input_schema, tags: ['workflow'], category: 'external' };
}

/** Input schema of a CLI tool: `fsal_mounts`, which a call must have, is not in the server's. */
export function cliSchema({ allowed_subcommands }: CliTool) {
  const properties = {
    subcommand: { type: 'string', enum: allowed_subcommands },
    args: { type: 'array', items: { type: 'string' } },
  };
  return { type: 'object', properties, required: ['subcommand'] };
}

function cliEntry(tool: CliTool) {
  const { name, description, require_semantic_judge } = tool;
  const tags = require_semantic_judge ? ['cli', 'judged'] : ['cli'];
  return { name, description, kind: 'cli', input_schema: cliSchema(tool), tags, category: 'external' };
}
