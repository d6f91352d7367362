/**
 * Every option of the program in one table: flag, environment name, default, what it means. The command line,
 * the parser and docs/configuration.md are derived from it.
 */
import * as z from 'zod/mini';
import { SEAL_CATALOG, TOOLSET_CHOICES } from '../tools/define.js';
import { address, list, modes, seconds, secrets, slug, text, toggle, wholeNumber } from './values.js';

export interface OptionSpec {
  /** Long flag; absent for secrets, which a command line would show to every process. */
  readonly flag?: string;
  /** Placeholder of the value in help; absent for switches. */
  readonly value?: string;
  readonly env: string;
  readonly description: string;
  /** Text of the default, as written by a user; absent: unset. */
  readonly default?: string;
}

const registered = z.registry<OptionSpec>();

export const configSchema = z.object({
  url: z.optional(address()).register(registered, {
    flag: 'url',
    value: 'url',
    env: 'AEGIS_URL',
    description: 'Address of the AEGIS orchestrator, for example http://127.0.0.1:8088.',
  }),
  sandbox: toggle().register(registered, {
    flag: 'sandbox',
    env: 'AEGIS_SANDBOX',
    description: 'Start an embedded orchestrator on loopback and use it. Excludes url.',
    default: 'false',
  }),
  sandboxDialect: z.enum(['live', 'documented']).register(registered, {
    flag: 'sandbox-dialect',
    value: 'live|documented',
    env: 'AEGIS_SANDBOX_DIALECT',
    description:
      'Which routes the sandbox serves: those of the real server or those of the published reference.',
    default: 'live',
  }),
  sandboxUser: z.optional(text()).register(registered, {
    flag: 'sandbox-user',
    value: 'name',
    env: 'AEGIS_SANDBOX_USER',
    description:
      'Who calls the embedded sandbox: one of its users, for example operator or business@sandbox.local. Default: a service account.',
  }),
  data: z.optional(text()).register(registered, {
    flag: 'data',
    value: 'dir',
    env: 'AEGIS_DATA',
    description:
      'Folder that keeps the state of the sandbox and its journal. Without it both live in memory.',
  }),
  toolsets: z.pipe(list(), z.array(z.enum(TOOLSET_CHOICES)).check(z.minLength(1))).register(registered, {
    flag: 'toolsets',
    value: 'all|a,b',
    env: 'AEGIS_TOOLSETS',
    description: `Tools to offer, comma separated: ${TOOLSET_CHOICES.join(', ')}. ${SEAL_CATALOG} adds the SEAL tools that orchestrator and gateway list for the caller, and follows their changes; all does not include it.`,
    default: 'core',
  }),
  catalogPollSecs: seconds(1, 86_400).register(registered, {
    flag: 'catalog-poll-secs',
    value: 'seconds',
    env: 'AEGIS_CATALOG_POLL_SECS',
    description: `How often the lists behind ${SEAL_CATALOG} are read again while a client is connected.`,
    default: '60',
  }),
  readOnly: toggle().register(registered, {
    flag: 'read-only',
    env: 'AEGIS_READ_ONLY',
    description: 'Offer only tools that change nothing.',
    default: 'false',
  }),
  tenant: z.optional(slug()).register(registered, {
    flag: 'tenant',
    value: 'slug',
    env: 'AEGIS_TENANT',
    description: 'Tenant to act for, sent as X-Tenant-Id with every request. No tool then takes a tenant.',
  }),
  dialect: z.enum(['auto', 'live', 'documented']).register(registered, {
    flag: 'dialect',
    value: 'auto|live|documented',
    env: 'AEGIS_DIALECT',
    description: 'Routes to call: auto tries those of the real server and falls back to the published ones.',
    default: 'auto',
  }),
  token: z.optional(text()).register(registered, {
    env: 'AEGIS_TOKEN',
    description: 'Bearer token (JWT) sent to the orchestrator.',
  }),
  tokenFile: z.optional(text()).register(registered, {
    flag: 'token-file',
    value: 'path',
    env: 'AEGIS_TOKEN_FILE',
    description: 'File that holds the bearer token; read again whenever it changes.',
  }),
  keycloakUrl: z.optional(address()).register(registered, {
    flag: 'keycloak-url',
    value: 'url',
    env: 'AEGIS_KEYCLOAK_URL',
    description: 'Address of Keycloak for OAuth 2.0 client credentials.',
  }),
  realm: text().register(registered, {
    flag: 'realm',
    value: 'name',
    env: 'AEGIS_REALM',
    description: 'Keycloak realm.',
    default: 'aegis-system',
  }),
  clientId: z.optional(text()).register(registered, {
    flag: 'client-id',
    value: 'id',
    env: 'AEGIS_CLIENT_ID',
    description: 'OAuth client id.',
  }),
  clientSecret: z.optional(text()).register(registered, {
    env: 'AEGIS_CLIENT_SECRET',
    description: 'OAuth client secret.',
  }),
  tokenRefreshBufferSecs: seconds(0, 3600).register(registered, {
    flag: 'token-refresh-buffer-secs',
    value: 'seconds',
    env: 'AEGIS_TOKEN_REFRESH_BUFFER_SECS',
    description: 'Fetch a new access token this long before the old one expires.',
    default: '30',
  }),
  gatewayUrl: z.optional(address()).register(registered, {
    flag: 'gateway-url',
    value: 'url',
    env: 'AEGIS_GATEWAY_URL',
    description: 'Address of the SEAL gateway, for the gateway tools; for example http://127.0.0.1:8089.',
  }),
  gatewayToken: z.optional(text()).register(registered, {
    env: 'AEGIS_GATEWAY_TOKEN',
    description: 'Bearer token (JWT) of an operator, sent to the SEAL gateway.',
  }),
  gatewayTokenFile: z.optional(text()).register(registered, {
    flag: 'gateway-token-file',
    value: 'path',
    env: 'AEGIS_GATEWAY_TOKEN_FILE',
    description: 'File that holds the token for the SEAL gateway; read again whenever it changes.',
  }),
  gatewayClientId: z.optional(text()).register(registered, {
    flag: 'gateway-client-id',
    value: 'id',
    env: 'AEGIS_GATEWAY_CLIENT_ID',
    description: 'OAuth client whose tokens the SEAL gateway takes; same Keycloak and realm.',
  }),
  gatewayClientSecret: z.optional(text()).register(registered, {
    env: 'AEGIS_GATEWAY_CLIENT_SECRET',
    description: 'Secret of the OAuth client for the SEAL gateway.',
  }),
  webhookSecrets: z.optional(secrets()).register(registered, {
    env: 'AEGIS_WEBHOOK_SECRETS',
    description:
      'HMAC secrets of webhook sources: source=secret, comma separated, or a JSON object from source to secret.',
  }),
  fileRoots: z.optional(list()).register(registered, {
    flag: 'file-roots',
    value: 'a,b',
    env: 'AEGIS_FILE_ROOTS',
    description:
      'Folders of this machine below which tools may read and write files. Without it none; never over HTTP.',
  }),
  seal: z.enum(['auto', 'required', 'off']).register(registered, {
    flag: 'seal',
    value: 'auto|required|off',
    env: 'AEGIS_SEAL',
    description:
      'Sensitive calls: auto signs those whose SEAL tool the security context lists, required never uses plain REST for them, off never signs.',
    default: 'auto',
  }),
  sealTools: z.optional(modes()).register(registered, {
    flag: 'seal-tools',
    value: 'tool=mode,…',
    env: 'AEGIS_SEAL_TOOLS',
    description:
      'Another way for single sensitive tools than --seal says, for example deploy_agent=required,delete_agent=off.',
  }),
  securityContext: z.optional(text()).register(registered, {
    flag: 'security-context',
    value: 'name',
    env: 'AEGIS_SECURITY_CONTEXT',
    description: 'SEAL security context to attest for. Default: chosen from the verified identity.',
  }),
  journal: z.optional(text()).register(registered, {
    flag: 'journal',
    value: 'path',
    env: 'AEGIS_JOURNAL',
    description:
      'SQLite file with the receipts of sensitive calls. Default: aegis-mcp/journal.db in the state folder.',
  }),
  journalMaxMb: wholeNumber(1, 65_536).register(registered, {
    flag: 'journal-max-mb',
    value: 'megabytes',
    env: 'AEGIS_JOURNAL_MAX_MB',
    description: 'Size from which the journal is moved to an archive beside it; the chain goes on.',
    default: '16',
  }),
  journalKeepDays: z.optional(wholeNumber(1, 36_500)).register(registered, {
    flag: 'journal-keep-days',
    value: 'days',
    env: 'AEGIS_JOURNAL_KEEP_DAYS',
    description: 'Delete archives of the journal whose last entry is older. Default: keep all.',
  }),
  host: text().register(registered, {
    flag: 'host',
    value: 'address',
    env: 'AEGIS_MCP_HOST',
    description: 'Address that the HTTP server listens on.',
    default: '127.0.0.1',
  }),
  port: z.optional(wholeNumber(0, 65_535)).register(registered, {
    flag: 'port',
    value: 'number',
    env: 'AEGIS_MCP_PORT',
    description: 'Port to listen on; 0 takes a free one. Default: 7171 for http, 8088 for sandbox.',
  }),
  allowedHosts: z.optional(list()).register(registered, {
    flag: 'allowed-hosts',
    value: 'a,b',
    env: 'AEGIS_MCP_ALLOWED_HOSTS',
    description: 'Further values of Host that HTTP requests may carry: name or name:port.',
  }),
  allowedOrigins: z.optional(list()).register(registered, {
    flag: 'allowed-origins',
    value: 'a,b',
    env: 'AEGIS_MCP_ALLOWED_ORIGINS',
    description: 'Web origins that may call over HTTP, besides those on loopback.',
  }),
  requestTimeoutSecs: seconds(0.1, 3600).register(registered, {
    flag: 'request-timeout-secs',
    value: 'seconds',
    env: 'AEGIS_REQUEST_TIMEOUT_SECS',
    description: 'Longest time for one request to the orchestrator.',
    default: '60',
  }),
  maxResponseBytes: wholeNumber(1024, 1_073_741_824).register(registered, {
    flag: 'max-response-bytes',
    value: 'bytes',
    env: 'AEGIS_MAX_RESPONSE_BYTES',
    description: 'Largest answer taken from the orchestrator.',
    default: '16777216',
  }),
  logLevel: z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']).register(registered, {
    flag: 'log-level',
    value: 'level',
    env: 'AEGIS_LOG_LEVEL',
    description: 'Log level on stderr: silent, fatal, error, warn, info, debug or trace.',
    default: 'info',
  }),
});

export type Config = z.output<typeof configSchema>;
export type OptionName = keyof Config & string;

/** An option with its name in {@link Config}. */
export type NamedOption = OptionSpec & { readonly name: string };

/** The options in the order of the table. */
export function optionSpecs(): NamedOption[] {
  return Object.entries(configSchema.shape).map(([name, field]) => {
    const spec = registered.get(field);
    if (spec === undefined) throw new TypeError(`option ${name} is not described`);
    return { name, ...spec };
  });
}
