import { decodeJwt, decodeProtectedHeader } from 'jose';
import {
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  clientCredentialsGrant,
  discovery,
} from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Provider, requestToken, startProvider } from './_provider.js';

let provider: Provider;
beforeAll(async () => {
  provider = await startProvider();
});
afterAll(() => provider.close());

const CLIENT = { client_id: 'aegis-mcp', client_secret: 'sandbox-secret' };
const PASSWORD = { grant_type: 'password', client_id: 'sandbox-app', password: 'sandbox' };

async function refusal(response: Response): Promise<readonly [number, unknown]> {
  return [response.status, await response.json()];
}

describe('with openid-client', () => {
  const clientAuth = { basic: ClientSecretBasic('sandbox-secret'), post: ClientSecretPost('sandbox-secret') };

  it.each(['basic', 'post'] as const)(
    'discovers the realm and gets a token by client_secret_%s',
    async (way) => {
      const config = await discovery(
        new URL(`${provider.url}/realms/aegis-system`),
        'aegis-mcp',
        undefined,
        clientAuth[way],
        { execute: [allowInsecureRequests] },
      );
      const tokens = await clientCredentialsGrant(config, { scope: 'agent:list agent:read' });
      expect(tokens.token_type).toBe('bearer');
      expect(tokens.expires_in).toBe(300);
      expect(tokens.scope).toBe('agent:list agent:read');
    },
  );

  it('discovers through localhost as well: the issuer follows the address used', async () => {
    const local = provider.url.replace('127.0.0.1', 'localhost');
    const config = await discovery(
      new URL(`${local}/realms/zaru-consumer`),
      'aegis-mcp',
      undefined,
      clientAuth.basic,
      { execute: [allowInsecureRequests] },
    );
    expect(config.serverMetadata().issuer).toBe(`${local}/realms/zaru-consumer`);
  });
});

describe('client credentials', () => {
  it('issues an RS256 JWT with the claims of a service account, never cacheable', async () => {
    const response = await requestToken(provider.url, 'aegis-system', {
      grant_type: 'client_credentials',
      ...CLIENT,
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const { access_token, expires_in, token_type } = Object(await response.json());
    expect({ expires_in, token_type }).toEqual({ expires_in: 300, token_type: 'Bearer' });
    expect(decodeProtectedHeader(access_token)).toEqual({
      alg: 'RS256',
      typ: 'JWT',
      kid: expect.any(String),
    });
    const claims = decodeJwt(access_token);
    expect(claims).toMatchObject({
      iss: `${provider.url}/realms/aegis-system`,
      aud: ['aegis-orchestrator', 'aegis-seal-gateway'],
      azp: 'aegis-mcp',
      typ: 'Bearer',
    });
    expect(Number(claims.exp) - Number(claims.iat)).toBe(300);
    expect(String(claims.scope).split(' ')).toContain('workflow:signal');
    expect(claims).not.toHaveProperty('aegis_role');
  });

  it('grants the read-only client no writing scope', async () => {
    const form = {
      grant_type: 'client_credentials',
      client_id: 'aegis-readonly',
      client_secret: 'sandbox-secret',
    };
    const { scope } = Object(await (await requestToken(provider.url, 'aegis-system', form)).json());
    expect(String(scope).split(' ').sort()).toEqual([
      'agent:list',
      'agent:logs',
      'agent:read',
      'approval:list',
      'approval:read',
      'canvas:read',
      'execution:list',
      'execution:read',
      'execution:stream',
      'key:list',
      'node:list',
      'node:read',
      'script:read',
      'swarm:list',
      'swarm:read',
      'volume:read',
      'workflow:list',
      'workflow:logs',
      'workflow:read',
    ]);
  });

  it('gives aegis-sandbox-short tokens of 33 seconds', async () => {
    const form = { ...CLIENT, grant_type: 'client_credentials', client_id: 'aegis-sandbox-short' };
    const { expires_in } = Object(await (await requestToken(provider.url, 'aegis-system', form)).json());
    expect(expires_in).toBe(33);
  });

  it('refuses a wrong secret with 401 invalid_client', async () => {
    const form = { grant_type: 'client_credentials', client_id: 'aegis-mcp', client_secret: 'wrong' };
    expect(await refusal(await requestToken(provider.url, 'aegis-system', form))).toEqual([
      401,
      { error: 'invalid_client', error_description: 'Invalid client or Invalid client credentials' },
    ]);
  });

  it('challenges a client that failed with Basic (RFC 6749 section 5.2)', async () => {
    const authorization = `Basic ${Buffer.from('aegis-mcp:wrong').toString('base64')}`;
    const form = { grant_type: 'client_credentials' };
    const response = await requestToken(provider.url, 'aegis-system', form, { authorization });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Basic realm="aegis-sandbox"');
  });

  it('does not know the system clients in the consumer realm', async () => {
    const form = { grant_type: 'client_credentials', ...CLIENT };
    expect((await requestToken(provider.url, 'zaru-consumer', form)).status).toBe(401);
  });

  it('refuses two client authentication methods at once', async () => {
    const authorization = `Basic ${Buffer.from('aegis-mcp:sandbox-secret').toString('base64')}`;
    const form = { grant_type: 'client_credentials', ...CLIENT };
    const response = await requestToken(provider.url, 'aegis-system', form, { authorization });
    expect(await refusal(response)).toEqual([400, expect.objectContaining({ error: 'invalid_request' })]);
  });

  it('refuses a public client', async () => {
    const form = { grant_type: 'client_credentials', client_id: 'sandbox-app' };
    expect(await refusal(await requestToken(provider.url, 'aegis-system', form))).toEqual([
      401,
      expect.objectContaining({ error: 'unauthorized_client' }),
    ]);
  });

  it('refuses a scope that the client does not have', async () => {
    const form = {
      grant_type: 'client_credentials',
      ...CLIENT,
      client_id: 'aegis-readonly',
      scope: 'agent:deploy',
    };
    expect(await refusal(await requestToken(provider.url, 'aegis-system', form))).toEqual([
      400,
      { error: 'invalid_scope', error_description: 'Invalid scopes: agent:deploy' },
    ]);
  });
});

describe('password grant', () => {
  it.each([
    ['aegis-system', 'operator', { aegis_role: 'aegis:operator' }],
    ['aegis-system', 'auditor', { aegis_role: 'aegis:readonly' }],
    ['zaru-consumer', 'free@sandbox.local', { zaru_tier: 'free' }],
    ['zaru-consumer', 'enterprise@sandbox.local', { zaru_tier: 'enterprise' }],
    ['tenant-acme', 'member@sandbox.local', { azp: 'sandbox-app' }],
  ])('signs in %s %s', async (realm, username, claims) => {
    const response = await requestToken(provider.url, realm, { ...PASSWORD, username });
    const { access_token } = Object(await response.json());
    expect(decodeJwt(access_token)).toMatchObject({ preferred_username: username, ...claims });
  });

  it('refuses a wrong password with invalid_grant', async () => {
    const form = { ...PASSWORD, username: 'operator', password: 'wrong' };
    expect(await refusal(await requestToken(provider.url, 'aegis-system', form))).toEqual([
      401,
      { error: 'invalid_grant', error_description: 'Invalid user credentials' },
    ]);
  });

  it('does not let a user into another kind of realm', async () => {
    const form = { ...PASSWORD, username: 'operator' };
    expect((await requestToken(provider.url, 'zaru-consumer', form)).status).toBe(401);
  });
});

describe('requests that are no token requests', () => {
  it.each([
    [{ grant_type: 'authorization_code' }, 'unsupported_grant_type', 'Unsupported grant_type'],
    [{}, 'invalid_request', 'Missing form parameter: grant_type'],
  ])('refuses %j with 400 %s', async (form, error, error_description) => {
    const response = await requestToken(provider.url, 'aegis-system', { ...CLIENT, ...form });
    expect(await refusal(response)).toEqual([400, { error, error_description }]);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('refuses a repeated parameter', async () => {
    const body = 'grant_type=client_credentials&grant_type=password';
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const url = `${provider.url}/realms/aegis-system/protocol/openid-connect/token`;
    const response = await fetch(url, { method: 'POST', body, headers });
    expect(await refusal(response)).toEqual([400, expect.objectContaining({ error: 'invalid_request' })]);
  });

  it('refuses JSON with 415', async () => {
    const url = `${provider.url}/realms/aegis-system/protocol/openid-connect/token`;
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(url, { method: 'POST', body: '{}', headers })).status).toBe(415);
  });
});

describe('realms', () => {
  it.each(['master', 'tenant-', 'tenant-Acme', 'tenant-a..b'])('does not know %s', async (realm) => {
    const response = await fetch(`${provider.url}/realms/${realm}/.well-known/openid-configuration`);
    expect(await refusal(response)).toEqual([404, { error: 'Realm does not exist' }]);
  });

  it('publishes one RSA key per realm and only its public half', async () => {
    const keysOf = async (realm: string) => {
      const response = await fetch(`${provider.url}/realms/${realm}/protocol/openid-connect/certs`);
      return Object(await response.json()).keys;
    };
    const [system, tenant] = await Promise.all([keysOf('aegis-system'), keysOf('tenant-acme')]);
    const publicKey = { kty: 'RSA', n: expect.any(String), e: 'AQAB', kid: expect.any(String) };
    expect(system).toEqual([{ ...publicKey, alg: 'RS256', use: 'sig' }]);
    expect(tenant[0].kid).not.toBe(system[0].kid);
  });
});
