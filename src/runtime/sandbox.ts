/** The embedded orchestrator: started with errors that say what to change, and as a server to connect to. */
import { systemCode } from '../client/failure.js';
import type { TokenSource } from '../client/types.js';
import type { Config } from '../config.js';
import { AegisError } from '../errors.js';
import type { Sandbox, SandboxOptions } from '../sandbox/index.js';
import { makeFolder, PRIVATE } from './make-folder.js';

export interface EmbeddedSandbox {
  readonly url: string;
  readonly tokens: TokenSource;
  /** The SEAL gateway beside it. */
  readonly gateway: { readonly url: string; readonly tokens: TokenSource };
  close(): Promise<void>;
}

const LIFETIME_SECS = 3_600;
const MARGIN_MS = 60_000;

/** Starts the sandbox on a free loopback port. */
export async function startEmbedded(
  config: Pick<Config, 'sandboxDialect' | 'sandboxUser' | 'data'>,
): Promise<EmbeddedSandbox> {
  const { sandboxDialect: dialect, sandboxUser: user, data } = config;
  const sandbox = await openSandbox({ port: 0, dialect, ...(data !== undefined && { data }) });
  const lifetime = { expiresIn: LIFETIME_SECS };
  const who = { ...lifetime, ...(user !== undefined && { user }) };
  await refuseStranger(sandbox, who);
  const tokens = createIssuedTokens(() => sandbox.issueToken(who), 'the token of the embedded sandbox');
  const operator = createIssuedTokens(
    () => sandbox.issueGatewayToken(lifetime),
    "the operator token of the embedded sandbox's gateway",
  );
  return {
    url: sandbox.url,
    tokens,
    gateway: { url: sandbox.gatewayUrl, tokens: operator },
    close: () => sandbox.close(),
  };
}

/** A user that the sandbox does not know is a wrong invocation. */
async function refuseStranger(sandbox: Sandbox, who: { readonly user?: string }): Promise<void> {
  try {
    await sandbox.issueToken(who);
  } catch (cause) {
    await sandbox.close();
    throw new AegisError('invalid_configuration', `The sandbox has no user ${JSON.stringify(who.user)}.`, {
      next: 'Users: admin, operator, auditor, free@sandbox.local, pro@…, business@…, enterprise@…, member@sandbox.local.',
      cause,
    });
  }
}

/**
 * Starts the sandbox; loaded here, because most processes never need it. Throws `invalid_configuration` for a
 * host beyond loopback, a port or a data folder that cannot be used.
 */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  try {
    if (options.data !== undefined) makeFolder(options.data, PRIVATE);
    const { startSandbox } = await import('../sandbox/index.js');
    return await startSandbox(options);
  } catch (cause) {
    throw cannotStart(cause, options);
  }
}

const OTHER_PORT = 'Choose another port with --port; --port 0 takes any that is free.';

function cannotStart(cause: unknown, { port }: SandboxOptions): unknown {
  const code = systemCode(cause);
  if (!(cause instanceof Error) || (code === undefined && cause.name !== 'Error')) return cause;
  const refuse = (why: string, next: string): AegisError =>
    new AegisError('invalid_configuration', `The sandbox cannot start: ${why}.`, { next, cause });
  if (code === 'EADDRINUSE') return refuse(`port ${port} is in use`, OTHER_PORT);
  return refuse(cause.message, 'Correct --host, --port or --data; see aegis-mcp --help.');
}

/** Tokens issued in this process: one is kept until shortly before it expires. */
function createIssuedTokens(issue: () => Promise<string>, description: string): TokenSource {
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
  return { description, token, renew };
}
