/** All tables in one registry, and the surface that a configuration makes of it. */

import { admin } from './admin.js';
import { agents } from './agents.js';
import { apiKeys } from './api-keys.js';
import { approvals } from './approvals.js';
import { billing } from './billing.js';
import { canvas } from './canvas.js';
import { cluster } from './cluster.js';
import { colony } from './colony.js';
import { cortex } from './cortex.js';
import { credentials } from './credentials.js';
import type { Operation } from './define.js';
import { dispatch } from './dispatch.js';
import { executions } from './executions.js';
import { gateway } from './gateway.js';
import { gitStorage } from './git-storage.js';
import { observability } from './observability.js';
import { receipts } from './receipts.js';
import { scripts } from './scripts.js';
import { seal } from './seal.js';
import { secrets } from './secrets.js';
import { stimuli } from './stimuli.js';
import { swarms } from './swarms.js';
import { system } from './system.js';
import { user } from './user.js';
import { volumes } from './volumes.js';
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
  receipts,
  dispatch,
  stimuli,
  volumes,
  gitStorage,
  credentials,
  secrets,
  apiKeys,
  colony,
  billing,
  cluster,
  swarms,
  observability,
  cortex,
  scripts,
  canvas,
  user,
  admin,
  gateway,
]);
