/** Outbound credentials: which token source a configuration means. */
import type { ProxySettings } from '../client/dispatcher.js';
import type { TokenSource } from '../client/types.js';
import { AegisError } from '../errors.js';
import { createClientCredentials } from './client-credentials.js';
import { createStaticToken } from './static-token.js';
import { createTokenFile } from './token-file.js';

export { type Claims, readClaims } from '../client/claims.js';

/** Credentials of this program at AEGIS; names as in the published client options. At most one kind is given. */
export interface CredentialConfig {
  readonly bearerToken?: string | undefined;
  /** Path of a file that holds a bearer token and may be replaced at any time. */
  readonly tokenFile?: string | undefined;
  /** With the next three: OAuth 2.0 client credentials. */
  readonly keycloakUrl?: string | undefined;
  readonly realm?: string | undefined;
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  /** Seconds before expiry at which a token is renewed. Default 30. */
  readonly tokenRefreshBufferSecs?: number | undefined;
  /** Proxies to reach Keycloak through. */
  readonly proxy?: ProxySettings | undefined;
}

/**
 * The token source that the configuration describes; undefined when it names no credential. Throws
 * `invalid_configuration` when it names two kinds or half a kind.
 */
export function createTokenSource(config: CredentialConfig): TokenSource | undefined {
  const { bearerToken, tokenFile, keycloakUrl, realm, clientId, clientSecret } = config;
  const client = { keycloakUrl, realm, clientId, clientSecret };
  const hasClient = Object.values(client).some(isGiven);
  const kinds = [isGiven(bearerToken), isGiven(tokenFile), hasClient].filter(Boolean);
  if (kinds.length > 1) throw twoKinds();
  if (isGiven(bearerToken)) return createStaticToken(bearerToken);
  if (isGiven(tokenFile)) return createTokenFile(tokenFile);
  if (!hasClient) return undefined;
  if (!isGiven(keycloakUrl) || !isGiven(realm) || !isGiven(clientId) || !isGiven(clientSecret))
    throw half(client);
  const { tokenRefreshBufferSecs, proxy } = config;
  return createClientCredentials({
    keycloakUrl,
    realm,
    clientId,
    clientSecret,
    tokenRefreshBufferSecs,
    proxy,
  });
}

/** An empty setting, as templates of host configurations leave it, is none. */
function isGiven(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

function twoKinds(): AegisError {
  return new AegisError('invalid_configuration', 'More than one kind of credential is configured.', {
    next: 'Keep one of: a bearer token, a token file, Keycloak client credentials.',
  });
}

function half(client: Readonly<Record<string, string | undefined>>): AegisError {
  const missing = Object.keys(client).filter((name) => !isGiven(client[name]));
  return new AegisError('invalid_configuration', `Client credentials lack ${missing.join(', ')}.`, {
    next: 'Give keycloakUrl, realm, clientId and clientSecret together.',
  });
}
