/**
 * Runs a CLI tool without a container: the checks are the server's, the output is made up and always the same.
 *
 * Among `args`: `--sandbox-exit=N` ends with that code, `--sandbox-sleep=SECONDS` works that long,
 * `--sandbox-judge=reject` and `--sandbox-judge=down` are what the semantic judge of a judged tool does.
 */
import { isObject } from '../../json-schema.js';
import { resolveToken } from '../credentials.js';
import type { GatewayContext } from '../kernel.js';
import { forbidden, internal, invalid } from '../refusals.js';
import type { CliTool } from './cli-tools.js';

/** Schema CliResult of the contract. */
export interface CliResult {
  readonly exit_code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Command {
  readonly subcommand: string;
  readonly args: readonly string[];
}

const MAX_OUTPUT_BYTES = 1024 * 1024;
const MOUNT_FIELDS = ['volume_id', 'mount_path', 'remote_path'];

/**
 * Checks and runs. Refuses 400 for arguments of the wrong shape, 403 for a subcommand beyond the allow list and for
 * the judge's no, 401 or 500 for the registry's credential, 500 for a judge out of reach and for a run that takes
 * longer than the tool's time-out.
 */
export async function runCliTool(
  tool: CliTool,
  given: unknown,
  { tenant, signal }: { readonly tenant: string; readonly signal: AbortSignal },
  { clock }: GatewayContext,
): Promise<CliResult> {
  const command = readCommand(given);
  if (!tool.allowed_subcommands.includes(command.subcommand)) forbidden();
  if (tool.require_semantic_judge) askJudge(command);
  if (tool.registry_credential_path !== undefined) resolveToken(tool.registry_credential_path, tenant);
  const limit = tool.default_timeout_seconds;
  const seconds = Math.max(0, Number(flag(command, 'sleep') ?? 0)) || 0;
  if (limit > 0) await clock.sleep(Math.min(seconds, limit) * 1000, signal);
  return seconds >= limit ? internal('cli invocation timeout') : outputOf(tool, command);
}

function readCommand(given: unknown): Command {
  const { subcommand, args, fsal_mounts: mounts } = isObject(given) ? given : {};
  if (typeof subcommand !== 'string') return invalid("cli tool argument 'subcommand' must be a string");
  if (!Array.isArray(mounts) || mounts.length === 0 || !mounts.every(isMount)) {
    return invalid("cli tool argument 'fsal_mounts' must be a non-empty array of mounts");
  }
  const texts = Array.isArray(args) ? args.filter((arg) => typeof arg === 'string') : [];
  return { subcommand, args: texts };
}

function isMount(value: unknown): boolean {
  if (!isObject(value) || !MOUNT_FIELDS.every((name) => typeof value[name] === 'string')) return false;
  return value.read_only === undefined || typeof value.read_only === 'boolean';
}

function askJudge(command: Command): void {
  const verdict = flag(command, 'judge');
  if (verdict === 'reject') forbidden();
  if (verdict === 'down') internal('semantic judge request failed');
}

function flag({ args }: Command, name: string): string | undefined {
  const prefix = `--sandbox-${name}=`;
  return args.find((arg) => arg.startsWith(prefix))?.slice(prefix.length);
}

function outputOf(tool: CliTool, command: Command): CliResult {
  const code = Math.trunc(Number(flag(command, 'exit') ?? 0)) || 0;
  const line = [tool.docker_image, command.subcommand, ...command.args].join(' ');
  return {
    exit_code: code,
    stdout: cut(`sandbox: ${line}\n`),
    stderr: code === 0 ? '' : cut(`sandbox: ${tool.name} ended with exit code ${code}\n`),
  };
}

/** The first MiB, as lossy UTF-8. */
function cut(text: string): string {
  return Buffer.from(text).subarray(0, MAX_OUTPUT_BYTES).toString();
}
