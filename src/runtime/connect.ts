/** Everything behind one orchestrator address: wire, credentials, dialects, SEAL and journal. */
import { createTokenSource } from '../auth/index.js';
import { createHttpClient } from '../client/client.js';
import type { ProxySettings } from '../client/dispatcher.js';
import type { HttpClient, TokenSource } from '../client/types.js';
import type { Config } from '../config.js';
import { AegisError } from '../errors.js';
import type { Log } from '../log.js';
import type { DialectMemory } from '../tools/context.js';
import { createDialectMemory } from '../tools/dialects.js';
import { USER_AGENT } from '../version.js';
import { readHealth } from './health.js';
import { proxyFrom } from './proxy.js';
import { type EmbeddedSandbox, startEmbedded } from './sandbox.js';
import { SealAccess } from './seal-access.js';

export interface Connection {
  readonly url: string;
  readonly sandbox: boolean;
  /** Names of the tools in effect. */
  readonly surface: readonly string[];
  readonly http: HttpClient;
  readonly tokens: TokenSource | undefined;
  readonly dialects: DialectMemory;
  readonly seal: SealAccess;
  ready(): Promise<{ readonly ok: boolean; readonly detail: string }>;
  close(): Promise<void>;
}

/** Connects to the configured orchestrator, or starts the embedded one. */
export async function connect(config: Config, log: Log, surface: readonly string[]): Promise<Connection> {
  const embedded = config.sandbox ? await startEmbedded(config) : undefined;
  const url = embedded?.url ?? config.url;
  if (url === undefined) throw noAddress();
  const tokens = embedded?.tokens ?? credentials(config);
  // A proxy of the machine does not lead to the sandbox inside this process.
  const proxy = embedded === undefined ? proxyFrom(process.env) : undefined;
  const http = wire(config, { url, tokens, proxy }, log);
  const seal = new SealAccess({ config, url, http, tokens, proxy });
  return {
    url,
    sandbox: embedded !== undefined,
    surface,
    http,
    tokens,
    dialects: createDialectMemory(config.dialect),
    seal,
    ready: () => readHealth(http),
    close: () => closeAll(seal, http, embedded),
  };
}

async function closeAll(
  seal: SealAccess,
  http: HttpClient,
  embedded: EmbeddedSandbox | undefined,
): Promise<void> {
  await seal.close();
  await http.close();
  await embedded?.close();
}

interface Upstream {
  readonly url: string;
  readonly tokens: TokenSource | undefined;
  readonly proxy: ProxySettings | undefined;
}

function wire(config: Config, { url, tokens, proxy }: Upstream, log: Log): HttpClient {
  return createHttpClient({
    baseUrl: url,
    tokens,
    tenant: config.tenant,
    timeouts: { totalMs: config.requestTimeoutSecs * 1000 },
    maxBytes: config.maxResponseBytes,
    userAgent: USER_AGENT,
    proxy,
    log: (entry) => log.debug(entry, 'request'),
  });
}

function credentials(config: Config): TokenSource | undefined {
  const { token, tokenFile, keycloakUrl, realm, clientId, clientSecret, tokenRefreshBufferSecs } = config;
  const client = clientId === undefined ? {} : { keycloakUrl, realm, clientId, clientSecret };
  const proxy = proxyFrom(process.env);
  return createTokenSource({ bearerToken: token, tokenFile, ...client, tokenRefreshBufferSecs, proxy });
}

function noAddress(): AegisError {
  return new AegisError('invalid_configuration', 'No orchestrator is configured.', {
    next: 'Give its address with --url (AEGIS_URL), or try the embedded one with --sandbox.',
  });
}
