/** Puts the program together: configuration in, a ToolHost out. Everything behind a call is loaded by the first. */
import type { Config } from '../config.js';
import type { AegisError } from '../errors.js';
import { createLog, type Log } from '../log.js';
import type { ToolHost } from '../server/host.js';
import { createToolHost, type RunnableTool } from '../server/tool-host.js';
import { SEAL_CATALOG } from '../tools/define.js';
import { buildListing, type ListingEntry } from '../tools/listing.js';
import { surface } from '../tools/surface.js';
import { TOOL_ALIASES } from '../tools/tool-names.js';
import type { Connection } from './connect.js';
import { createLazyCatalogue } from './lazy-catalogue.js';
import { makeDataFolder } from './make-folder.js';
import { checkSealTools } from './seal-tools.js';

export interface Runtime {
  readonly host: ToolHost;
  readonly log: Log;
  /** Connects now: starts the sandbox where one is wanted. Without it the first call does. */
  start(): Promise<void>;
  /** Whether the orchestrator answers and says that it is ready. */
  ready(): Promise<{ readonly ok: boolean; readonly detail: string }>;
  /** One line for people: what the server talks to. */
  describe(): string;
  /** Ends connections, sandbox and journal. */
  close(): Promise<void>;
}

/**
 * Makes the runtime of one process. Listing tools needs no orchestrator, and loads nothing that reaches one:
 * rows, wire and sandbox come with the first call. Throws `invalid_configuration` for an unusable data folder.
 */
export function createRuntime(config: Config): Runtime {
  // The sandbox starts with the first call, but a wrong folder is a wrong invocation.
  if (config.sandbox && config.data !== undefined) makeDataFolder(config.data);
  const log = createLog(config.logLevel);
  const listing = buildListing();
  checkSealTools(config, listing);
  const names = surface(listing, { toolsets: config.toolsets, readOnly: config.readOnly });
  let connection: Promise<Connection> | undefined;
  const countTools = async (): Promise<number> => names.length + ((await live?.list()) ?? []).length;
  const connected = async (): Promise<Connection> => {
    connection ??= import('./connect.js').then(({ connect }) => connect(config, log, countTools));
    try {
      return await connection;
    } catch (error) {
      // A failure is not kept: what is missing may be there at the next call.
      connection = undefined;
      throw error;
    }
  };
  const live = config.toolsets.includes(SEAL_CATALOG)
    ? createLazyCatalogue(config, { connected, log, taken: takenBy(listing) })
    : undefined;
  const host = createToolHost({
    listing,
    surface: names,
    tenant: config.tenant,
    sandbox: config.sandbox,
    readOnly: config.readOnly,
    live,
    tool: (name) => runnable(name, listing),
    context: async (signal, progress) => {
      const { createContext } = await import('./context.js');
      return createContext(await connected(), config, signal, progress);
    },
    onCall: (name, outcome, durationMs) =>
      log.debug({ tool: name, outcome: codeOf(outcome), durationMs }, 'call'),
  });
  return {
    host,
    log,
    start: async () => void (await connected()),
    ready: async () => await (await connected()).ready(),
    describe: () => (config.sandbox ? 'on an embedded sandbox: no real agents run' : `for ${config.url}`),
    close: async () => {
      await live?.close();
      await (await connection?.catch(() => undefined))?.close();
    },
  };
}

/** Names that no other tool may have. */
function takenBy(listing: readonly ListingEntry[]): string[] {
  return [...listing.map(({ tool }) => tool.name), ...TOOL_ALIASES.keys()];
}

function codeOf(outcome: 'ok' | AegisError): string {
  return outcome === 'ok' ? outcome : outcome.code;
}

function runnable(name: string, listing: readonly ListingEntry[]): RunnableTool {
  const untrusted = listing.find(({ tool }) => tool.name === name)?.untrusted ?? true;
  return {
    untrusted,
    run: async (args, context) => {
      const { runTool } = await import('../tools/run.js');
      return await runTool(name, args, context);
    },
  };
}
