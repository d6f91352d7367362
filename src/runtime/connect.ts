/** Everything behind one orchestrator address: wire, credentials, dialects, SEAL and journal. */
import { createTokenSource } from '../auth/index.js';
import { createHttpClient } from '../client/client.js';
import type { ProxySettings } from '../client/dispatcher.js';
import type { HttpClient, TokenSource } from '../client/types.js';
import type { Config } from '../config.js';
import { AegisError } from '../errors.js';
import type { Log } from '../log.js';
import type { LocalFiles, ServerName, Upstream } from '../tools/context.js';
import { createDialectMemory } from '../tools/dialects.js';
import { USER_AGENT } from '../version.js';
import { readHealth } from './health.js';
import { createLocalFiles, noLocalFiles } from './local-files.js';
import { NO_GATEWAY_TOKEN, noGateway } from './no-gateway.js';
import { proxyFrom } from './proxy.js';
import { type EmbeddedSandbox, startEmbedded } from './sandbox.js';
import { SealAccess } from './seal-access.js';
import type { GatewayServer } from './seal-gates.js';

export interface Connection {
  readonly url: string;
  readonly sandbox: boolean;
  /** How many tools are in effect. */
  countTools(): Promise<number>;
  readonly seal: SealAccess;
  readonly files: LocalFiles;
  /** Throws `not_configured` for a gateway that has no address. */
  upstream(server: ServerName): Upstream;
  ready(): Promise<{ readonly ok: boolean; readonly detail: string }>;
  close(): Promise<void>;
}

/** Connects to the configured orchestrator, or starts the embedded one. */
export async function connect(
  config: Config,
  log: Log,
  countTools: () => Promise<number>,
): Promise<Connection> {
  const embedded = config.sandbox ? await startEmbedded(config) : undefined;
  const url = embedded?.url ?? config.url;
  if (url === undefined) throw noAddress();
  const tokens = embedded?.tokens ?? credentials(config);
  // A proxy of the machine does not lead to the sandbox inside this process.
  const proxy = embedded === undefined ? proxyFrom(process.env) : undefined;
  const http = wire(config, { url, tokens, proxy, tenant: config.tenant }, log);
  const gatewayServer = findGateway(config, embedded);
  const seal = new SealAccess({ config, url, http, tokens, proxy, gateway: gatewayServer });
  const orchestrator: Upstream = { http, dialects: createDialectMemory(config.dialect) };
  const gateway = gatewayServer && connectGateway(config, { ...gatewayServer, proxy }, log);
  return {
    url,
    sandbox: embedded !== undefined,
    countTools,
    seal,
    files: filesOf(config),
    upstream: (server) => (server === 'orchestrator' ? orchestrator : (gateway ?? noGateway())),
    ready: () => readHealth(http),
    close: async () => {
      await seal.close();
      await http.close();
      await gateway?.http.close();
      await embedded?.close();
    },
  };
}

function findGateway(config: Config, embedded: EmbeddedSandbox | undefined): GatewayServer | undefined {
  if (embedded !== undefined) return embedded.gateway;
  const { gatewayUrl: url } = config;
  return url === undefined ? undefined : { url, tokens: gatewayCredentials(config) ?? NO_GATEWAY_TOKEN };
}

/** The gateway takes its tenant from the token: no X-Tenant-Id. */
function connectGateway(config: Config, server: Omit<Server, 'tenant'>, log: Log): Upstream {
  const http = wire(config, { ...server, tenant: undefined }, log);
  return { http, dialects: createDialectMemory(config.dialect) };
}

function filesOf({ fileRoots = [], readOnly }: Config): LocalFiles {
  if (fileRoots.length > 0) return createLocalFiles(fileRoots, { writable: !readOnly });
  const next =
    'Give the content itself (content or content_base64), or take it without save_to. Only over stdio, and with --file-roots (AEGIS_FILE_ROOTS), does this server touch local files; never over HTTP.';
  return noLocalFiles('No folder of this machine is open to this server.', next);
}

interface Server {
  readonly url: string;
  readonly tokens: TokenSource | undefined;
  readonly proxy: ProxySettings | undefined;
  readonly tenant: string | undefined;
}

function wire(config: Config, { url, tokens, proxy, tenant }: Server, log: Log): HttpClient {
  return createHttpClient({
    baseUrl: url,
    tokens,
    tenant,
    timeouts: { totalMs: config.requestTimeoutSecs * 1000 },
    maxBytes: config.maxResponseBytes,
    userAgent: USER_AGENT,
    proxy,
    log: (entry) => log.debug(entry, 'request'),
  });
}

function credentials(config: Config): TokenSource | undefined {
  const { token, tokenFile, clientId, clientSecret } = config;
  return tokensOf(config, { token, tokenFile, clientId, clientSecret });
}

function gatewayCredentials(config: Config): TokenSource | undefined {
  return tokensOf(config, {
    token: config.gatewayToken,
    tokenFile: config.gatewayTokenFile,
    clientId: config.gatewayClientId,
    clientSecret: config.gatewayClientSecret,
  });
}

type Credential = Pick<Config, 'token' | 'tokenFile' | 'clientId' | 'clientSecret'>;

/** A Keycloak without a client is no credential: its address may stand there for another server. */
function tokensOf(
  { keycloakUrl, realm, tokenRefreshBufferSecs }: Config,
  { token, tokenFile, clientId, clientSecret }: Credential,
): TokenSource | undefined {
  const client = clientId === undefined ? {} : { keycloakUrl, realm, clientId, clientSecret };
  const proxy = proxyFrom(process.env);
  return createTokenSource({ bearerToken: token, tokenFile, ...client, tokenRefreshBufferSecs, proxy });
}

function noAddress(): AegisError {
  return new AegisError('invalid_configuration', 'No orchestrator is configured.', {
    next: 'Give its address with --url (AEGIS_URL), or try the embedded one with --sandbox.',
  });
}
