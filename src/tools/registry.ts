/** All tables in one registry, and the surface that a configuration makes of it. */
import { agents } from './agents.js';
import { approvals } from './approvals.js';
import type { Operation } from './define.js';
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
