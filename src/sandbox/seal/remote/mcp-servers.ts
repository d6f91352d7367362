/** The MCP servers connected to the orchestrator: simulated, and changeable while the sandbox runs. */
import type { RemoteTool } from './remote-tool.js';

/** A tool as its server describes it: nothing of this is checked. */
export interface McpTool {
  readonly name: string;
  /** Default `Provided by MCP server '<name>'`. */
  readonly description?: string | undefined;
  /** Any JSON, sound or not; default `{"type":"object"}`. */
  readonly inputSchema?: unknown;
  /** JSON that answers every call; default `{server, tool, arguments}`. */
  readonly result?: unknown;
}

export interface McpServer {
  readonly name: string;
  readonly tools: readonly McpTool[];
}

/** Lists and calls follow from the next request on. */
export interface McpServers {
  /** Connects a server, or replaces the one of that name with all its tools. */
  connect(server: McpServer): void;
  /** False when no server has that name. */
  disconnect(name: string): boolean;
}

export interface ConnectedServers extends McpServers {
  /** In the order of connection. */
  tools(): readonly RemoteTool[];
}

/** The one server that every sandbox starts with. */
const TICKETS: McpServer = {
  name: 'sandbox-tickets',
  tools: [
    {
      name: 'tickets.search',
      description: 'Finds tickets by a word in their title.',
      inputSchema: {
        type: 'object',
        properties: { query: { type: 'string' }, limit: { type: 'integer', minimum: 1, default: 10 } },
        required: ['query'],
      },
    },
    {
      name: 'tickets.create',
      description: 'Opens a ticket.',
      inputSchema: {
        type: 'object',
        properties: { title: { type: 'string' }, body: { type: 'string' } },
        required: ['title'],
      },
    },
  ],
};

/** The servers of a new sandbox: `sandbox-tickets`. */
export function createMcpServers(): ConnectedServers {
  const servers = new Map<string, McpServer>([[TICKETS.name, TICKETS]]);
  return {
    connect: (server) => void servers.set(server.name, server),
    disconnect: (name) => servers.delete(name),
    tools: () => [...servers.values()].flatMap(toolsOf),
  };
}

function toolsOf({ name: server, tools }: McpServer): readonly RemoteTool[] {
  return tools.map(({ name, description, inputSchema, result }) => ({
    name,
    description: description ?? `Provided by MCP server '${server}'`,
    inputSchema: inputSchema ?? (inputSchema === null ? null : { type: 'object' }),
    source: 'mcp_server',
    run: ({ args }) => (result === undefined ? { server, tool: name, arguments: args } : result),
  }));
}
