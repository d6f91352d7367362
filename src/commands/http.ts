/** `aegis-mcp http`: MCP for many clients over Streamable HTTP. */
import type { Config } from '../config.js';
import { createRuntime } from '../runtime/index.js';
import { createServerFactory } from '../server/create-server.js';
import { serveHttp } from '../transport/http.js';
import { SERVER_INFO, VERSION } from '../version.js';
import { stopSignal } from './signals.js';

const DEFAULT_PORT = 7171;

/** Serves until a stop signal; resolves with exit code 0 after a graceful shutdown. */
export async function serveHttpCommand(config: Config): Promise<number> {
  const stopped = stopSignal();
  // Files of this machine are for the one who started the program, not for whoever reaches the port.
  const runtime = createRuntime({ ...config, fileRoots: undefined });
  try {
    await runtime.start();
    const factory = createServerFactory(runtime.host, SERVER_INFO, runtime.log);
    const handle = await serveHttp(factory, {
      host: config.host,
      port: config.port ?? DEFAULT_PORT,
      ...(config.allowedHosts !== undefined && { allowedHosts: config.allowedHosts }),
      ...(config.allowedOrigins !== undefined && { allowedOrigins: config.allowedOrigins }),
      ready: () => runtime.ready(),
      log: runtime.log,
    });
    process.stderr.write(describe(handle.url, runtime.describe()));
    await stopped;
    await handle.close();
    return 0;
  } finally {
    await runtime.close();
  }
}

function describe(url: string, upstream: string): string {
  const client = { mcpServers: { aegis: { type: 'http', url } } };
  return `aegis-mcp ${VERSION} serves ${url}\n${upstream}\nClient configuration:\n${JSON.stringify(client, null, 2)}\n`;
}
