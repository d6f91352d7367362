/** Client authentication at the token endpoint: client_secret_basic and client_secret_post (RFC 6749 section 2.3). */
import { createHash, timingSafeEqual } from 'node:crypto';
import { ReplyError, type SandboxRequest } from '../kernel.js';
import { CLIENTS, type Client } from './credentials.js';
import { oauthError } from './oauth-reply.js';
import type { Realm } from './realms.js';

interface Presented {
  readonly id: string | undefined;
  readonly secret: string | undefined;
}

/**
 * The client that sent the request. Throws 401 `invalid_client` for an unknown client or a wrong secret, 400
 * `invalid_request` when both methods are used at once.
 */
export function authenticateClient(request: SandboxRequest, form: URLSearchParams, realm: Realm): Client {
  const basic = basicCredentials(request.headers.authorization);
  if (basic !== undefined && form.has('client_secret')) {
    throw new ReplyError(
      oauthError(400, 'invalid_request', 'More than one client authentication method used'),
    );
  }
  const presented = basic ?? {
    id: form.get('client_id') ?? undefined,
    secret: form.get('client_secret') ?? undefined,
  };
  const client = CLIENTS.find(({ id, realms }) => id === presented.id && realms.includes(realm.kind));
  if (client === undefined || !hasSecret(client, presented.secret))
    throw new ReplyError(invalidClient(basic));
  return client;
}

/** Id and secret of a Basic header, form-decoded; undefined without such a header. */
function basicCredentials(authorization: string | undefined): Presented | undefined {
  const encoded = /^basic (.*)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  if (colon === -1) return { id: undefined, secret: undefined };
  return { id: formDecode(pair.slice(0, colon)), secret: formDecode(pair.slice(colon + 1)) };
}

function formDecode(value: string): string | undefined {
  return new URLSearchParams(`v=${value.replaceAll('&', '%26')}`).get('v') ?? undefined;
}

function hasSecret(client: Client, secret: string | undefined): boolean {
  if (client.secret === undefined || secret === undefined) return client.secret === secret;
  return timingSafeEqual(digest(client.secret), digest(secret));
}

function digest(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}

function invalidClient(basic: Presented | undefined) {
  // RFC 6749 section 5.2: a client that tried the Authorization header is told the scheme.
  const headers = basic === undefined ? undefined : { 'www-authenticate': 'Basic realm="aegis-sandbox"' };
  return oauthError(401, 'invalid_client', 'Invalid client or Invalid client credentials', headers);
}
