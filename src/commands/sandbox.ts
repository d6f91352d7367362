/** `aegis-mcp sandbox`: the embedded orchestrator alone. */
import type { Config } from '../config.js';
import { openSandbox } from '../runtime/sandbox.js';
import { stopSignal } from './signals.js';

/** The real orchestrator's own default. */
const DEFAULT_PORT = 8088;
/** Lifetime of the printed token, seconds. */
const LIFETIME = 86_400;

/** Serves the sandbox until a stop signal; prints its address and a token on stderr. */
export async function serveSandboxCommand(config: Config): Promise<number> {
  const stopped = stopSignal();
  const { host, port = DEFAULT_PORT, sandboxDialect: dialect, data } = config;
  const sandbox = await openSandbox({ host, port, dialect, ...(data !== undefined && { data }) });
  try {
    process.stderr.write(describe(dialect, sandbox.url, await sandbox.issueToken({ expiresIn: LIFETIME })));
    await stopped;
    return 0;
  } finally {
    await sandbox.close();
  }
}

function describe(dialect: string, url: string, token: string): string {
  return (
    `AEGIS sandbox (${dialect} dialect) serves ${url}\n` +
    `For a client: AEGIS_URL=${url} AEGIS_TOKEN=${token}\n` +
    `OAuth: AEGIS_KEYCLOAK_URL=${url} AEGIS_CLIENT_ID=aegis-mcp AEGIS_CLIENT_SECRET=sandbox-secret\n`
  );
}
