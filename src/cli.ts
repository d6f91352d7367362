/** The bin: reads the command line, composes the program, and turns outcomes into exit codes. */
import { Command, CommanderError, Option } from 'commander';
import type { Config, Flags } from './config.js';
import { optionSpecs, readConfig } from './config.js';
import { AegisError, exitCode } from './errors.js';
import { renderError } from './server/render-error.js';
import { VERSION } from './version.js';

type Run = (config: Config, args: readonly string[]) => Promise<number>;

/** What the help says of a command. */
interface Usage {
  readonly name: string;
  readonly args?: string;
  readonly description: string;
  readonly switches?: Readonly<Record<string, string>>;
}

interface CommandSpec extends Usage {
  readonly isDefault?: true;
  /** Loaded when the command runs, so that stdio does not load HTTP, and `tools` loads neither. */
  readonly load: (given: Flags) => Promise<Run>;
}

const COMMANDS: readonly CommandSpec[] = [
  {
    name: 'stdio',
    description: 'Serve MCP on stdin and stdout (default).',
    isDefault: true,
    load: async () => (await import('./commands/stdio.js')).serveStdioCommand,
  },
  {
    name: 'http',
    description: 'Serve MCP over Streamable HTTP at /mcp.',
    load: async () => (await import('./commands/http.js')).serveHttpCommand,
  },
  {
    name: 'sandbox',
    description: 'Serve only the embedded orchestrator, for other clients to use.',
    load: async () => (await import('./commands/sandbox.js')).serveSandboxCommand,
  },
  {
    name: 'tools',
    description: 'Show the tools as the model would see them.',
    switches: { '--json': 'Print the tools/list result as JSON.' },
    load: async ({ json }) => (await import('./commands/tools.js')).toolsCommand(json === true),
  },
  {
    name: 'call',
    args: '<name> [json]',
    description: 'Call one tool; arguments as JSON, or - to read them from stdin. The result goes to stdout.',
    load: async () => (await import('./commands/call.js')).callCommand,
  },
];

/** A command of the group seal: it looks at files, and no configuration can be in its way. */
interface OfflineSpec extends Usage {
  readonly load: () => Promise<(given: Flags, args: readonly string[]) => Promise<number>>;
}

const SEAL_COMMANDS: readonly OfflineSpec[] = [
  {
    name: 'verify-journal',
    args: '<file>',
    description: 'Verify a journal of receipts with the archives beside it. Exit code 1 when it is broken.',
    switches: { '--json': 'Print the findings as JSON.' },
    load: async () => (await import('./commands/seal.js')).verifyJournalCommand,
  },
  {
    name: 'verify',
    args: '<envelope>',
    description:
      'Verify the signature of an envelope or receipt: a file of JSON, or - for stdin. Exit code 1 when it is not valid.',
    switches: {
      '--public-key <key>':
        'Ed25519 public key: base64, base64url, hex, PEM, or a file of one. Default: the one in the receipt.',
      '--max-age-seconds <seconds>': 'Refuse a timestamp further from now. Default: any age.',
      '--json': 'Print the findings as JSON.',
    },
    load: async () => (await import('./commands/seal.js')).verifyEnvelopeCommand,
  },
];

/** Runs a command and makes its number the exit code. */
type Start = (work: () => Promise<number>) => Promise<void>;

function createProgram(start: Start): Command {
  const program = new Command('aegis-mcp')
    .description('Model Context Protocol server for the AEGIS agent orchestrator.')
    .version(VERSION)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('See aegis-mcp --help.');
  addOptions(program);
  for (const spec of COMMANDS) addCommand(program, spec, start);
  addSealCommands(program, start);
  return program;
}

function addUsage(
  parent: Command,
  { name, args, description, switches = {} }: Usage,
  isDefault = false,
): Command {
  const usage = [name, args].filter((part) => part !== undefined).join(' ');
  // The default command gets every word that is no command: it is refused by its name.
  const command = parent
    .command(usage, { isDefault })
    .description(description)
    .exitOverride()
    .allowExcessArguments(isDefault);
  for (const [flag, what] of Object.entries(switches)) command.option(flag, what);
  return command;
}

function addCommand(program: Command, spec: CommandSpec, start: Start): void {
  const command = addUsage(program, spec, spec.isDefault);
  command.action(async () => {
    if (spec.isDefault === true && command.args.length > 0) throw unexpected(program.args, spec);
    const flags = command.optsWithGlobals<Record<string, string | boolean>>();
    await start(async () => {
      const config = readConfig(flags, process.env);
      return await (await spec.load(flags))(config, command.args);
    });
  });
}

function addSealCommands(program: Command, start: Start): void {
  const group = addUsage(program, {
    name: 'seal',
    description: 'Check receipts, envelopes and journals offline.',
  });
  group.configureHelp({ showGlobalOptions: false });
  for (const spec of SEAL_COMMANDS) {
    const command = addUsage(group, spec);
    const given = () => command.opts<Record<string, string | boolean>>();
    command.action(() => start(async () => await (await spec.load())(given(), command.args)));
  }
}

function unexpected([word]: readonly string[], { name }: CommandSpec): AegisError {
  const problem = word === name ? `${name} takes no arguments.` : `There is no command "${word}".`;
  return new AegisError('invalid_configuration', problem, {
    next: `Commands: ${[...COMMANDS.map((command) => command.name), 'seal'].join(', ')}. See aegis-mcp --help.`,
  });
}

/** Options belong to the program: commander takes them before and after the command. */
function addOptions(program: Command): void {
  for (const { flag, value, env, description, default: fallback } of optionSpecs()) {
    if (flag === undefined) continue;
    const usage = value === undefined ? `--${flag}` : `--${flag} <${value}>`;
    const suffix = fallback === undefined ? env : `${env}; default ${fallback}`;
    program.addOption(new Option(usage, `${description} (${suffix})`));
  }
}

async function main(argv: readonly string[]): Promise<void> {
  const program = createProgram(async (work) => {
    process.exitCode = await work();
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (thrown) {
    process.exitCode = report(thrown);
  }
}

/** Says on stderr what went wrong; commander has already written its own refusals there. */
function report(thrown: unknown): number {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
  const error = AegisError.from(thrown);
  process.stderr.write(`${renderError(error)}\n`);
  return exitCode(error);
}

void main(process.argv.slice(2));
