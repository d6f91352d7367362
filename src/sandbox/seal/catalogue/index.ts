/** The catalogue of built-in tools: lookup, what a security context shows, and how a row looks on the wire. */
import { isVisible, type SecurityContext } from '../policy.js';
import { NODE_TOOLS } from './node-tools.js';
import type { ToolRow } from './row.js';
import { RUN_TOOLS } from './run-tools.js';
import { STORAGE_TOOLS } from './storage-tools.js';

export type { ToolRow } from './row.js';

const ROWS: readonly ToolRow[] = [...NODE_TOOLS, ...RUN_TOOLS, ...STORAGE_TOOLS];
const BY_NAME = new Map(ROWS.map((row) => [row.name, row]));

/** The row of a tool the real server dispatches, listed or not. */
export function findTool(name: string): ToolRow | undefined {
  return BY_NAME.get(name);
}

/** The advertised tools that a context shows; all of them without a context. */
export function listTools(context: SecurityContext | undefined): readonly ToolRow[] {
  return ROWS.filter(
    ({ name, advertised }) => advertised && (context === undefined || isVisible(context, name)),
  );
}

/** A row as listSealTools sends it (components.schemas.SealTool). */
export function describeTool({ name, description, inputSchema, executor, fleetCapable }: ToolRow) {
  return {
    name,
    description,
    inputSchema,
    ...(executor !== undefined && { executor }),
    ...(fleetCapable !== undefined && { fleetCapable }),
  };
}
