/** The tools that the sandbox really runs, by name. */
import { FLEET_TOOLS } from '../remote/index.js';
import { AGENT_TOOLS } from './agents.js';
import { DISCOVERY_TOOLS } from './discovery.js';
import { GENERATOR_TOOLS } from './generators.js';
import { LOG_TOOLS } from './logs.js';
import type { ToolHandler } from './services.js';
import { SYSTEM_TOOLS } from './system.js';
import { TASK_TOOLS } from './tasks.js';
import { WORKFLOW_AUTHORING_TOOLS } from './workflow-authoring.js';
import { WORKFLOW_RUN_TOOLS } from './workflow-runs.js';

const HANDLERS: ReadonlyMap<string, ToolHandler> = new Map(
  Object.entries({
    ...AGENT_TOOLS,
    ...TASK_TOOLS,
    ...LOG_TOOLS,
    ...WORKFLOW_AUTHORING_TOOLS,
    ...WORKFLOW_RUN_TOOLS,
    ...DISCOVERY_TOOLS,
    ...SYSTEM_TOOLS,
    ...FLEET_TOOLS,
    ...GENERATOR_TOOLS,
  }),
);

/** The handler of a tool; undefined for those the sandbox does not simulate. */
export function findHandler(tool: string): ToolHandler | undefined {
  return HANDLERS.get(tool);
}
