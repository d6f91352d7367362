/** `aegis-mcp sandbox`: the embedded orchestrator alone. */
import type { Config } from '../config.js';
import { startSandbox } from '../sandbox/index.js';
import { stopSignal } from './signals.js';

/** The real orchestrator's own default. */
const DEFAULT_PORT = 8088;

/** Serves the sandbox until a stop signal; prints its address and a token on stderr. */
export async function serveSandboxCommand(config: Config): Promise<number> {
  const stopped = stopSignal();
  const sandbox = await startSandbox({
    host: config.host,
    port: config.port ?? DEFAULT_PORT,
    dialect: config.sandboxDialect,
    ...(config.data !== undefined && { data: config.data }),
  });
  const token = await sandbox.issueToken({ expiresIn: 86_400 });
  process.stderr.write(
    `AEGIS sandbox (${config.sandboxDialect} dialect) serves ${sandbox.url}\n` +
      `For a client: AEGIS_URL=${sandbox.url} AEGIS_TOKEN=${token}\n` +
      `OAuth: AEGIS_KEYCLOAK_URL=${sandbox.url} AEGIS_CLIENT_ID=aegis-mcp AEGIS_CLIENT_SECRET=sandbox-secret\n`,
  );
  await stopped;
  await sandbox.close();
  return 0;
}
