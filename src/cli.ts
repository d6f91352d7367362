/** The bin: reads the command line, composes the program, and turns outcomes into exit codes. */
import { Command, CommanderError, Option } from 'commander';
import type { Config, Flags } from './config.js';
import { optionSpecs, readConfig } from './config.js';
import { AegisError, exitCode } from './errors.js';
import { renderError } from './server/render-error.js';
import { VERSION } from './version.js';

type Run = (config: Config, args: readonly string[]) => Promise<number>;

interface CommandSpec {
  readonly name: string;
  readonly args?: string;
  readonly description: string;
  readonly switches?: Readonly<Record<string, string>>;
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

function createProgram(run: (spec: CommandSpec, args: string[], flags: Flags) => Promise<void>): Command {
  const program = new Command('aegis-mcp')
    .description('Model Context Protocol server for the AEGIS agent orchestrator.')
    .version(VERSION)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('See aegis-mcp --help.');
  addOptions(program);
  for (const spec of COMMANDS) addCommand(program, spec, run);
  return program;
}

function addCommand(
  program: Command,
  spec: CommandSpec,
  run: (spec: CommandSpec, args: string[], flags: Flags) => Promise<void>,
): void {
  const usage = [spec.name, spec.args].filter((part) => part !== undefined).join(' ');
  const command = program.command(usage, { isDefault: spec.isDefault ?? false });
  // The default command gets every word that is no command: it is refused below, by its name.
  command
    .description(spec.description)
    .exitOverride()
    .allowExcessArguments(spec.isDefault === true);
  for (const [flag, what] of Object.entries(spec.switches ?? {})) command.option(flag, what);
  command.action(async () => {
    if (spec.isDefault === true && command.args.length > 0) throw unexpected(program.args, spec);
    await run(spec, command.args, command.optsWithGlobals<Record<string, string | boolean>>());
  });
}

function unexpected([word]: readonly string[], { name }: CommandSpec): AegisError {
  const problem = word === name ? `${name} takes no arguments.` : `There is no command "${word}".`;
  return new AegisError('invalid_configuration', problem, {
    next: `Commands: ${COMMANDS.map((command) => command.name).join(', ')}. See aegis-mcp --help.`,
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
  const program = createProgram(async (spec, args, flags) => {
    const config = readConfig(flags, process.env);
    const command = await spec.load(flags);
    process.exitCode = await command(config, args);
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
