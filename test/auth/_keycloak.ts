/** A small OAuth server at Keycloak's paths: one realm, one client, signed JWTs. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { generateKeyPair, SignJWT } from 'jose';
import { serve } from '../client/_server.js';

export interface Keycloak {
  readonly url: string;
  /** Token requests so far, form fields as received. */
  readonly requests: Record<string, string>[];
  /** Discoveries so far. */
  discoveries: number;
  /** Lifetime of the next token, seconds. */
  expiresIn: number | undefined;
  /** Answers token requests from now on, if set. */
  override: ((response: ServerResponse) => void) | undefined;
  /** Token requests wait for this. */
  gate: Promise<void>;
  /** What the discovery document says of itself, if not the truth. */
  issuer: string | undefined;
  tokenEndpoint: string | undefined;
}

const { privateKey } = await generateKeyPair('RS256');

export async function startKeycloak(): Promise<Keycloak> {
  const url = await serve((request, response) => {
    answer(keycloak, request, response).catch(() => request.socket.destroy());
  });
  const keycloak: Keycloak = {
    url,
    requests: [],
    discoveries: 0,
    expiresIn: 60,
    override: undefined,
    gate: Promise.resolve(),
    issuer: undefined,
    tokenEndpoint: undefined,
  };
  return keycloak;
}

async function answer(keycloak: Keycloak, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const realm = `${keycloak.url}/realms/aegis-system`;
  const endpoint = `${realm}/protocol/openid-connect/token`;
  const address = keycloak.url + request.url;
  if (address === `${realm}/.well-known/openid-configuration`) {
    keycloak.discoveries += 1;
    const issuer = keycloak.issuer ?? realm;
    return json(response, 200, { issuer, token_endpoint: keycloak.tokenEndpoint ?? endpoint });
  }
  if (address !== endpoint || request.method !== 'POST')
    return json(response, 404, { error: 'Realm does not exist' });
  keycloak.requests.push(Object.fromEntries(new URLSearchParams(await text(request))));
  await keycloak.gate;
  if (keycloak.override !== undefined) return keycloak.override(response);
  await grant(keycloak, realm, response);
}

async function grant(keycloak: Keycloak, realm: string, response: ServerResponse): Promise<void> {
  const form = keycloak.requests.at(-1);
  if (form?.client_secret !== 's3cret-value') {
    const description = 'Invalid client or Invalid client credentials';
    return json(response, 401, { error: 'unauthorized_client', error_description: description });
  }
  const token = await new SignJWT({ azp: form.client_id, scope: 'agent:read' })
    .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
    .setIssuer(realm)
    .setJti(String(keycloak.requests.length))
    .setExpirationTime(1_777_971_600)
    .sign(privateKey);
  json(response, 200, { access_token: token, token_type: 'Bearer', expires_in: keycloak.expiresIn });
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
