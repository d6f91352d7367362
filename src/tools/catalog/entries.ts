/** The lists of tools that orchestrator and gateway give, read without trust. */
import { isObject } from '../../client/json-object.js';
import type { ServerName } from '../context.js';
import { isBuiltIn } from './effects.js';

/** A tool as its server lists it. */
export interface CatalogueEntry {
  /** The name by which its server knows it. */
  readonly original: string;
  readonly server: ServerName;
  readonly description: string;
  /** As given: anything. */
  readonly schema: unknown;
  /** It runs on a node at the edge. */
  readonly isEdge: boolean;
}

/** Longest name that is taken, characters. */
const MAX_NAME = 512;

/**
 * The tools of one list (SealTool, ToolEntry); what has no usable name is left out. The schema is looked for under both
 * names that servers give it.
 */
export function readEntries(tools: readonly unknown[], server: ServerName): CatalogueEntry[] {
  const entries = tools.flatMap((tool) => readEntry(tool, server) ?? []);
  // The last of a name stays. At the gateway a CLI tool, listed behind a workflow of its name, is the one that answers;
  // at the orchestrator the built-in tool, listed before whatever another server calls so.
  if (server === 'orchestrator') entries.reverse();
  return [...new Map(entries.map((entry) => [entry.original, entry])).values()];
}

function readEntry(tool: unknown, server: ServerName): CatalogueEntry | undefined {
  if (!isObject(tool)) return undefined;
  const { name, description, inputSchema, input_schema, executor } = tool;
  if (typeof name !== 'string' || name === '' || name.length > MAX_NAME) return undefined;
  return {
    original: name,
    server,
    description: typeof description === 'string' ? description : '',
    schema: inputSchema ?? input_schema,
    isEdge: executor === 'edge',
  };
}

/**
 * One list of both, in a fixed order: built-in tools first, so that no other server can push them over the bounds of a
 * list by listing much. What both servers list is called at the orchestrator: the gateway takes a token for one call a
 * minute.
 */
export function mergeEntries(
  orchestrator: readonly CatalogueEntry[],
  gateway: readonly CatalogueEntry[],
): CatalogueEntry[] {
  const names = new Set(orchestrator.map(({ original }) => original));
  const all = [...orchestrator, ...gateway.filter(({ original }) => !names.has(original))];
  all.sort((left, right) => (left.original < right.original ? -1 : 1));
  return [...all.filter(isOwn), ...all.filter((entry) => !isOwn(entry))];
}

function isOwn({ original, server }: CatalogueEntry): boolean {
  return server === 'orchestrator' && isBuiltIn(original);
}
