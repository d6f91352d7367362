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

/** `fsal_mounts`, which a call must have, is not in the server's schema. */
function cliEntry({ name, description, allowed_subcommands, require_semantic_judge }: CliTool) {
  const properties = {
    subcommand: { type: 'string', enum: allowed_subcommands },
    args: { type: 'array', items: { type: 'string' } },
  };
  const tags = require_semantic_judge ? ['cli', 'judged'] : ['cli'];
  const input_schema = { type: 'object', properties, required: ['subcommand'] };
  return { name, description, kind: 'cli', input_schema, tags, category: 'external' };
}
