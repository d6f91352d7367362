/** `/sandbox/mcp-servers/{name}`: what `Sandbox.mcpServers` does, for a sandbox in another process. */
import { z } from 'zod';
import type { Route } from '../../kernel.js';
import { empty, refuse } from '../../replies.js';
import { decodeWith, jsonBody, pathParam } from '../../request.js';
import { option } from '../../shapes.js';
import type { McpServers } from './mcp-servers.js';

const PATH = '/sandbox/mcp-servers/{name}';

const decode = decodeWith(
  z.object({
    tools: z.array(
      z.object({
        name: z.string(),
        description: option(z.string()),
        inputSchema: z.unknown().optional(),
        result: z.unknown().optional(),
      }),
    ),
  }),
);

/** PUT `{tools}` connects or replaces a server, DELETE disconnects it; both 204 for any bearer, 404 an unknown name. */
export function mcpServerRoutes(servers: McpServers): readonly Route[] {
  return [
    {
      method: 'PUT',
      path: PATH,
      content: 'json',
      handler(request) {
        servers.connect({ name: pathParam(request, 'name'), ...jsonBody(request, decode) });
        return empty(204);
      },
    },
    {
      method: 'DELETE',
      path: PATH,
      handler(request) {
        const known = servers.disconnect(pathParam(request, 'name'));
        return known ? empty(204) : refuse(404, 'no MCP server of that name is connected');
      },
    },
  ];
}
