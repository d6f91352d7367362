/**
 * The sandbox's identity provider: Keycloak's paths for `aegis-system`, `zaru-consumer` and any `tenant-<slug>`
 * realm, and the verification of its tokens. Credentials: credentials.ts.
 */
import { openApiKeys } from '../api-keys/keys.js';
import {
  type Identity,
  type Reply,
  ReplyError,
  type Route,
  type SandboxContext,
  type SandboxRequest,
} from '../kernel.js';
import { API_KEYS } from './credentials.js';
import { discoveryDocument } from './discovery.js';
import { resolveGrant, type TokenOptions } from './issue.js';
import { createKeyRing, type KeyRing } from './keys.js';
import { baseSeenBy, findRealm, issuerOf, type Realm, SYSTEM_REALM } from './realms.js';
import { answerTokenRequest } from './token-endpoint.js';
import { type Grant, signAccessToken } from './tokens.js';
import { type Verification, verifyBearer } from './verify.js';

export type { TokenOptions } from './issue.js';
export type { Verification } from './verify.js';

export interface SandboxIdentity {
  /** Discovery, JWKS and token endpoint of every realm; no bearer needed. */
  readonly routes: readonly Route[];
  /** The caller of an `Authorization` header, or the 401 text. */
  verify(authorization: string | undefined): Promise<Verification>;
  /**
   * The caller behind an `aegis_...` API key, fixed or created; undefined for one not in force. Only attestation takes
   * keys (D02).
   */
  verifyApiKey(key: string): Promise<Identity | undefined>;
  /** An access token without a login. Default: service account `aegis-mcp`, 300 s. */
  issueToken(options?: TokenOptions): Promise<string>;
  /** Issuer URL of a realm. */
  issuer(realm: string): string;
}

/** Creates the identity provider; `baseUrl` is asked at each use, as the port is known only after listening. */
export async function createIdentity(
  context: SandboxContext,
  baseUrl: () => string,
): Promise<SandboxIdentity> {
  const keys = createKeyRing(context.store);
  await keys(SYSTEM_REALM);
  const apiKeys = openApiKeys(context);
  const sign = (grant: Grant, base: string) => signAccessToken(grant, base, keys, context.clock);
  const verify = (authorization: string | undefined) =>
    verifyBearer(authorization, baseUrl(), keys, context.clock);
  const issueToken = async (options: TokenOptions = {}) => sign(resolveGrant(options), baseUrl());
  return {
    routes: createRoutes(keys, sign, baseUrl),
    verify,
    issueToken,
    issuer: (realm) => issuerOf(baseUrl(), realm),
    async verifyApiKey(key) {
      const owner = API_KEYS.get(key);
      if (owner === undefined) return apiKeys.use(key);
      const verification = await verify(`Bearer ${await issueToken(owner)}`);
      return 'identity' in verification ? verification.identity : undefined;
    },
  };
}

function createRoutes(
  keys: KeyRing,
  sign: (grant: Grant, base: string) => Promise<string>,
  baseUrl: () => string,
): readonly Route[] {
  const seen = (request: SandboxRequest) => baseSeenBy(request.headers.host, baseUrl());
  return [
    realmRoute('GET', '.well-known/openid-configuration', (request, realm) => ({
      status: 200,
      json: discoveryDocument(seen(request), realm),
    })),
    realmRoute('GET', 'protocol/openid-connect/certs', async (_request, realm) => ({
      status: 200,
      json: { keys: [(await keys(realm.name)).jwk] },
    })),
    realmRoute('POST', 'protocol/openid-connect/token', (request, realm) =>
      answerTokenRequest(request, realm, (grant) => sign(grant, seen(request))),
    ),
  ];
}

function realmRoute(
  method: 'GET' | 'POST',
  path: string,
  answer: (request: SandboxRequest, realm: Realm) => Promise<Reply> | Reply,
): Route {
  return {
    method,
    path: `/realms/{realm}/${path}`,
    auth: 'none',
    handler: (request) => answer(request, requireRealm(request.params.realm ?? '')),
  };
}

function requireRealm(name: string): Realm {
  const realm = findRealm(name);
  if (realm === undefined) throw new ReplyError({ status: 404, json: { error: 'Realm does not exist' } });
  return realm;
}
