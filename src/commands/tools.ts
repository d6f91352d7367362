/** `aegis-mcp tools`: the surface. Only for the tools that servers list does it connect to them. */
import type { Config } from '../config.js';
import { createRuntime } from '../runtime/index.js';
import type { ListedTool } from '../server/host.js';
import { writeResult } from './output.js';

/** Prints the surface that the configuration makes: a line a tool, or the tools/list result. */
export function toolsCommand(json: boolean): (config: Config) => Promise<number> {
  return async (config) => {
    const tools = await surfaceOf(config);
    const lines = tools.map((tool) => `${tool.name.padEnd(32)}${effect(tool.annotations)}  ${tool.title}`);
    await writeResult(json ? `${JSON.stringify({ tools }, null, 2)}\n` : `${lines.join('\n')}\n`);
    return 0;
  };
}

async function surfaceOf(config: Config): Promise<readonly ListedTool[]> {
  const { host, close } = createRuntime(config);
  try {
    return [...host.list(), ...((await host.live?.list()) ?? [])];
  } finally {
    await close();
  }
}

function effect(hints: { readonly readOnlyHint: boolean; readonly destructiveHint: boolean }): string {
  if (hints.readOnlyHint) return 'read       ';
  return hints.destructiveHint ? 'destructive' : 'write      ';
}
