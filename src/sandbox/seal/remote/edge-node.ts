/** The one edge node of every sandbox: its tools, and the fleet tools that speak of it. */
import { isObject } from '../../json-schema.js';
import { refuseCall } from '../refusal.js';
import { stringArg, type ToolCall } from '../tools/call.js';
import type { ToolHandler } from '../tools/services.js';
import type { RemoteTool } from './remote-tool.js';

const NODE = {
  id: 'sandbox-edge-1',
  os: 'linux',
  arch: 'x86_64',
  tools: ['edge.host.info', 'edge.service.restart'],
  labels: ['sandbox'],
  tags: ['sandbox'],
} as const;

/** The node's own tools; a call is answered `{node, tool, arguments}`. */
export const EDGE_TOOLS: readonly RemoteTool[] = [
  {
    ...edgeTool('edge.host.info', 'Tells the operating system and the load of the host.'),
    inputSchema: { type: 'object', properties: {}, required: [] },
    fleetCapable: true,
  },
  {
    ...edgeTool('edge.service.restart', 'Restarts a service of the host.'),
    inputSchema: { type: 'object', properties: { service: { type: 'string' } }, required: ['service'] },
  },
];

const resolveFleet: ToolHandler = (call) => ({ resolved: targetsOf(call), skipped: [] });

/** The node works at once, so that nobody need wait for the command. */
const invokeFleet: ToolHandler = (call, { context }) => {
  stringArg(call, 'tool_name');
  return { fleet_command_id: context.clock.uuid(), resolved: targetsOf(call) };
};

/** Whatever the id, no command is under way. */
const cancelFleet: ToolHandler = (call) => {
  stringArg(call, 'fleet_command_id');
  return { cancelled: false };
};

/** Handlers by tool name. */
export const FLEET_TOOLS: Readonly<Record<string, ToolHandler>> = {
  'aegis.edge.fleet.list': resolveFleet,
  'aegis.edge.fleet.invoke': invokeFleet,
  'aegis.edge.fleet.cancel': cancelFleet,
};

function edgeTool(name: string, description: string): Omit<RemoteTool, 'inputSchema'> {
  const run = ({ args }: ToolCall) => ({ node: NODE.id, tool: name, arguments: args });
  return { name, description, source: 'mcp_server', executor: 'edge', run };
}

/** `"All"`, `{"Node": id}`, `{"Group": id}` (there is no group) or `{"Selector": {…}}`. */
function targetsOf({ tool, args }: ToolCall): readonly string[] {
  const { target } = args;
  if (target === 'All') return [NODE.id];
  if (!isObject(target)) return refuseCall(`Invalid tool arguments: ${tool}: invalid target`);
  if (typeof target.Node === 'string') return target.Node === NODE.id ? [NODE.id] : [];
  if (typeof target.Group === 'string') return [];
  if (isObject(target.Selector)) return matches(target.Selector) ? [NODE.id] : [];
  return refuseCall(`Invalid tool arguments: ${tool}: invalid target`);
}

function matches(selector: Readonly<Record<string, unknown>>): boolean {
  const { os = NODE.os, arch = NODE.arch } = selector;
  const lists = [
    [selector.tools, NODE.tools],
    [selector.labels, NODE.labels],
    [selector.tags, NODE.tags],
  ] as const;
  return os === NODE.os && arch === NODE.arch && lists.every(([wanted, has]) => hasAll(has, wanted));
}

function hasAll(has: readonly string[], wanted: unknown): boolean {
  return wanted === undefined || (Array.isArray(wanted) && wanted.every((each) => has.includes(each)));
}
