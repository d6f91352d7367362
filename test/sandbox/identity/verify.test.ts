import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { createIdentity, type SandboxIdentity } from '../../../src/sandbox/identity/index.js';
import { createKeyRing } from '../../../src/sandbox/identity/keys.js';
import { openStore } from '../../../src/sandbox/store.js';
import { createClock, createContext } from './_provider.js';

const BASE = 'http://127.0.0.1:8088';
const UNAUTHORIZED = { refusal: 'Unauthorized' };
const store = openStore(':memory:');
const clock = createClock();
let identity: SandboxIdentity;
beforeAll(async () => {
  identity = await createIdentity(createContext({ store, clock }), () => BASE);
});

type Json = Readonly<Record<string, unknown>>;

const encode = (value: Json) => Buffer.from(JSON.stringify(value)).toString('base64url');

function signRs256(header: Json, claims: Json, key: KeyObject): string {
  const input = `${encode(header)}.${encode(claims)}`;
  return `${input}.${createSign('RSA-SHA256').update(input).sign(key).toString('base64url')}`;
}

/** A token as issued, with some members changed, signed again with the realm's own key. */
async function altered(claims: Json, header: Json = {}): Promise<string> {
  const token = await identity.issueToken();
  const { privateKey } = await createKeyRing(store)('aegis-system');
  const changed = { ...decodeJwt(token), ...claims };
  return signRs256({ ...decodeProtectedHeader(token), ...header }, changed, privateKey);
}

describe('refusals', () => {
  it('names a missing header', async () => {
    expect(await identity.verify(undefined)).toEqual({ refusal: 'Missing Authorization header' });
  });

  it.each(['bearer x', 'Basic x', 'Bearer', ''])('names the format of %j', async (header) => {
    expect(await identity.verify(header)).toEqual({ refusal: 'Invalid Authorization header format' });
  });

  it.each(['Bearer ', 'Bearer nonsense', 'Bearer a.b.c', 'Bearer aegis_sandbox_operator'])(
    'refuses %j',
    async (header) => {
      expect(await identity.verify(header)).toEqual(UNAUTHORIZED);
    },
  );

  const now = () => Math.floor(clock.now().getTime() / 1000);

  it.each([
    ['an expired token', () => altered({ exp: now() - 1 })],
    ['a token without exp', () => altered({ exp: undefined })],
    ['a token that is not valid yet', () => altered({ nbf: now() + 60 })],
    ['another audience', () => altered({ aud: 'account' })],
    ['a foreign issuer', () => altered({ iss: 'https://keycloak.example/realms/aegis-system' })],
    ['an issuer on another port', () => altered({ iss: 'http://127.0.0.1:9/realms/aegis-system' })],
    ['an unknown realm', () => altered({ iss: `${BASE}/realms/master` })],
    ['the issuer of another realm', () => altered({ iss: `${BASE}/realms/zaru-consumer` })],
    ['a token without kid', () => altered({}, { kid: undefined })],
    ['a foreign kid', () => altered({}, { kid: 'other' })],
    ['a system token with neither role nor client', () => altered({ azp: undefined })],
    ['an unknown role', () => altered({ aegis_role: 'aegis:root' })],
  ])('refuses %s', async (_what, token) => {
    expect(await identity.verify(`Bearer ${await token()}`)).toEqual(UNAUTHORIZED);
  });

  it('accepts the same token unaltered', async () => {
    expect(await identity.verify(`Bearer ${await altered({})}`)).toHaveProperty(
      'identity.clientId',
      'aegis-mcp',
    );
  });

  it('refuses a token signed by another key under the known kid', async () => {
    const token = await identity.issueToken();
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const forged = signRs256({ ...decodeProtectedHeader(token) }, decodeJwt(token), privateKey);
    expect(await identity.verify(`Bearer ${forged}`)).toEqual(UNAUTHORIZED);
  });

  it('refuses an unsigned token', async () => {
    const token = await identity.issueToken();
    const header = { ...decodeProtectedHeader(token), alg: 'none' };
    expect(await identity.verify(`Bearer ${encode(header)}.${encode(decodeJwt(token))}.`)).toEqual(
      UNAUTHORIZED,
    );
  });

  it('refuses a token once its time is over', async () => {
    const token = await identity.issueToken({ expiresIn: 33 });
    expect(await identity.verify(`Bearer ${token}`)).toHaveProperty('identity');
    clock.advance(34);
    expect(await identity.verify(`Bearer ${token}`)).toEqual(UNAUTHORIZED);
  });
});

describe('identities', () => {
  it.each([
    [{}, { kind: 'service_account', realm: 'aegis-system', tenant: 'aegis-system', clientId: 'aegis-mcp' }],
    [{ user: 'operator' }, { kind: 'operator', role: 'aegis:operator', tenant: 'aegis-system' }],
    [{ role: 'aegis:readonly' }, { kind: 'operator', role: 'aegis:readonly', clientId: 'aegis-mcp' }],
    [
      { user: 'pro@sandbox.local' },
      { kind: 'consumer', tier: 'pro', realm: 'zaru-consumer', tenant: 'u-5b0c5a5e0a544b9c8f576a3a1f0d0022' },
    ],
    [
      { user: 'pro@sandbox.local', realm: 'zaru-consumer', tenant: 'acme' },
      { kind: 'consumer', tenant: 'acme' },
    ],
    [{ tenant: 'acme' }, { kind: 'tenant_user', realm: 'tenant-acme', tenant: 'acme', role: undefined }],
  ])('%j is %j', async (options, expected) => {
    const result = await identity.verify(`Bearer ${await identity.issueToken(options)}`);
    expect(result).toHaveProperty('identity');
    expect(Object(result).identity).toMatchObject(expected);
  });

  it('carries exactly the scopes asked for', async () => {
    const token = await identity.issueToken({ scopes: ['agent:list'] });
    expect(await identity.verify(`Bearer ${token}`)).toHaveProperty(
      'identity.scopes',
      new Set(['agent:list']),
    );
  });

  it('defaults a consumer without tier claim to free', async () => {
    const { privateKey, kid } = await createKeyRing(store)('zaru-consumer');
    const { zaru_tier, ...claims } = decodeJwt(await identity.issueToken({ user: 'business@sandbox.local' }));
    const token = signRs256({ alg: 'RS256', typ: 'JWT', kid }, claims, privateKey);
    expect(zaru_tier).toBe('business');
    expect(await identity.verify(`Bearer ${token}`)).toHaveProperty('identity.tier', 'free');
  });

  it('resolves API keys only where asked for', async () => {
    expect(await identity.verifyApiKey('aegis_sandbox_operator')).toMatchObject({ kind: 'operator' });
    expect(await identity.verifyApiKey('aegis_sandbox_consumer')).toMatchObject({
      kind: 'consumer',
      tier: 'free',
    });
    expect(await identity.verifyApiKey('aegis_unknown')).toBeUndefined();
  });

  it.each([{ realm: 'master' }, { client: 'nobody' }, { user: 'nobody' }, { tenant: 'Not A Slug' }])(
    'has no token for %j',
    async (options) => {
      await expect(identity.issueToken(options)).rejects.toThrow(/has no (realm|client|user) "/);
    },
  );
});

it('keeps the keys in the store: a token survives a restart at the same address', async () => {
  const token = await identity.issueToken();
  const restarted = await createIdentity(createContext({ store, clock }), () => BASE);
  expect(await restarted.verify(`Bearer ${token}`)).toHaveProperty('identity.clientId', 'aegis-mcp');
});

it('takes tokens whose issuer names the sandbox by another loopback name', async () => {
  const local = await createIdentity(createContext({ store, clock }), () => 'http://localhost:8088');
  const token = await local.issueToken();
  expect(await identity.verify(`Bearer ${token}`)).toHaveProperty('identity.kind', 'service_account');
});

it('names its issuers', () => {
  expect(identity.issuer('tenant-acme')).toBe('http://127.0.0.1:8088/realms/tenant-acme');
});
