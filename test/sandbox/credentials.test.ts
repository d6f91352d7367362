import { describe, expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.js';
import { type Call, caller, deploy, shareSandbox, useDirectory, useSandbox } from './_sandbox.js';

const BASE = '/v1/credentials';
const NOBODY = '00000000-0000-4000-8000-000000000000';
const TEAM = '6f1c2f3e-0b52-4d55-9b0f-2f0f5a1f6f11';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const FREE = { user: 'free@sandbox.local' };
const STORED = { provider: 'openai', label: 'main', value: 'sk-secret', credential_type: 'secret' };
const KIB_64 = 64 * 1024;

const store = async (call: Call, given: object = {}): Promise<string> => {
  const answer = await call('POST', `${BASE}/api-keys`, { json: { ...STORED, ...given } });
  expect(answer.status).toBe(201);
  return answer.json.id;
};

describe('the real server', () => {
  const live = shareSandbox();
  const consumer = () => caller(live(), FREE);
  const member = (tenant: string) => caller(live(), { realm: 'zaru-consumer', tenant });

  test('stores a value and shows everything but it', async () => {
    const call = await consumer();
    const stored = await call('POST', `${BASE}/api-keys`, { json: STORED });
    expect([stored.status, stored.json]).toEqual([201, { id: expect.stringMatching(UUID) }]);
    const { id } = stored.json;
    const answer = await call('GET', `${BASE}/${id.toUpperCase()}`);
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      credential: {
        id,
        owner_user_id: '5b0c5a5e-0a54-4b9c-8f57-6a3a1f0d0021',
        tenant_id: 'u-5b0c5a5e0a544b9c8f576a3a1f0d0021',
        credential_type: 'secret',
        provider: 'open_a_i',
        secret_path: {
          namespace: 'u-5b0c5a5e0a544b9c8f576a3a1f0d0021',
          mount_point: 'kv',
          path: `credentials/${id}`,
          tenant_id: 'u-5b0c5a5e0a544b9c8f576a3a1f0d0021',
        },
        scope: 'personal',
        status: 'active',
        metadata: {
          label: 'main',
          tags: null,
          service_url: null,
          external_account_id: null,
          oauth_scopes: null,
        },
        grants: [],
        created_at: expect.any(String),
        updated_at: expect.any(String),
      },
    });
    expect(answer.text).not.toContain('sk-secret');
  });

  test.each([
    [{ provider: 'openai' }, { provider: 'open_a_i' }],
    [{ provider: 'anthropic' }, { provider: 'anthropic' }],
    [{ provider: 'github' }, { provider: 'git_hub' }],
    [{ provider: 'google' }, { provider: 'google' }],
    [{ provider: 'OpenAI' }, { provider: { custom: 'OpenAI' } }],
    [{ provider: '__proto__' }, { provider: { custom: '__proto__' } }],
    [{ credential_type: 'variable' }, { credential_type: 'variable' }],
    [{ credential_type: 'service_account' }, { credential_type: 'service_account' }],
    [{ credential_type: 'oauth2' }, { credential_type: 'o_auth2' }],
    [{ scope: null }, { scope: 'personal' }],
    [{ scope: `team:${TEAM}` }, { scope: { team: { team_id: TEAM } } }],
  ])('takes %j and shows %j', async (given, shown) => {
    const call = await consumer();
    const id = await store(call, given);
    expect((await call('GET', `${BASE}/${id}`)).json.credential).toMatchObject(shown);
  });

  test.each([
    ['no body', ''],
    ['no JSON', '{'],
    ['a list', '[]'],
    ['the published reference’s body', '{"name":"n","provider":"github","api_key":"k"}'],
    ['the published SDK’s body', '{"provider":"github","api_key_value":"k","metadata":{}}'],
    ['an empty provider', JSON.stringify({ ...STORED, provider: '' })],
    ['an unknown type', JSON.stringify({ ...STORED, credential_type: 'o_auth2' })],
    ['an unknown scope', JSON.stringify({ ...STORED, scope: 'team:mine' })],
    ['a number as value', JSON.stringify({ ...STORED, value: 7 })],
    ['more than 64 KiB', JSON.stringify({ ...STORED, value: 'x'.repeat(KIB_64) })],
    ['more than 2 MiB', 'x'.repeat(3 * 1024 * 1024)],
  ])('refuses %s with 400 JSON, and stores nothing', async (_title, body) => {
    const call = await member('refused');
    const answer = await call('POST', `${BASE}/api-keys`, { body });
    expect([answer.status, answer.json]).toEqual([400, { error: expect.any(String) }]);
    expect((await call('GET', BASE)).json).toEqual({ credentials: [], count: 0 });
  });

  test('refuses what is not UTF-8 with 400 JSON', async () => {
    const authorization = `Bearer ${await live().issueToken(FREE)}`;
    const body = Buffer.from(
      '{"provider":"\xff","label":"l","value":"v","credential_type":"secret"}',
      'latin1',
    );
    const url = `${live().url}${BASE}/api-keys`;
    const answer = await fetch(url, { method: 'POST', body, headers: { authorization } });
    expect([answer.status, await answer.json()]).toEqual([400, { error: 'Invalid JSON: invalid UTF-8' }]);
  });

  test('takes any content type', async () => {
    const call = await consumer();
    const headers = { 'content-type': 'text/plain' };
    const answer = await call('POST', `${BASE}/api-keys`, { body: JSON.stringify(STORED), headers });
    expect(answer.status).toBe(201);
  });

  test('lists the caller’s own, oldest first', async () => {
    const [acme, globex] = [await member('acme'), await member('globex')];
    const ids = [await store(acme), await store(acme)];
    const listed = (await acme('GET', BASE)).json;
    expect(listed.count).toBe(2);
    expect(listed.credentials.map(({ id }: { id: string }) => id)).toEqual(ids);
    expect((await globex('GET', BASE)).json).toEqual({ credentials: [], count: 0 });
  });

  test('lets whoever knows the id act on it', async () => {
    const id = await store(await consumer());
    const stranger = await caller(live(), { tenant: 'strangers' });
    expect((await stranger('GET', `${BASE}/${id}`)).status).toBe(200);
    const rotated = await stranger('POST', `${BASE}/${id}/rotate`, { json: { value: 'new' } });
    expect(rotated.json).toEqual({ status: 'rotated', id });
    expect((await stranger('DELETE', `${BASE}/${id}`)).json).toEqual({ status: 'revoked', id });
  });

  test('revoking drops the binding with its grants; a second time is 500', async () => {
    const call = await consumer();
    const id = await store(call);
    await call('POST', `${BASE}/${id}/grants`, { json: { target_type: 'all_agents' } });
    expect((await call('DELETE', `${BASE}/${id}`)).status).toBe(200);
    expect((await call('GET', `${BASE}/${id}`)).status).toBe(404);
    expect((await call('GET', `${BASE}/${id}/grants`)).status).toBe(404);
    const again = await call('DELETE', `${BASE}/${id}`);
    expect([again.status, again.json]).toEqual([500, { error: expect.any(String) }]);
  });

  test('grants to agents, workflows and all agents, existing or not, twice as well', async () => {
    const call = await consumer();
    const id = await store(call);
    const grant = async (json: object) =>
      (await call('POST', `${BASE}/${id}/grants`, { json })).json.grant_id;
    const agent = await grant({ target_type: 'agent', target_value: NOBODY });
    const workflow = await grant({ target_type: 'workflow', target_value: NOBODY.replaceAll('-', '') });
    const all = await grant({ target_type: 'all_agents', target_value: 'ignored' });
    const twin = await grant({ target_type: 'all_agents' });
    const common = {
      binding_id: id,
      granted_at: expect.any(String),
      granted_by: '5b0c5a5e-0a54-4b9c-8f57-6a3a1f0d0021',
    };
    const grants = [
      { id: agent, target: { kind: 'agent', agent_id: NOBODY }, ...common },
      { id: workflow, target: { kind: 'workflow', workflow_id: NOBODY }, ...common },
      { id: all, target: { kind: 'all_agents' }, ...common },
      { id: twin, target: { kind: 'all_agents' }, ...common },
    ];
    expect((await call('GET', `${BASE}/${id}/grants`)).json).toEqual({ grants, count: 4 });
    expect((await call('GET', `${BASE}/${id}`)).json.credential.grants).toEqual(grants);
    const revoked = await call('DELETE', `${BASE}/${id}/grants/${agent}`);
    expect(revoked.json).toEqual({ status: 'revoked', grant_id: agent });
    expect((await call('DELETE', `${BASE}/${id}/grants/${agent}`)).status).toBe(500);
    expect((await call('DELETE', `${BASE}/${NOBODY}/grants/${all}`)).status).toBe(500);
    expect((await call('GET', `${BASE}/${id}/grants`)).json.count).toBe(3);
  });

  test.each([
    [400, { target_type: 'agent' }],
    [400, { target_type: 'workflow', target_value: 'by-name' }],
    [400, { target_type: 'everyone' }],
    [400, { agent_id: NOBODY, permission_type: 'read' }],
    [400, {}],
  ])('answers %i to a grant of %j', async (status, json) => {
    const call = await consumer();
    const id = await store(call);
    expect((await call('POST', `${BASE}/${id}/grants`, { json })).status).toBe(status);
  });

  test.each([
    ['a service account', {}],
    ['an operator', { user: 'admin' }],
  ])('refuses %s with 403, also before a bad body', async (_who, options) => {
    const call = await caller(live(), options);
    expect((await call('GET', BASE)).status).toBe(403);
    expect((await call('GET', `${BASE}/no-uuid`)).status).toBe(403);
    expect((await call('POST', `${BASE}/api-keys`, { body: '{' })).status).toBe(403);
    const callback = await call('GET', `${BASE}/oauth/callback?state=a&code=b`);
    expect(callback.status).toBe(400);
  });

  test('the paths and verbs of the published Python client do not exist', async () => {
    const call = await consumer();
    expect((await call('POST', `${BASE}/api-key`, { json: STORED })).status).toBe(405);
    expect((await call('POST', `${BASE}/oauth/callback`, { json: {} })).status).toBe(405);
    expect((await call('POST', `${BASE}/device/poll`, { json: {} })).status).toBe(404);
  });

  test('many at once are all kept', async () => {
    const call = await member('burst');
    const ids = await Promise.all(Array.from({ length: 20 }, () => store(call)));
    expect((await call('GET', BASE)).json.count).toBe(20);
    const revoked = await Promise.all(
      [...ids, ...ids].map(async (id) => (await call('DELETE', `${BASE}/${id}`)).status),
    );
    expect(revoked.filter((status) => status === 200)).toHaveLength(20);
    expect(revoked.filter((status) => status === 500)).toHaveLength(20);
  });
});

test('bindings and grants survive a restart', async () => {
  const data = useDirectory();
  const before = await startSandbox({ data });
  const first = await caller(before, FREE);
  const id = await store(first);
  await first('POST', `${BASE}/${id}/grants`, { json: { target_type: 'all_agents' } });
  const listed = (await first('GET', BASE)).json;
  await before.close();
  const second = await caller(await useSandbox({ data }), FREE);
  expect((await second('GET', BASE)).json).toEqual(listed);
});

describe('the published reference', () => {
  const documented = shareSandbox({ dialect: 'documented' });
  const start = () => caller(documented());
  const summary = { id: expect.stringMatching(UUID), status: 'active', last_used: null, scopes: [] };
  const created_at = expect.any(String);

  test('takes the body of the reference and that of the SDK, from any identity', async () => {
    const call = await start();
    const json = { name: 'github-token', provider: 'github', api_key: 'ghp_xxxx' };
    const first = await call('POST', `${BASE}/api-keys`, { json });
    const named = { ...summary, name: 'github-token', provider: 'github', created_at };
    expect([first.status, first.json]).toEqual([201, named]);
    const sdk = { provider: 'openai', api_key_value: 'sk-1', metadata: { team: 'a' } };
    const second = await call('POST', `${BASE}/api-keys`, { json: sdk });
    const unnamed = { ...summary, name: 'openai', provider: 'openai', created_at };
    expect(second.json).toEqual(unnamed);
    expect((await call('GET', BASE)).json).toEqual({ credentials: [first.json, second.json] });
    expect((await call('GET', `${BASE}/${first.json.id}`)).json).toEqual(first.json);
    const answer = await call('DELETE', `${BASE}/${first.json.id}`);
    expect(answer.json).toEqual({ status: 'revoked', id: first.json.id });
    expect((await call('DELETE', `${BASE}/${first.json.id}`)).status).toBe(404);
  });

  test('rotates with a value, or without a body', async () => {
    const call = await start();
    const { id } = (await call('POST', `${BASE}/api-keys`, { json: { provider: 'x', api_key: 'k' } })).json;
    const path = `${BASE}/${id}/rotate`;
    expect((await call('POST', path, { json: { new_value: 'v', provider_params: {} } })).json.id).toBe(id);
    expect((await call('POST', path)).json.id).toBe(id);
    expect((await call('POST', path, { json: { new_value: 7 } })).status).toBe(422);
    expect((await call('POST', `${BASE}/${NOBODY}/rotate`)).status).toBe(404);
  });

  test('grants to agents that exist and workflows by name', async () => {
    const call = await start();
    const { id } = (await call('POST', `${BASE}/api-keys`, { json: { provider: 'x', api_key: 'k' } })).json;
    const agent_id = await deploy(call);
    const definition = {
      initial_state: 'a',
      states: { a: { kind: 'System', command: 'true', transitions: [] } },
    };
    await call('POST', '/v1/workflows', { json: { name: 'nightly', definition } });
    const grant = (json: object) => call('POST', `${BASE}/${id}/grants`, { json });
    const common = { id: expect.stringMatching(UUID), credential_id: id, created_at };
    const first = await grant({ agent_id, permission_type: 'read' });
    expect([first.status, first.json]).toEqual([201, { ...common, agent_id, permission_type: 'read' }]);
    const second = await grant({ workflow_name: 'nightly', permission_type: 'use' });
    expect(second.json).toEqual({ ...common, workflow_name: 'nightly', permission_type: 'use' });
    const third = await grant({});
    expect(third.json).toEqual({ ...common, permission_type: 'use' });
    expect((await call('GET', `${BASE}/${id}/grants`)).json).toEqual({
      grants: [first.json, second.json, third.json],
    });
    expect((await grant({ agent_id: NOBODY })).status).toBe(404);
    expect((await grant({ workflow_name: 'nobody' })).status).toBe(404);
    expect((await grant({ agent_id, workflow_name: 'nightly' })).status).toBe(422);
    const path = `${BASE}/${id}/grants/${first.json.id}`;
    expect((await call('DELETE', path)).json).toEqual({ status: 'revoked', grant_id: first.json.id });
    expect((await call('DELETE', path)).status).toBe(404);
  });

  test('keeps tenants apart, by X-Tenant-Id for service accounts', async () => {
    const call = await start();
    const headers = { 'x-tenant-id': 'acme' };
    const json = { provider: 'x', api_key: 'k' };
    const { id } = (await call('POST', `${BASE}/api-keys`, { json, headers })).json;
    expect((await call('GET', `${BASE}/${id}`)).status).toBe(404);
    expect((await call('GET', `${BASE}/${id}`, { headers })).status).toBe(200);
    const acme = await caller(documented(), { tenant: 'acme' });
    expect((await acme('GET', BASE)).json.credentials).toHaveLength(1);
  });

  test.each([
    { provider: 'x' },
    { api_key: 'k' },
    { provider: '', api_key: 'k' },
    { provider: 'x', api_key: 7 },
    [],
  ])('refuses %j with 422 JSON', async (json) => {
    const answer = await (await start())('POST', `${BASE}/api-keys`, { json });
    expect([answer.status, answer.json]).toEqual([422, { error: expect.any(String) }]);
  });
});
