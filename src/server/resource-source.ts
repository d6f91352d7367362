/** What resources are made of: tools in effect, run for their results. */
import { AegisError } from '../errors.js';
import type { Context } from '../tools/context.js';
import type { Ran } from '../tools/define.js';

export interface ResourceSource {
  /** Names of the tools in effect. */
  readonly inEffect: ReadonlySet<string>;
  /** Runs a tool of the program for its result. */
  readonly run: (name: string, args: unknown, context: Context) => Promise<Ran<unknown>>;
  readonly context: (signal: AbortSignal) => Promise<Context>;
}

/** The refusal of an address that names nothing. */
export function unknownUri(uri: string): AegisError {
  return new AegisError('not_found', `No resource of this server has the address ${uri.slice(0, 200)}.`, {
    next: 'Open an address as a tool gave it, or as a template of resources/templates/list makes it.',
  });
}
