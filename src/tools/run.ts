/** Runs a tool by name. */
import { AegisError } from '../errors.js';
import type { Context } from './context.js';
import type { Ran } from './define.js';
import { execute } from './execute.js';
import { registry } from './registry.js';

/** Runs the row of that name; see {@link execute}. */
export async function runTool(name: string, args: unknown, context: Context): Promise<Ran<unknown>> {
  const operation = registry[name];
  if (operation === undefined) throw new AegisError('internal', `${name} is listed but has no row.`);
  return await execute(name, operation, args, context);
}
