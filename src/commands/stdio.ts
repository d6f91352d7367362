/** `aegis-mcp stdio`: MCP for one client on stdin and stdout. */
import type { Config } from '../config.js';
import { createRuntime, type Runtime } from '../runtime/index.js';
import { capabilitiesOf } from '../server/capabilities.js';
import { FrontDesk, type HandOver } from '../transport/front-desk.js';
import { SERVER_INFO } from '../version.js';
import { stopSignal } from './signals.js';

/** Time for a client to read the last answers once everything else has ended, milliseconds. */
const UNREAD_MS = 2_000;

/** Serves until stdin ends or a stop signal arrives; resolves with exit code 0 when every answer is written. */
export async function serveStdioCommand(config: Config): Promise<number> {
  const runtime = createRuntime(config);
  const { instructions, live } = runtime.host;
  const desk = new FrontDesk(process.stdin, process.stdout, {
    serverInfo: SERVER_INFO,
    instructions,
    capabilities: capabilitiesOf(runtime.host),
    ...(live === undefined && { tools: runtime.host.list() }),
  });
  const stopped = stopSignal();
  void stopped.then(desk.close);
  const streams = await desk.closed;
  if (streams !== undefined) await serve(streams, runtime, stopped);
  await runtime.close();
  letGo();
  return 0;
}

/** A client may keep stdin open and leave answers unread: neither may hold a process that has nothing to do. */
function letGo(): void {
  process.stdin.destroy();
  setTimeout(() => process.exit(), UNREAD_MS).unref();
}

/** The SDK's server takes over: loaded here, because a host waits for the first list. */
async function serve(streams: HandOver, runtime: Runtime, stopped: Promise<unknown>): Promise<void> {
  const [{ createServerFactory }, { serveStdioTransport }] = await Promise.all([
    import('../server/create-server.js'),
    import('../transport/stdio.js'),
  ]);
  const factory = createServerFactory(runtime.host, SERVER_INFO, runtime.log);
  await new Promise<void>((resolve) => {
    const { input, output } = streams;
    const options = { stdin: input, stdout: output, onClose: resolve, log: runtime.log };
    const handle = serveStdioTransport(factory, options);
    // A signal that came while the SDK was loading counts too.
    void stopped.then(() => handle.close());
  });
}
