/** Puts the program together: configuration in, a ToolHost out. Connects on first use. */
import type { Logger } from 'pino';
import type { Config } from '../config.js';
import { AegisError } from '../errors.js';
import { createLogger } from '../log.js';
import type { ToolHost } from '../server/host.js';
import { createToolHost } from '../server/tool-host.js';
import { execute } from '../tools/execute.js';
import { buildListing } from '../tools/listing.js';
import { registry, surface } from '../tools/registry.js';
import { type Connection, connect } from './connect.js';
import { createContext } from './context.js';

export interface Runtime {
  readonly host: ToolHost;
  readonly log: Logger;
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
 * Makes the runtime of one process. Throws `invalid_configuration` when neither an address nor the sandbox is
 * configured, but only where a call needs it: listing tools needs no server.
 */
export function createRuntime(config: Config): Runtime {
  const log = createLogger(config.logLevel);
  const names = surface({ toolsets: config.toolsets, readOnly: config.readOnly });
  let connection: Promise<Connection> | undefined;
  const connected = (): Promise<Connection> => {
    connection ??= connect(config, log, names);
    return connection;
  };
  const host = createToolHost({
    listing: buildListing(),
    surface: names,
    tenant: config.tenant,
    sandbox: config.sandbox,
    tool,
    context: async (signal, progress) => createContext(await connected(), config, signal, progress),
    onCall: (name, outcome, durationMs) =>
      log.debug({ tool: name, outcome: codeOf(outcome), durationMs }, 'call'),
  });
  return {
    host,
    log,
    start: async () => void (await connected()),
    ready: async () => await (await connected()).ready(),
    describe: () => (config.sandbox ? 'on an embedded sandbox: no real agents run' : `for ${config.url}`),
    close: async () => await (await connection?.catch(() => undefined))?.close(),
  };
}

function codeOf(outcome: 'ok' | AegisError): string {
  return outcome === 'ok' ? outcome : outcome.code;
}

function tool(name: string) {
  const operation = registry[name];
  if (operation === undefined) throw new AegisError('internal', `${name} is listed but has no row.`);
  return {
    untrusted: operation.untrusted,
    run: (args: unknown, context: Parameters<typeof execute>[3]) => execute(name, operation, args, context),
  };
}
