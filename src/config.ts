/** The configuration of the program, read from flags and environment; the options: config/options.ts. */
import { type Config, configSchema, type NamedOption, optionSpecs } from './config/options.js';
import { AegisError } from './errors.js';

export { type Config, type OptionName, type OptionSpec, optionSpecs } from './config/options.js';

/** Values by option name, as given on the command line; switches are `true`. */
export type Flags = Readonly<Partial<Record<string, string | boolean>>>;

type Environment = Readonly<Record<string, string | undefined>>;

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
  throw refusal(`${bad?.source}: ${issue?.message}.`);
}

interface Given {
  readonly text: string | undefined;
  /** Flag or variable, for messages. */
  readonly source: string;
}

function given(
  { name, flag, env: variable, default: fallback }: NamedOption,
  flags: Flags,
  env: Environment,
): Given {
  const value = flag === undefined ? undefined : flags[name];
  if (value !== undefined) return { text: String(value), source: `--${flag}` };
  return { text: env[variable] || fallback, source: variable };
}

function refusal(message: string): AegisError {
  return new AegisError('invalid_configuration', message, {
    next: 'See aegis-mcp --help for what each option takes.',
  });
}

function refuseContradictions(config: Config): Config {
  const problem = contradiction(config) ?? incompleteClient(config) ?? gatewayProblem(config);
  if (problem === undefined) return config;
  throw refusal(problem);
}

function contradiction({
  sandbox,
  sandboxUser,
  url,
  token,
  tokenFile,
  clientId,
}: Config): string | undefined {
  if (sandboxUser !== undefined && !sandbox)
    return '--sandbox-user (AEGIS_SANDBOX_USER) needs --sandbox (AEGIS_SANDBOX).';
  if (sandbox && url !== undefined)
    return '--sandbox (AEGIS_SANDBOX) and --url (AEGIS_URL) exclude each other.';
  const credentials = [
    token && 'AEGIS_TOKEN',
    tokenFile && '--token-file (AEGIS_TOKEN_FILE)',
    clientId && '--client-id (AEGIS_CLIENT_ID)',
  ].filter(Boolean);
  return credentials.length > 1
    ? `${credentials.join(' and ')} exclude each other: give one credential.`
    : undefined;
}

/** Client credentials (RFC 6749 section 4.4) need all three values. */
function incompleteClient(config: Config): string | undefined {
  const { clientId, clientSecret, keycloakUrl } = config;
  if (clientId === undefined) {
    if (clientSecret !== undefined) return 'AEGIS_CLIENT_SECRET needs --client-id (AEGIS_CLIENT_ID).';
    const useless = keycloakUrl !== undefined && !hasOtherCredential(config);
    return useless ? '--keycloak-url (AEGIS_KEYCLOAK_URL) needs --client-id (AEGIS_CLIENT_ID).' : undefined;
  }
  if (clientSecret === undefined) return '--client-id (AEGIS_CLIENT_ID) needs AEGIS_CLIENT_SECRET.';
  if (keycloakUrl === undefined)
    return '--client-id (AEGIS_CLIENT_ID) needs --keycloak-url (AEGIS_KEYCLOAK_URL).';
  return undefined;
}

/** The gateway has an address and at most one credential of its own; without an address there is no gateway. */
function gatewayProblem(config: Config): string | undefined {
  const { gatewayUrl, gatewayToken, gatewayTokenFile, gatewayClientId, gatewayClientSecret } = config;
  const given = [
    gatewayToken && 'AEGIS_GATEWAY_TOKEN',
    gatewayTokenFile && '--gateway-token-file (AEGIS_GATEWAY_TOKEN_FILE)',
    gatewayClientId && '--gateway-client-id (AEGIS_GATEWAY_CLIENT_ID)',
  ].filter(Boolean);
  if (given.length > 1) return `${given.join(' and ')} exclude each other: give one credential.`;
  if ((gatewayClientId === undefined) !== (gatewayClientSecret === undefined))
    return '--gateway-client-id (AEGIS_GATEWAY_CLIENT_ID) and AEGIS_GATEWAY_CLIENT_SECRET need each other.';
  if (gatewayClientId !== undefined && config.keycloakUrl === undefined)
    return '--gateway-client-id (AEGIS_GATEWAY_CLIENT_ID) needs --keycloak-url (AEGIS_KEYCLOAK_URL).';
  if (gatewayUrl === undefined && given.length > 0 && !config.sandbox)
    return `${given.join()} needs --gateway-url (AEGIS_GATEWAY_URL).`;
  if (gatewayUrl !== undefined && config.sandbox)
    return '--sandbox (AEGIS_SANDBOX) and --gateway-url (AEGIS_GATEWAY_URL) exclude each other.';
  return undefined;
}

/** Where another credential is used, the address of Keycloak may be left in the environment. */
function hasOtherCredential({ token, tokenFile, sandbox, gatewayClientId }: Config): boolean {
  return sandbox || token !== undefined || tokenFile !== undefined || gatewayClientId !== undefined;
}
