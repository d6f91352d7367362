import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { type ClientCredentialsOptions, createClientCredentials } from '../../src/auth/client-credentials.js';
import { freePort } from '../client/_server.js';
import { json, type Keycloak, startKeycloak } from './_keycloak.js';

const never = new AbortController().signal;

function source(keycloak: Keycloak, options: Partial<ClientCredentialsOptions> = {}) {
  return createClientCredentials({
    keycloakUrl: keycloak.url,
    realm: 'aegis-system',
    clientId: 'mcp',
    clientSecret: 's3cret-value',
    ...options,
  });
}

/** Which of the tokens handed out by the server this is: the first is "1". */
function serial(token: string | undefined): string | undefined {
  return token === undefined ? undefined : decodeJwt(token).jti;
}

describe('client credentials', () => {
  it('obtains a token by the grant of RFC 6749, section 4.4', async () => {
    const keycloak = await startKeycloak();
    const tokens = source(keycloak);
    expect(keycloak.discoveries).toBe(0);
    const token = await tokens.token(never);
    expect(decodeJwt(token ?? '').azp).toBe('mcp');
    expect(keycloak.requests).toEqual([
      { client_id: 'mcp', client_secret: 's3cret-value', grant_type: 'client_credentials' },
    ]);
    expect(tokens.description).toBe(`the client credentials of "mcp" at ${keycloak.url}/realms/aegis-system`);
  });

  it('keeps the token until 30 s before its expiry, and discovers the realm once', async () => {
    const keycloak = await startKeycloak();
    keycloak.expiresIn = 300;
    let now = 0;
    const tokens = source(keycloak, { now: () => now, keycloakUrl: `${keycloak.url}/` });
    const serials = [];
    for (now of [0, 269_999, 270_000, 270_001]) serials.push(serial(await tokens.token(never)));
    expect(serials).toEqual(['1', '1', '2', '2']);
    expect(keycloak.discoveries).toBe(1);
  });

  it('takes the buffer from the configuration, but never more than half the lifetime', async () => {
    const keycloak = await startKeycloak();
    keycloak.expiresIn = 40;
    let now = 0;
    const tokens = source(keycloak, { now: () => now, tokenRefreshBufferSecs: 120 });
    const serials = [];
    for (now of [0, 19_999, 20_000]) serials.push(serial(await tokens.token(never)));
    expect(serials).toEqual(['1', '1', '2']);
  });

  it('takes the lifetime from the token when the server does not say it', async () => {
    const keycloak = await startKeycloak();
    keycloak.expiresIn = undefined;
    let now = 1_777_971_500_000;
    const tokens = source(keycloak, { now: () => now });
    await tokens.token(never);
    now = 1_777_971_569_999;
    await tokens.token(never);
    expect(keycloak.requests).toHaveLength(1);
    now = 1_777_971_570_000;
    await tokens.token(never);
    expect(keycloak.requests).toHaveLength(2);
  });

  it('asks once for many callers, and a caller that gives up does not stop it', async () => {
    const keycloak = await startKeycloak();
    let open = () => {};
    keycloak.gate = new Promise((resolve) => {
      open = resolve;
    });
    const tokens = source(keycloak);
    const impatient = new AbortController();
    const first = tokens.token(impatient.signal);
    const others = [tokens.token(never), tokens.token(never)];
    impatient.abort();
    await expect(first).rejects.toMatchObject({ name: 'AbortError' });
    open();
    expect((await Promise.all(others)).map(serial)).toEqual(['1', '1']);
    expect(keycloak.requests).toHaveLength(1);
  });

  it('renews once after a 401, for all whose token was rejected', async () => {
    const keycloak = await startKeycloak();
    const tokens = source(keycloak);
    const old = (await tokens.token(never)) ?? '';
    const renewed = await Promise.all([tokens.renew(old, never), tokens.renew(old, never)]);
    expect(renewed.map(serial)).toEqual(['2', '2']);
    expect(serial(await tokens.renew(old, never))).toBe('2');
    expect(keycloak.requests).toHaveLength(2);
  });

  it('has no other token when the server issues the same again', async () => {
    const keycloak = await startKeycloak();
    keycloak.override = (response) =>
      json(response, 200, { access_token: 'opaque-1', token_type: 'Bearer', expires_in: 60 });
    const tokens = source(keycloak);
    expect(await tokens.token(never)).toBe('opaque-1');
    expect(await tokens.renew('opaque-1', never)).toBeUndefined();
  });

  it('serves the old token until its expiry when Keycloak fails in passing', async () => {
    const keycloak = await startKeycloak();
    keycloak.expiresIn = 300;
    let now = 0;
    const tokens = source(keycloak, { now: () => now });
    await tokens.token(never);
    keycloak.override = (response) => json(response, 503, {});
    now = 299_999;
    expect(serial(await tokens.token(never))).toBe('1');
    now = 300_000;
    await expect(tokens.token(never)).rejects.toMatchObject({
      code: 'unavailable',
      status: 503,
      mayHaveRun: false,
    });
    keycloak.override = undefined;
    expect(serial(await tokens.token(never))).toBe('4');
  });
});

describe('client credentials that fail', () => {
  it('name the client and never the secret when Keycloak refuses it', async () => {
    const keycloak = await startKeycloak();
    const tokens = source(keycloak, { clientSecret: 'wrong-secret' });
    const error: unknown = await tokens.token(never).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: 'unauthorized',
      status: 401,
      message:
        'Keycloak refuses the client "mcp" in realm "aegis-system": unauthorized_client: Invalid client or Invalid client credentials.',
      next: 'Check client id and secret, and that service accounts are enabled for the client.',
      details: { reason: 'unauthorized_client' },
    });
    expect(JSON.stringify(error)).not.toContain('wrong-secret');
  });

  it('mask a secret that Keycloak echoes', async () => {
    const keycloak = await startKeycloak();
    keycloak.override = (response) =>
      json(response, 400, { error: 'invalid_request', error_description: 'bad s3cret-value' });
    await expect(source(keycloak).token(never)).rejects.toMatchObject({
      message: 'Keycloak refuses the client "mcp" in realm "aegis-system": invalid_request: bad [redacted].',
    });
  });

  it('understand a 401 that carries only a challenge', async () => {
    const keycloak = await startKeycloak();
    keycloak.override = (response) => {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    };
    await expect(source(keycloak).token(never)).rejects.toMatchObject({
      code: 'unauthorized',
      message: 'Keycloak refuses the client "mcp" in realm "aegis-system".',
    });
  });

  it('name a realm that does not exist', async () => {
    const keycloak = await startKeycloak();
    await expect(source(keycloak, { realm: 'no such' }).token(never)).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: `Keycloak has no realm "no such" (${keycloak.url}/realms/no%20such is HTTP 404).`,
    });
  });

  it('name a provider that cannot be reached', async () => {
    const keycloak = await startKeycloak();
    const keycloakUrl = `http://127.0.0.1:${await freePort()}`;
    await expect(source(keycloak, { keycloakUrl }).token(never)).rejects.toMatchObject({
      code: 'unreachable',
      mayHaveRun: false,
      message: `No token from Keycloak: Nothing accepts connections at ${keycloakUrl}.`,
      next: 'Start Keycloak or correct its URL.',
    });
  });

  it('name a provider that knows itself by another name, and ask it again next time', async () => {
    const keycloak = await startKeycloak();
    keycloak.issuer = 'https://auth.example.com/realms/aegis-system';
    const tokens = source(keycloak);
    await expect(tokens.token(never)).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: `The provider at ${keycloak.url}/realms/aegis-system calls itself https://auth.example.com/realms/aegis-system.`,
    });
    keycloak.issuer = undefined;
    expect(serial(await tokens.token(never))).toBe('1');
  });

  it('do not follow discovery off this machine without TLS', async () => {
    const keycloak = await startKeycloak();
    keycloak.tokenEndpoint = 'http://auth.example.com/token';
    await expect(source(keycloak).token(never)).rejects.toMatchObject({
      code: 'invalid_configuration',
      message:
        'No token from Keycloak: The token endpoint that Keycloak names is neither https nor on this machine: the client secret would travel in the clear.',
    });
    expect(keycloak.requests).toEqual([]);
  });

  it.each<[string, (response: Parameters<typeof json>[0]) => void, string]>([
    [
      'HTML',
      (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
      'bad_response',
    ],
    ['no token', (response) => json(response, 200, {}), 'bad_response'],
    ['too many requests', (response) => json(response, 429, {}), 'rate_limited'],
    ['a broken connection', (response) => response.destroy(), 'connection_lost'],
  ])('decode %s', async (_title, override, code) => {
    const keycloak = await startKeycloak();
    keycloak.override = override;
    await expect(source(keycloak).token(never)).rejects.toMatchObject({ code, mayHaveRun: false });
  });

  it.each([
    'http://auth.example.com',
    'ftp://127.0.0.1',
    'nonsense',
    'https://u:p@auth.example.com',
    'https://x/?a=b',
  ])('refuse the Keycloak URL %s', (keycloakUrl) => {
    const options = { keycloakUrl, realm: 'r', clientId: 'c', clientSecret: 's' };
    expect(() => createClientCredentials(options)).toThrow(
      expect.objectContaining({ code: 'invalid_configuration' }),
    );
  });
});
