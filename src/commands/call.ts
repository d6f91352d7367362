/** `aegis-mcp call NAME [JSON]`: one tool call from a shell. */
import { text } from 'node:stream/consumers';
import type { Config } from '../config.js';
import { AegisError } from '../errors.js';
import { createRuntime, type Runtime } from '../runtime/index.js';
import { writeResult } from './output.js';
import { onStopSignal } from './signals.js';

/**
 * Calls one tool. The structured result goes to stdout as JSON, progress and failures to stderr. Exit code 0 on
 * success, 1 when the call failed, also for a name that is no tool. Every tool can be called, those that servers list
 * included, unless the configuration narrows the surface. Throws `invalid_configuration` for arguments that are not JSON and where no
 * orchestrator is configured.
 */
export async function callCommand(config: Config, args: readonly string[]): Promise<number> {
  const [name = '', json = '{}'] = args;
  const given = parse(json === '-' ? await text(process.stdin) : json);
  const runtime = openRuntime(config, name);
  try {
    await runtime.start();
    return await callTool(runtime, name, given);
  } finally {
    await runtime.close();
  }
}

/** The lists of servers are asked for only where the name is none of a fixed tool. */
function openRuntime(config: Config, name: string): Runtime {
  if (!config.toolsets.includes('core')) return createRuntime(config);
  const fixed = createRuntime({ ...config, toolsets: ['all'] });
  if (fixed.host.list().some((tool) => tool.name === name)) return fixed;
  return createRuntime({ ...config, toolsets: ['all', 'seal_catalog'] });
}

async function callTool({ host }: Runtime, name: string, args: unknown): Promise<number> {
  const aborting = new AbortController();
  onStopSignal(() => aborting.abort());
  const progress = ({ message }: { message: string }): void => void process.stderr.write(`${message}\n`);
  const outcome = await host.call(name, args, { signal: aborting.signal, progress });
  if (outcome.isError) process.stderr.write(`${outcome.text}\n`);
  else await writeResult(`${JSON.stringify(withBlob(outcome), null, 2)}\n`);
  return outcome.isError ? 1 : 0;
}

function withBlob({ structured, blob }: { structured?: unknown; blob?: unknown }): unknown {
  return blob === undefined ? structured : { ...Object(structured), blob };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new AegisError('invalid_configuration', `The arguments are not JSON: ${String(cause)}.`, {
      next: `Give them as one JSON object, for example '{"agent_id":"…"}', or - to read stdin.`,
    });
  }
}
