/** OAuth 2.0 client credentials (RFC 6749, section 4.4) at a Keycloak realm. */
import type { Configuration } from 'openid-client';
import { readClaims } from '../client/claims.js';
import type { ProxySettings } from '../client/dispatcher.js';
import type { TokenSource } from '../client/types.js';
import { AegisError } from '../errors.js';
import { checkToken } from './check-token.js';
import { type Provider, providerError } from './provider-error.js';
import { createProviderFetch, PROVIDER_TIMEOUT_SECS } from './provider-fetch.js';
import { type Grant, SharedToken } from './shared-token.js';

export interface ClientCredentialsOptions {
  /** Base URL of Keycloak. Plain http only on loopback. */
  readonly keycloakUrl: string;
  readonly realm: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** How long before its expiry a token is renewed, seconds. Default 30; never more than half its lifetime. */
  readonly tokenRefreshBufferSecs?: number | undefined;
  readonly proxy?: ProxySettings | undefined;
  /** Milliseconds since the epoch. */
  readonly now?: (() => number) | undefined;
}

/** Lifetime assumed for a token of which nobody says one, milliseconds. */
const DEFAULT_LIFETIME_MS = 300_000;

/**
 * A token source that obtains and renews a service account's token. Nothing is contacted, and openid-client is
 * not loaded, before the first token is wanted. One request is in flight however many callers wait, and a
 * caller that gives up does not cancel it. Throws `invalid_configuration` for a URL that would send the secret
 * in the clear; the tokens reject with `unauthorized`, `invalid_configuration`, `unreachable` and the like.
 */
export function createClientCredentials(options: ClientCredentialsOptions): TokenSource {
  const provider = toProvider(options);
  const now = options.now ?? Date.now;
  const bufferMs = (options.tokenRefreshBufferSecs ?? 30) * 1000;
  const discover = createDiscovery(provider, options.proxy);
  const shared = new SharedToken(async () => {
    try {
      return await requestGrant(await discover(), now, bufferMs);
    } catch (error) {
      throw providerError(error, provider);
    }
  }, now);
  return {
    description: `the client credentials of "${provider.clientId}" at ${provider.issuer}`,
    token: (signal) => shared.get(signal),
    renew: (rejected, signal) => shared.replace(rejected, signal),
  };
}

function toProvider(options: ClientCredentialsOptions): Provider {
  const { keycloakUrl, realm, clientId, clientSecret } = options;
  if (!URL.canParse(keycloakUrl)) throw urlError('is not a URL');
  const url = new URL(keycloakUrl);
  checkTransport(url);
  if (url.username !== '' || url.search !== '' || url.hash !== '')
    throw urlError('contains a user name, a query or a fragment');
  const issuer = `${url.origin}${url.pathname.replace(/\/+$/, '')}/realms/${encodeURIComponent(realm)}`;
  return { issuer, realm, clientId, clientSecret };
}

function checkTransport(url: URL, what = 'The Keycloak URL'): void {
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))) return;
  throw urlError('is neither https nor on this machine: the client secret would travel in the clear', what);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function urlError(fault: string, what = 'The Keycloak URL'): AegisError {
  return new AegisError('invalid_configuration', `${what} ${fault}.`, {
    next: 'Give an address such as https://auth.example.com.',
  });
}

/** Discovers the provider once; after a failure, again. */
function createDiscovery(provider: Provider, proxy: ProxySettings | undefined): () => Promise<Configuration> {
  const fetch = createProviderFetch(proxy);
  let found: Configuration | undefined;
  return async () => {
    if (found !== undefined) return found;
    const { allowInsecureRequests, customFetch, discovery } = await import('openid-client');
    const insecure = provider.issuer.startsWith('http:');
    const configuration = await discovery(
      new URL(provider.issuer),
      provider.clientId,
      provider.clientSecret,
      undefined,
      {
        [customFetch]: fetch,
        timeout: PROVIDER_TIMEOUT_SECS,
        execute: insecure ? [allowInsecureRequests] : [],
      },
    );
    // With plain http allowed, the document must not lead the secret off this machine.
    const { token_endpoint: endpoint } = configuration.serverMetadata();
    checkTransport(new URL(endpoint ?? provider.issuer), 'The token endpoint that Keycloak names');
    found = configuration;
    return found;
  };
}

async function requestGrant(
  configuration: Configuration,
  now: () => number,
  bufferMs: number,
): Promise<Grant> {
  const { clientCredentialsGrant } = await import('openid-client');
  const asked = now();
  const { access_token, expires_in } = await clientCredentialsGrant(configuration);
  const token = checkToken(access_token, 'the token of the identity provider');
  const lifetime = expires_in === undefined ? lifetimeOf(token, asked) : expires_in * 1000;
  return {
    token,
    expiresAt: asked + lifetime,
    refreshAt: asked + lifetime - Math.min(bufferMs, lifetime / 2),
  };
}

function lifetimeOf(token: string, asked: number): number {
  const exp = readClaims(token)?.exp;
  return exp === undefined ? DEFAULT_LIFETIME_MS : Math.max(0, exp * 1000 - asked);
}
