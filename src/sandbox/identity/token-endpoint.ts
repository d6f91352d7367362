/** `POST /realms/{realm}/protocol/openid-connect/token`: RFC 6749 sections 4.3 and 4.4 in Keycloak's layout. */
import { type Reply, ReplyError, type SandboxRequest } from '../kernel.js';
import { authenticateClient } from './client-auth.js';
import { type Client, USERS, type User } from './credentials.js';
import { oauthError, readForm } from './oauth-reply.js';
import type { Realm } from './realms.js';
import type { Grant } from './tokens.js';

/** Turns a grant into a signed access token. */
export type SignGrant = (grant: Grant) => Promise<string>;

/**
 * Answers a token request: 200 with `access_token`, `expires_in` (s), `token_type`, `scope`; errors as
 * `{error, error_description}` with 400 or 401. Never cacheable.
 */
export async function answerTokenRequest(
  request: SandboxRequest,
  realm: Realm,
  sign: SignGrant,
): Promise<Reply> {
  const form = readForm(request);
  const client = authenticateClient(request, form, realm);
  const grant = grantOf(form, client, realm);
  return {
    status: 200,
    headers: { 'cache-control': 'no-store', pragma: 'no-cache' },
    json: {
      access_token: await sign(grant),
      expires_in: grant.lifetime,
      refresh_expires_in: 0,
      token_type: 'Bearer',
      'not-before-policy': 0,
      scope: grant.scopes.join(' '),
    },
  };
}

function grantOf(form: URLSearchParams, client: Client, realm: Realm): Grant {
  const type = form.get('grant_type');
  if (type === null) refuse(400, 'invalid_request', 'Missing form parameter: grant_type');
  if (type === 'client_credentials') return serviceAccountGrant(form, client, realm);
  if (type === 'password') return passwordGrant(form, client, realm);
  return refuse(400, 'unsupported_grant_type', 'Unsupported grant_type');
}

function serviceAccountGrant(form: URLSearchParams, client: Client, realm: Realm): Grant {
  if (client.secret === undefined) {
    refuse(401, 'unauthorized_client', 'Public client not allowed to retrieve service account');
  }
  return { realm, client, scopes: requestedScopes(form, client.scopes), lifetime: client.lifetime };
}

function passwordGrant(form: URLSearchParams, client: Client, realm: Realm): Grant {
  if (client.secret !== undefined) {
    refuse(400, 'unauthorized_client', 'Client not allowed for direct access grants');
  }
  const user = findUser(form, realm);
  if (user === undefined) refuse(401, 'invalid_grant', 'Invalid user credentials');
  return { realm, client, user, scopes: requestedScopes(form, user.scopes), lifetime: client.lifetime };
}

function findUser(form: URLSearchParams, realm: Realm): User | undefined {
  const [name, password] = [form.get('username'), form.get('password')];
  return USERS.find((user) => user.realm === realm.kind && user.name === name && user.password === password);
}

/** Without a `scope` parameter: everything granted. OpenID's own scopes are taken and add nothing. */
function requestedScopes(form: URLSearchParams, granted: readonly string[]): readonly string[] {
  const asked = (form.get('scope') ?? '').split(' ').filter((scope) => !OPENID_SCOPES.has(scope));
  if (asked.length === 0) return granted;
  const unknown = asked.filter((scope) => !granted.includes(scope));
  if (unknown.length > 0) refuse(400, 'invalid_scope', `Invalid scopes: ${unknown.join(' ')}`);
  return asked;
}

const OPENID_SCOPES = new Set(['', 'openid', 'profile', 'email', 'offline_access']);

function refuse(status: number, error: string, description: string): never {
  throw new ReplyError(oauthError(status, error, description));
}
