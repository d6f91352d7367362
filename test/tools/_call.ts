/** One call of a tool against a scripted server, REST only. */
import { type Flags, readConfig } from '../../src/config.js';
import { createRuntime } from '../../src/runtime/index.js';
import type { CallOutcome } from '../../src/server/host.js';
import type { Answer, ScriptedServer } from './_orchestrator.js';

export async function callTool(
  server: ScriptedServer,
  tool: string,
  args: unknown,
  answers: readonly Answer[],
  more: Flags = {},
  env: Readonly<Record<string, string>> = {},
): Promise<CallOutcome> {
  const flags = { url: server.url, toolsets: 'all', seal: 'off', journal: ':memory:', logLevel: 'silent' };
  const runtime = createRuntime(readConfig({ ...flags, ...more }, env));
  server.script(answers);
  try {
    const signal = AbortSignal.timeout(10_000);
    return await runtime.host.call(tool, args, { signal, progress: () => undefined });
  } finally {
    await runtime.close();
  }
}
