/** `/v1/cli-tools`. A tool is addressed by name, and a second registration overwrites the first. */
import type { Dialect } from '../../kernel.js';
import { json } from '../../replies.js';
import { jsonBody } from '../body.js';
import type { GatewayRoute } from '../kernel.js';
import { type CliTool, type CliTools, cliToolDecoder, requireCliTool } from './cli-tools.js';

/** Register, list, delete. */
export function cliToolRoutes(tools: CliTools, dialect: Dialect): readonly GatewayRoute[] {
  const decode = cliToolDecoder(dialect);
  return [
    {
      method: 'POST',
      path: '/v1/cli-tools',
      name: 'register_cli_tool',
      content: 'json',
      handler: (request) => {
        const body = jsonBody(request, decode);
        requireCliTool(body);
        tools.put(body.name, body.name, { ...body, tenant_id: request.tenant });
        return json({ saved: true });
      },
    },
    {
      method: 'GET',
      path: '/v1/cli-tools',
      name: 'list_cli_tools',
      handler: ({ tenant }) => json(tools.list(tenant).map(summary)),
    },
    {
      method: 'DELETE',
      path: '/v1/cli-tools/{name}',
      name: 'delete_cli_tool',
      handler: ({ params, tenant }) => {
        tools.remove(params.name ?? '', tenant);
        return json({ deleted: true });
      },
    },
  ];
}

/** Time-out and registry credential are shown by no route. */
function summary({ name, description, docker_image, allowed_subcommands, require_semantic_judge }: CliTool) {
  return { name, description, docker_image, allowed_subcommands, require_semantic_judge };
}
