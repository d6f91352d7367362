/** Rows of the registry by name, and what a call of them throws. */
import { AegisError } from '../../src/errors.js';
import type { Operation } from '../../src/tools/define.js';
import { registry } from '../../src/tools/registry.js';

export function row(name: string): Operation {
  const operation = registry[name];
  if (operation === undefined) throw new Error(`no row ${name}`);
  return operation;
}

/** The AegisError of an attempt; anything else fails the test. */
export async function refusalOf(attempt: () => unknown): Promise<AegisError> {
  try {
    await attempt();
  } catch (error) {
    if (error instanceof AegisError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
