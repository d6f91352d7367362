/** `aegis-mcp stdio`: MCP for one client on stdin and stdout. */
import type { Config } from '../config.js';
import { createRuntime } from '../runtime/index.js';
import { createServerFactory } from '../server/create-server.js';
import { serveStdioTransport } from '../transport/stdio.js';
import { VERSION } from '../version.js';
import { onStopSignal } from './signals.js';

/** Serves until stdin ends or a stop signal arrives; resolves with exit code 0 when every answer is written. */
export async function serveStdioCommand(config: Config): Promise<number> {
  const runtime = createRuntime(config);
  const factory = createServerFactory(runtime.host, { name: 'aegis-mcp', version: VERSION }, runtime.log);
  await new Promise<void>((resolve) => {
    const handle = serveStdioTransport(factory, {
      stdin: process.stdin,
      stdout: process.stdout,
      onClose: resolve,
      log: runtime.log,
    });
    onStopSignal(() => void handle.close());
  });
  await runtime.close();
  return 0;
}
