/** All tables in one registry, and the surface that a configuration makes of it. */
import { agents } from './agents.js';
import { approvals } from './approvals.js';
import { type Operation, TOOLSETS, type Toolset } from './define.js';
import { executions } from './executions.js';
import { seal } from './seal.js';
import { system } from './system.js';
import { workflowExecutions } from './workflow-executions.js';
import { workflows } from './workflows.js';

export type Table = Readonly<Record<string, Operation>>;

/** Collects tables; throws on a name that two tables have. Null prototype: no name reaches Object.prototype. */
export function collect(tables: readonly Table[]): Table {
  const all: Record<string, Operation> = Object.create(null);
  for (const table of tables)
    for (const [name, operation] of Object.entries(table)) {
      if (name in all) throw new TypeError(`two tools are named ${name}`);
      all[name] = operation;
    }
  return all;
}

/** Every tool of this server, in the order it is listed. */
export const registry: Table = collect([
  system,
  agents,
  executions,
  approvals,
  workflows,
  workflowExecutions,
  seal,
]);

export interface SurfaceOptions {
  /** `core`, `all`, or names of toolsets. */
  readonly toolsets: readonly (Toolset | 'core' | 'all')[];
  readonly readOnly: boolean;
}

/** Names of the tools in effect, in registry order. `whoami` is always there. */
export function surface(options: SurfaceOptions): string[] {
  return Object.entries(registry)
    .filter(([, operation]) => !options.readOnly || operation.effect === 'read')
    .filter(([name, operation]) => name === 'whoami' || chosen(operation, options.toolsets))
    .map(([name]) => name);
}

function chosen(operation: Operation, toolsets: SurfaceOptions['toolsets']): boolean {
  return toolsets.some(
    (toolset) => toolset === 'all' || toolset === operation.toolset || (toolset === 'core' && operation.core),
  );
}

/** Values that the toolsets option takes. */
export const TOOLSET_CHOICES = ['core', 'all', ...TOOLSETS] as const;
