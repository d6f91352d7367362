/**
 * What `tools/list` says of every tool. Built from the rows; the bundled program carries the result ready made,
 * so that no schema is built to answer a list.
 */
import type { Effect, Operation, Toolset } from './define.js';
import { registry } from './registry.js';
import { inputJsonSchema, type ObjectSchema, outputJsonSchema } from './schema.js';

export interface Listed {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: ObjectSchema;
  readonly outputSchema: ObjectSchema;
  readonly annotations: {
    readonly title: string;
    readonly readOnlyHint: boolean;
    readonly destructiveHint: boolean;
    readonly idempotentHint: boolean;
    readonly openWorldHint: boolean;
  };
}

export interface ListingEntry {
  readonly tool: Listed;
  readonly toolset: Toolset;
  readonly effect: Effect;
  /** Part of the default surface. */
  readonly core: boolean;
  /** The result carries text written by agents or users. */
  readonly untrusted: boolean;
  /** A sensitive call: it leaves a receipt, and goes through SEAL where policy and row allow. */
  readonly sensitive: boolean;
}

/** Every tool as listed, in registry order. */
export function buildListing(): ListingEntry[] {
  return Object.entries(registry).map(([name, operation]) => entry(name, operation));
}

function entry(name: string, operation: Operation): ListingEntry {
  return {
    tool: {
      name,
      title: operation.title,
      description: operation.description,
      inputSchema: inputJsonSchema(operation),
      outputSchema: outputJsonSchema(operation),
      annotations: annotations(operation),
    },
    toolset: operation.toolset,
    effect: operation.effect,
    core: operation.core,
    untrusted: operation.untrusted,
    sensitive: operation.sensitive,
  };
}

/** MCP ToolAnnotations. Every tool reaches a server with agents behind it, hence the open world. */
function annotations(operation: Operation): Listed['annotations'] {
  return {
    title: operation.title,
    readOnlyHint: operation.effect === 'read',
    destructiveHint: operation.effect === 'destructive',
    idempotentHint: operation.idempotent,
    openWorldHint: true,
  };
}
