/**
 * Every option of the program in one table: flag, environment name, default, what it means. The command line,
 * the parser and docs/configuration.md are derived from it.
 */
import { z } from 'zod';
import { AegisError } from './errors.js';
import { TOOLSET_CHOICES } from './tools/registry.js';

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

const duration = (least: number, most: number) => z.coerce.number().min(least).max(most);
const toggle = () =>
  z
    .enum(['true', 'false', '1', '0', 'yes', 'no', 'on', 'off'])
    .transform((text) => /^(true|1|yes|on)$/.test(text));
const address = z
  .url({ protocol: /^https?$/, error: 'must be an http or https address' })
  .transform((url) => url.replace(/\/+$/, ''));
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
);
const slug = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'must be a tenant slug: [a-z0-9-], at most 63 characters');

const configSchema = z.object({
  url: address.optional().register(registered, {
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
  data: z.string().min(1).optional().register(registered, {
    flag: 'data',
    value: 'dir',
    env: 'AEGIS_DATA',
    description:
      'Folder that keeps the state of the sandbox and its journal. Without it both live in memory.',
  }),
  toolsets: list.pipe(z.array(z.enum(TOOLSET_CHOICES)).min(1)).register(registered, {
    flag: 'toolsets',
    value: 'all|a,b',
    env: 'AEGIS_TOOLSETS',
    description: `Tools to offer, comma separated: ${TOOLSET_CHOICES.join(', ')}.`,
    default: 'core',
  }),
  readOnly: toggle().register(registered, {
    flag: 'read-only',
    env: 'AEGIS_READ_ONLY',
    description: 'Offer only tools that change nothing.',
    default: 'false',
  }),
  tenant: slug.optional().register(registered, {
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
  token: z.string().min(1).optional().register(registered, {
    env: 'AEGIS_TOKEN',
    description: 'Bearer token (JWT) sent to the orchestrator.',
  }),
  tokenFile: z.string().min(1).optional().register(registered, {
    flag: 'token-file',
    value: 'path',
    env: 'AEGIS_TOKEN_FILE',
    description: 'File that holds the bearer token; read again whenever it changes.',
  }),
  keycloakUrl: address.optional().register(registered, {
    flag: 'keycloak-url',
    value: 'url',
    env: 'AEGIS_KEYCLOAK_URL',
    description: 'Address of Keycloak for OAuth 2.0 client credentials.',
  }),
  realm: z.string().min(1).register(registered, {
    flag: 'realm',
    value: 'name',
    env: 'AEGIS_REALM',
    description: 'Keycloak realm.',
    default: 'aegis-system',
  }),
  clientId: z.string().min(1).optional().register(registered, {
    flag: 'client-id',
    value: 'id',
    env: 'AEGIS_CLIENT_ID',
    description: 'OAuth client id.',
  }),
  clientSecret: z.string().min(1).optional().register(registered, {
    env: 'AEGIS_CLIENT_SECRET',
    description: 'OAuth client secret.',
  }),
  tokenRefreshBufferSecs: duration(0, 3600).register(registered, {
    flag: 'token-refresh-buffer-secs',
    value: 'seconds',
    env: 'AEGIS_TOKEN_REFRESH_BUFFER_SECS',
    description: 'Fetch a new access token this long before the old one expires.',
    default: '30',
  }),
  seal: z.enum(['auto', 'required', 'off']).register(registered, {
    flag: 'seal',
    value: 'auto|required|off',
    env: 'AEGIS_SEAL',
    description:
      'Sensitive calls: auto signs those whose SEAL tool the security context lists, required never uses plain REST for them, off never signs.',
    default: 'auto',
  }),
  securityContext: z.string().min(1).optional().register(registered, {
    flag: 'security-context',
    value: 'name',
    env: 'AEGIS_SECURITY_CONTEXT',
    description: 'SEAL security context to attest for. Default: chosen from the verified identity.',
  }),
  journal: z.string().min(1).optional().register(registered, {
    flag: 'journal',
    value: 'path',
    env: 'AEGIS_JOURNAL',
    description:
      'SQLite file with the receipts of sensitive calls. Default: aegis-mcp/journal.db in the state folder.',
  }),
  host: z.string().min(1).register(registered, {
    flag: 'host',
    value: 'address',
    env: 'AEGIS_MCP_HOST',
    description: 'Address that the HTTP server listens on.',
    default: '127.0.0.1',
  }),
  port: z.coerce.number().int().min(0).max(65_535).optional().register(registered, {
    flag: 'port',
    value: 'number',
    env: 'AEGIS_MCP_PORT',
    description: 'Port to listen on; 0 takes a free one. Default: 7171 for http, 8088 for sandbox.',
  }),
  allowedHosts: list.optional().register(registered, {
    flag: 'allowed-hosts',
    value: 'a,b',
    env: 'AEGIS_MCP_ALLOWED_HOSTS',
    description: 'Further values of Host that HTTP requests may carry: name or name:port.',
  }),
  allowedOrigins: list.optional().register(registered, {
    flag: 'allowed-origins',
    value: 'a,b',
    env: 'AEGIS_MCP_ALLOWED_ORIGINS',
    description: 'Web origins that may call over HTTP, besides those on loopback.',
  }),
  requestTimeoutSecs: duration(0.1, 3600).register(registered, {
    flag: 'request-timeout-secs',
    value: 'seconds',
    env: 'AEGIS_REQUEST_TIMEOUT_SECS',
    description: 'Longest time for one request to the orchestrator.',
    default: '60',
  }),
  maxResponseBytes: z.coerce.number().int().min(1024).max(1_073_741_824).register(registered, {
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

/** Values by option name, as given on the command line; switches are `true`. */
export type Flags = Readonly<Partial<Record<string, string | boolean>>>;

type Environment = Readonly<Record<string, string | undefined>>;

/** The options in the order of the table. */
export function optionSpecs(): (OptionSpec & { readonly name: string })[] {
  return Object.entries(configSchema.shape).map(([name, field]) => {
    const spec = registered.get(field);
    if (spec === undefined) throw new TypeError(`option ${name} is not described`);
    return { name, ...spec };
  });
}

/**
 * Reads the configuration: flag, else environment, else default. An empty environment value counts as unset.
 * Throws `invalid_configuration` that names the option by the way it was given.
 */
export function readConfig(flags: Flags, env: Environment): Config {
  const sources = optionSpecs().map((spec) => ({ name: spec.name, ...given(spec, flags, env) }));
  const parsed = configSchema.safeParse(Object.fromEntries(sources.map(({ name, text }) => [name, text])));
  if (parsed.success) return refuseContradictions(parsed.data);
  const [issue] = parsed.error.issues;
  const bad = sources.find(({ name }) => name === issue?.path[0]);
  throw new AegisError('invalid_configuration', `${bad?.source}: ${issue?.message}.`, { next: HELP });
}

function given(spec: OptionSpec & { readonly name: string }, flags: Flags, env: Environment) {
  const flag = flags[spec.name];
  if (flag !== undefined) return { text: String(flag), source: `--${spec.flag}` };
  const value = env[spec.env];
  if (value !== undefined && value !== '') return { text: value, source: spec.env };
  return { text: spec.default, source: spec.env };
}

const HELP = 'See aegis-mcp --help for what each option takes.';

function refuseContradictions(config: Config): Config {
  const problem = contradiction(config);
  if (problem === undefined) return config;
  throw new AegisError('invalid_configuration', problem, { next: HELP });
}

function contradiction(config: Config): string | undefined {
  if (config.sandbox && config.url !== undefined)
    return '--sandbox and --url (AEGIS_URL) exclude each other.';
  const sources = [
    config.token && 'AEGIS_TOKEN',
    config.tokenFile && '--token-file',
    config.clientId && '--client-id',
  ];
  const named = sources.filter(Boolean);
  if (named.length > 1) return `${named.join(' and ')} exclude each other: give one credential.`;
  return incompleteClient(config);
}

/** Client credentials (RFC 6749 section 4.4) need all three values. */
function incompleteClient({ clientId, clientSecret, keycloakUrl }: Config): string | undefined {
  if (clientId === undefined && clientSecret === undefined) return undefined;
  if (clientId === undefined) return 'AEGIS_CLIENT_SECRET needs --client-id (AEGIS_CLIENT_ID).';
  if (clientSecret === undefined) return '--client-id (AEGIS_CLIENT_ID) needs AEGIS_CLIENT_SECRET.';
  return keycloakUrl === undefined
    ? '--client-id (AEGIS_CLIENT_ID) needs --keycloak-url (AEGIS_KEYCLOAK_URL).'
    : undefined;
}
