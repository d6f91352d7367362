/** From what servers list to tools that a host can take. */
import { boundText } from '../../client/server-text.js';
import type { Effect } from '../define.js';
import type { Listed } from '../listing.js';
import { cleanText } from '../untrusted.js';
import { effectOf } from './effects.js';
import type { CatalogueEntry } from './entries.js';
import type { SafeNames } from './names.js';
import { sendableSchema } from './quirks.js';
import { type SafeSchema, safeSchema } from './schemas.js';

/** A tool as it is offered, and where it is called. */
export interface OfferedTool extends Pick<CatalogueEntry, 'original' | 'server'> {
  /** It has no output schema: no server tells one. */
  readonly tool: Omit<Listed, 'outputSchema'>;
}

export interface OfferOptions {
  readonly names: SafeNames;
  /** Pinned by configuration: then no tool of the orchestrator itself takes one. */
  readonly tenant: string | undefined;
  /** Only tools known to change nothing. */
  readonly readOnly: boolean;
}

/** Most tools of one list. Hosts take fewer, a search tool of theirs perhaps not. */
const MAX_TOOLS = 1_000;
/** Bound on all schemas together, characters of their JSON; those beyond it are left out. */
const MAX_SCHEMAS = 1_048_576;
const MAX_TITLE = 120;
const MAX_DESCRIPTION = 2_000;

/** The tools to offer, in the order of the entries. */
export function offerTools(entries: readonly CatalogueEntry[], options: OfferOptions): OfferedTool[] {
  let room = MAX_SCHEMAS;
  return entries
    .filter((entry) => !options.readOnly || effectFor(entry) === 'read')
    .slice(0, MAX_TOOLS)
    .map((entry) => {
      const safe = room > 0 ? safeSchema(entry.schema) : TOO_MUCH;
      room -= JSON.stringify(safe.schema).length;
      return offer(entry, safe, options);
    });
}

const TOO_MUCH: SafeSchema = {
  schema: { type: 'object' },
  omitted: { what: 'all', why: 'the list is too long as a whole' },
};

/** The table of effects knows the orchestrator's tools; at the gateway the same name may be anything. */
function effectFor({ original, server }: CatalogueEntry): Effect {
  return server === 'orchestrator' ? effectOf(original) : 'destructive';
}

function offer(entry: CatalogueEntry, safe: SafeSchema, { names, tenant }: OfferOptions): OfferedTool {
  const { original, server } = entry;
  const name = names.nameOf(original);
  const title = titleOf(original, name);
  const schema = server === 'orchestrator' ? sendableSchema(original, safe.schema, tenant) : safe.schema;
  const tool = {
    name,
    title,
    description: describe(entry, title, safe.omitted),
    inputSchema: schema,
    annotations: annotations(title, effectFor(entry)),
  };
  return { original, server, tool };
}

/** The original; one that cannot be shown as it is has its safe name behind it, or it would look like another tool. */
function titleOf(original: string, name: string): string {
  const shown = cleanText(original).replace(/\s+/g, ' ').trim();
  const title = boundText(shown, MAX_TITLE);
  return shown === original ? title : `${title} (${name})`.trim();
}

function annotations(title: string, effect: Effect): Listed['annotations'] {
  return {
    title,
    readOnlyHint: effect === 'read',
    destructiveHint: effect === 'destructive',
    idempotentHint: effect === 'read',
    openWorldHint: true,
  };
}

function describe(
  { description, server, isEdge }: CatalogueEntry,
  title: string,
  omitted: SafeSchema['omitted'],
): string {
  const said = boundText(cleanText(description).trim(), MAX_DESCRIPTION);
  const parts = [said === '' ? `SEAL tool ${title} of the ${server}.` : said];
  if (isEdge) parts.push('Runs on an edge node.');
  if (omitted !== undefined) parts.push(omission(omitted, server));
  return parts.join('\n');
}

function omission(
  { what, why }: NonNullable<SafeSchema['omitted']>,
  server: CatalogueEntry['server'],
): string {
  const subject =
    what === 'all' ? 'Its input schema was left out' : 'A part of its input schema was left out';
  const tool = server === 'orchestrator' ? 'list_seal_tools' : 'gateway_list_tools';
  return `${subject}: ${why}. ${tool} shows it as the server gives it.`;
}
