/** The embedded orchestrator as a server to connect to, its token issued without a login. */
import type { TokenSource } from '../client/types.js';
import type { Config } from '../config.js';

export interface EmbeddedSandbox {
  readonly url: string;
  readonly tokens: TokenSource;
  close(): Promise<void>;
}

const LIFETIME_SECS = 3_600;
const MARGIN_MS = 60_000;

/** Starts the sandbox on a free loopback port. Loaded here, because most processes never need it. */
export async function startEmbedded(config: Config): Promise<EmbeddedSandbox> {
  const { startSandbox } = await import('../sandbox/index.js');
  const sandbox = await startSandbox({
    port: 0,
    dialect: config.sandboxDialect,
    ...(config.data !== undefined && { data: config.data }),
  });
  const issue = () => sandbox.issueToken({ expiresIn: LIFETIME_SECS });
  return { url: sandbox.url, tokens: createIssuedTokens(issue), close: () => sandbox.close() };
}

/** Tokens issued in this process: one is kept until shortly before it expires. */
function createIssuedTokens(issue: () => Promise<string>): TokenSource {
  let current: Promise<string> | undefined;
  let renewAt = 0;
  const token = (): Promise<string> => {
    if (current === undefined || Date.now() >= renewAt) {
      current = issue();
      renewAt = Date.now() + LIFETIME_SECS * 1000 - MARGIN_MS;
    }
    return current;
  };
  const renew = (): Promise<string> => {
    current = undefined;
    return token();
  };
  return { description: 'the token of the embedded sandbox', token, renew };
}
