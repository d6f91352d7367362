/** `aegis-mcp call NAME [JSON]`: one tool call from a shell. */
import { text } from 'node:stream/consumers';
import type { Config } from '../config.js';
import { AegisError } from '../errors.js';
import { createRuntime } from '../runtime/index.js';
import { onStopSignal } from './signals.js';

/**
 * Calls one tool. The structured result goes to stdout as JSON, progress and failures to stderr. Exit code 0 on
 * success, 1 when the call failed. Every tool can be called unless the configuration narrows the surface.
 */
export async function callCommand(config: Config, args: readonly string[]): Promise<number> {
  const [name = '', json] = args;
  const given = parse(json === '-' ? await text(process.stdin) : (json ?? '{}'));
  const aborting = new AbortController();
  onStopSignal(() => aborting.abort());
  const runtime = createRuntime(config.toolsets.includes('core') ? { ...config, toolsets: ['all'] } : config);
  try {
    const progress = ({ message }: { message: string }): void => void process.stderr.write(`${message}\n`);
    const outcome = await runtime.host.call(name, given, { signal: aborting.signal, progress });
    if (outcome.isError) process.stderr.write(`${outcome.text}\n`);
    else process.stdout.write(`${JSON.stringify(withBlob(outcome), null, 2)}\n`);
    return outcome.isError ? 1 : 0;
  } finally {
    await runtime.close();
  }
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
