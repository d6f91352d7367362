import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.js';
import {
  type Answer,
  type Call,
  caller,
  request,
  shareSandbox,
  useDirectory,
  useSandbox,
} from './_sandbox.js';
import { createClock } from './identity/_provider.js';

const CONSUMER = { user: 'pro@sandbox.local' };
const ID = '00000000-0000-4000-8000-000000000000';

const create = async (call: Call, given: object = {}) =>
  (await call('POST', '/v1/api-keys', { json: { name: 'ci', scopes: ['agent:list'], ...given } })).json;

const validate = (url: string, authorization?: string): Promise<Answer> =>
  request(`${url}/v1/api-keys/validate`, 'POST', {
    headers: authorization === undefined ? {} : { authorization },
  });

describe('the real server', () => {
  const live = shareSandbox();
  const consumer = () => caller(live(), CONSUMER);

  test('shows a key once', async () => {
    const call = await consumer();
    const json = { name: 'ci', scopes: ['agent:list', 'anything'], expires_at: '2999-01-01T01:00:00+01:00' };
    const answer = await call('POST', '/v1/api-keys', { json });
    expect(answer.status).toBe(201);
    expect(answer.json).toEqual({
      id: expect.any(String),
      name: 'ci',
      key: expect.stringMatching(/^aegis_[0-9a-zA-Z]{40}$/),
      scopes: ['agent:list', 'anything'],
      expires_at: '2999-01-01T00:00:00.000Z',
      created_at: expect.any(String),
    });
    const listed = await call('GET', '/v1/api-keys');
    expect(listed.text).not.toContain(answer.json.key);
    expect(listed.json.api_keys[0]).toEqual({
      id: answer.json.id,
      name: 'ci',
      scopes: ['agent:list', 'anything'],
      expires_at: '2999-01-01T00:00:00.000Z',
      last_used_at: null,
      created_at: answer.json.created_at,
      status: 'active',
    });
  });

  test('resolves a key to its identity, without a token, and notes the use', async () => {
    const call = await consumer();
    const { id, key } = await create(call);
    const answer = await validate(live().url, `Bearer ${key}`);
    expect([answer.status, answer.json]).toEqual([
      200,
      {
        user_id: '5b0c5a5e-0a54-4b9c-8f57-6a3a1f0d0022',
        tenant_id: 'u-5b0c5a5e0a544b9c8f576a3a1f0d0022',
        aegis_role: null,
        scopes: ['agent:list'],
        zaru_tier: 'pro',
      },
    ]);
    const [used] = (await call('GET', '/v1/api-keys')).json.api_keys;
    expect([used.id, used.last_used_at]).toEqual([id, expect.any(String)]);
  });

  test('resolves an operator’s key, and the fixed ones', async () => {
    const { key } = await create(await caller(live(), { user: 'admin' }), { scopes: [] });
    expect((await validate(live().url, `Bearer ${key}`)).json).toMatchObject({
      tenant_id: 'aegis-system',
      aegis_role: 'aegis:admin',
      scopes: [],
      zaru_tier: null,
    });
    expect((await validate(live().url, 'Bearer aegis_sandbox_consumer')).json).toMatchObject({
      zaru_tier: 'free',
    });
  });

  test.each([undefined, 'aegis_x', 'Bearer x', 'bearer aegis_x', 'Bearer aegis_unknown', 'Basic YTpi'])(
    'validates %s as 401 JSON',
    async (authorization) => {
      const answer = await validate(live().url, authorization);
      expect([answer.status, answer.json]).toEqual([401, { error: expect.any(String) }]);
    },
  );

  test('a revoked key is listed and of no use; revoking again is 404', async () => {
    const call = await consumer();
    const { id, key } = await create(call);
    const revoked = await call('DELETE', `/v1/api-keys/${id.toUpperCase()}`);
    expect([revoked.status, revoked.json]).toEqual([200, { message: 'API key revoked' }]);
    expect((await validate(live().url, `Bearer ${key}`)).status).toBe(401);
    const again = await call('DELETE', `/v1/api-keys/${id}`);
    expect([again.status, again.json]).toEqual([404, { error: 'API key not found' }]);
    const [listed] = (await call('GET', '/v1/api-keys')).json.api_keys;
    expect([listed.id, listed.status]).toEqual([id, 'revoked']);
  });

  test('lists the caller’s own keys, newest first; others’ are 404', async () => {
    const business = await caller(live(), { user: 'business@sandbox.local' });
    const enterprise = await caller(live(), { user: 'enterprise@sandbox.local' });
    const first = await create(business);
    const second = await create(business);
    const ids = (await business('GET', '/v1/api-keys')).json.api_keys.map(({ id }: { id: string }) => id);
    expect(ids).toEqual([second.id, first.id]);
    expect((await enterprise('GET', '/v1/api-keys')).json).toEqual({ api_keys: [] });
    expect((await enterprise('DELETE', `/v1/api-keys/${first.id}`)).status).toBe(404);
  });

  test.each([
    [422, { name: 'x' }],
    [422, { name: 'x', scopes: 'all' }],
    [422, { name: 'x', scopes: [1] }],
    [422, { name: 7, scopes: [] }],
    [422, { name: 'x', scopes: [], expires_at: 'tomorrow' }],
    [422, { name: 'x', scopes: [], expires_at: '2026-01-01' }],
    [422, []],
    [400, { name: '', scopes: [] }],
    [400, { name: 'x'.repeat(65), scopes: [] }],
    [400, { name: 'ü'.repeat(33), scopes: [] }],
    [201, { name: 'ü'.repeat(32), scopes: [], expires_at: null, extra: true }],
  ])('answers %i to %j', async (status, json) => {
    const call = await consumer();
    expect((await call('POST', '/v1/api-keys', { json })).status).toBe(status);
  });

  test.each([
    ['GET', '/v1/api-keys', 'key:list', {}],
    ['POST', '/v1/api-keys', 'key:create', { json: { name: 'x', scopes: [] } }],
    ['DELETE', `/v1/api-keys/${ID}`, 'key:revoke', {}],
  ])('%s %s needs %s', async (method, path, required, options) => {
    const call = await caller(live(), { ...CONSUMER, scopes: ['key:read'] });
    const answer = await call(method, path, options);
    expect([answer.status, answer.json]).toEqual([403, { error: 'insufficient_scope', required }]);
  });

  test('a created key attests, and opens no other door', async () => {
    const call = await consumer();
    const { id, key } = await create(call);
    const headers = { authorization: `Bearer ${key}` };
    const { publicKey } = generateKeyPairSync('ed25519');
    const public_key = publicKey.export({ type: 'spki', format: 'pem' });
    const json = { public_key, security_context: 'zaru-free' };
    const attest = () => request(`${live().url}/v1/seal/attest`, 'POST', { json, headers });
    expect((await attest()).status).toBe(200);
    const agents = await request(`${live().url}/v1/agents`, 'GET', { headers });
    expect([agents.status, agents.text]).toEqual([401, 'Unauthorized']);
    await call('DELETE', `/v1/api-keys/${id}`);
    expect((await attest()).status).toBe(401);
  });

  test('keys created at once are all different and all there', async () => {
    const call = await caller(live(), { user: 'free@sandbox.local' });
    const keys = await Promise.all(Array.from({ length: 20 }, () => create(call)));
    expect(new Set(keys.map(({ key }) => key)).size).toBe(20);
    expect((await call('GET', '/v1/api-keys')).json.api_keys).toHaveLength(20);
  });
});

test('an expired key is of no use', async () => {
  const clock = createClock();
  const sandbox = await useSandbox({ clock });
  const call = await caller(sandbox, CONSUMER);
  const expires_at = new Date(clock.now().getTime() + 60_000).toISOString();
  const { key } = await create(call, { expires_at });
  expect((await validate(sandbox.url, `Bearer ${key}`)).status).toBe(200);
  clock.advance(61);
  expect((await validate(sandbox.url, `Bearer ${key}`)).status).toBe(401);
});

test('keys and their revocation survive a restart', async () => {
  const data = useDirectory();
  const before = await startSandbox({ data });
  const call = await caller(before, CONSUMER);
  const [kept, dropped] = [await create(call), await create(call)];
  await call('DELETE', `/v1/api-keys/${dropped.id}`);
  await before.close();
  const { url } = await useSandbox({ data });
  expect((await validate(url, `Bearer ${kept.key}`)).status).toBe(200);
  expect((await validate(url, `Bearer ${dropped.key}`)).status).toBe(401);
});

test('the published reference: api_key, scopes as one likes, last_used', async () => {
  const sandbox = await useSandbox({ dialect: 'documented' });
  const call = await caller(sandbox);
  const created = await call('POST', '/v1/api-keys', { json: { name: 'ci-pipeline' } });
  const { id, api_key, created_at } = created.json;
  const key = { id, name: 'ci-pipeline', scopes: [], expires_at: null, created_at };
  expect(created.json).toEqual({ ...key, api_key: expect.stringMatching(/^aegis_[0-9a-zA-Z]{40}$/) });
  expect((await call('GET', '/v1/api-keys')).json).toEqual({
    api_keys: [{ ...key, last_used: null, status: 'active' }],
  });
  expect((await validate(sandbox.url, `Bearer ${api_key}`)).status).toBe(200);
  expect((await call('DELETE', `/v1/api-keys/${id}`)).json).toEqual({ status: 'revoked' });
  const again = await call('DELETE', `/v1/api-keys/${id}`);
  expect([again.status, again.json]).toEqual([404, { error: 'API key not found' }]);
  const wrong = await call('POST', '/v1/api-keys', { json: { name: '' } });
  expect([wrong.status, wrong.json]).toEqual([422, { error: expect.any(String) }]);
});
