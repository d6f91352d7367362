/** The catalogue: lookup of built-in tools, what a security context shows of all, and how a tool looks on the wire. */
import type { Dialect } from '../../kernel.js';
import { isVisible, type SecurityContext } from '../policy.js';
import type { RemoteTool } from '../remote/index.js';
import { NODE_TOOLS } from './node-tools.js';
import type { ToolRow } from './row.js';
import { RUN_TOOLS } from './run-tools.js';
import { STORAGE_TOOLS } from './storage-tools.js';

export type { ToolRow } from './row.js';

/** A built-in or a remote tool. */
export type ListedTool = ToolRow | RemoteTool;

const ROWS: readonly ToolRow[] = [...NODE_TOOLS, ...RUN_TOOLS, ...STORAGE_TOOLS];
const BY_NAME = new Map(ROWS.map((row) => [row.name, row]));

/** The row of a tool the real server dispatches, listed or not. */
export function findTool(name: string): ToolRow | undefined {
  return BY_NAME.get(name);
}

/** The advertised and the remote tools that a context shows; all of them without a context. */
export function listTools(
  context: SecurityContext | undefined,
  remote: readonly RemoteTool[],
): readonly ListedTool[] {
  const tools = [...ROWS.filter(({ advertised }) => advertised), ...remote];
  return context === undefined ? tools : tools.filter(({ name }) => isVisible(context, name));
}

/** A tool as listSealTools sends it (components.schemas.SealTool). */
export function describeTool({ name, description, inputSchema, executor, fleetCapable }: ListedTool) {
  return {
    name,
    description,
    inputSchema,
    ...(executor !== undefined && { executor }),
    ...(fleetCapable !== undefined && { fleetCapable }),
  };
}

/** The same in the spelling of the SEAL protocol's own pages, which the documented dialect has. */
export function describeToolIn(dialect: Dialect, tool: ListedTool) {
  const { inputSchema: input_schema, fleetCapable: fleet_capable, ...rest } = describeTool(tool);
  if (dialect === 'live') return describeTool(tool);
  return { ...rest, input_schema, ...(fleet_capable !== undefined && { fleet_capable }) };
}
