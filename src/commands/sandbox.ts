/** `aegis-mcp sandbox`: the embedded orchestrator and gateway alone. */
import type { Config } from '../config.js';
import { openSandbox } from '../runtime/sandbox.js';
import type { Sandbox } from '../sandbox/index.js';
import { stopSignal } from './signals.js';

/** The real orchestrator's own default. */
const DEFAULT_PORT = 8088;
/** Lifetime of the printed token, seconds. */
const LIFETIME = 86_400;

/** Serves the sandbox until a stop signal; prints its addresses and tokens on stderr. */
export async function serveSandboxCommand(config: Config): Promise<number> {
  const stopped = stopSignal();
  const { host, port = DEFAULT_PORT, sandboxDialect: dialect, data } = config;
  const sandbox = await openSandbox({ host, port, dialect, ...(data !== undefined && { data }) });
  try {
    process.stderr.write(await describe(sandbox));
    await stopped;
    return 0;
  } finally {
    await sandbox.close();
  }
}

async function describe(sandbox: Sandbox): Promise<string> {
  const { dialect, url, gatewayUrl, gatewayMetricsUrl } = sandbox;
  const lifetime = { expiresIn: LIFETIME };
  return (
    `AEGIS sandbox (${dialect} dialect) serves ${url}\n` +
    `Its SEAL gateway serves ${gatewayUrl}, the gateway's metrics ${gatewayMetricsUrl}/metrics\n` +
    `For a client: AEGIS_URL=${url} AEGIS_TOKEN=${await sandbox.issueToken(lifetime)}\n` +
    `Its gateway: AEGIS_GATEWAY_URL=${gatewayUrl} AEGIS_GATEWAY_TOKEN=${await sandbox.issueGatewayToken(lifetime)}\n` +
    `OAuth: AEGIS_KEYCLOAK_URL=${url} AEGIS_CLIENT_ID=aegis-mcp AEGIS_CLIENT_SECRET=sandbox-secret\n`
  );
}
