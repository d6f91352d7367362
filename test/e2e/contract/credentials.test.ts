/** What the live sandbox answers for credentials, held against the contract. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.js';
import { Asker } from '../_ask.js';
import { Judge } from '../_contract.js';

const BASE = '/v1/credentials';
const NOBODY = '00000000-0000-4000-8000-000000000000';
const STORED = { provider: 'openai', label: 'main', value: 'sk-1', credential_type: 'secret' };
const REDIRECT = { redirect_uri: 'https://app.example.com/oauth/callback' };

let sandbox: Sandbox;
let asker: Asker;
const bearers = { operator: '', noDatabase: '', fault: '' };
beforeAll(async () => {
  sandbox = await startSandbox({ pace: 0 });
  const bearer = async (options: Parameters<Sandbox['issueToken']>[0]) =>
    `Bearer ${await sandbox.issueToken(options)}`;
  bearers.operator = await bearer({ user: 'operator' });
  bearers.noDatabase = await bearer({ realm: 'zaru-consumer', tenant: 'sandbox-no-database' });
  bearers.fault = await bearer({ realm: 'zaru-consumer', tenant: 'sandbox-database-fault' });
  asker = new Asker(new Judge('orchestrator'), sandbox.url, await bearer({ user: 'free@sandbox.local' }));
});
afterAll(() => sandbox.close());

const ask: Asker['ask'] = (...asking) => asker.ask(...asking);
const get: Asker['get'] = (...asking) => asker.get(...asking);
const post: Asker['post'] = (...asking) => asker.post(...asking);

it('bindings', async () => {
  const { id } = await post(201, `${BASE}/api-keys`, STORED);
  const types = ['variable', 'service_account', 'oauth2'];
  const providers = ['anthropic', 'github', 'google', 'acme'];
  for (const credential_type of types) await post(201, `${BASE}/api-keys`, { ...STORED, credential_type });
  for (const provider of providers) {
    await post(201, `${BASE}/api-keys`, { ...STORED, provider, scope: `team:${NOBODY}` });
  }
  await post(400, `${BASE}/api-keys`, { ...STORED, scope: 'world' });
  await get(200, BASE);
  await get(200, `${BASE}/${id}`);
  await get(400, `${BASE}/main`);
  await get(404, `${BASE}/${NOBODY}`);
  await post(200, `${BASE}/${id}/rotate`, { value: 'sk-2' });
  await post(400, `${BASE}/${id}/rotate`, {});
  await post(500, `${BASE}/${NOBODY}/rotate`, { value: 'sk-2' });
  await ask(200, 'DELETE', `${BASE}/${id}`);
  await ask(400, 'DELETE', `${BASE}/main`);
  await ask(500, 'DELETE', `${BASE}/${id}`);
});

it('grants', async () => {
  const { id } = await post(201, `${BASE}/api-keys`, STORED);
  const grants = `${BASE}/${id}/grants`;
  const { grant_id } = await post(201, grants, { target_type: 'agent', target_value: NOBODY });
  await post(201, grants, { target_type: 'workflow', target_value: NOBODY });
  await post(201, grants, { target_type: 'all_agents' });
  await post(400, grants, { target_type: 'agent' });
  await post(500, `${BASE}/${NOBODY}/grants`, { target_type: 'all_agents' });
  await get(200, grants);
  await get(200, `${BASE}/${id}`);
  await get(400, `${BASE}/main/grants`);
  await get(404, `${BASE}/${NOBODY}/grants`);
  await ask(200, 'DELETE', `${grants}/${grant_id}`);
  await ask(400, 'DELETE', `${grants}/first`);
  await ask(500, 'DELETE', `${grants}/${grant_id}`);
});

it('OAuth and device flows', async () => {
  const start = `${BASE}/oauth/initiate`;
  const callback = `${BASE}/oauth/callback`;
  const { authorization_url, state } = await post(200, start, { provider: 'github', ...REDIRECT });
  await get(200, BASE);
  await post(400, start, { provider: 'github' });
  await post(500, start, { provider: 'openai', ...REDIRECT });
  const { headers } = await fetch(authorization_url, { redirect: 'manual' });
  const { searchParams } = new URL(headers.get('location') ?? '');
  await get(400, `${callback}?state=${state}`);
  await get(200, `${callback}?state=${searchParams.get('state')}&code=${searchParams.get('code')}`);
  await get(400, `${callback}?state=${state}&code=1`);
  await get(200, BASE);
  const second = await post(200, start, { provider: 'google', ...REDIRECT });
  const poll = `${BASE}/oauth/device/poll`;
  await post(200, poll, { device_code: 'sandbox-approved', provider: 'github' });
  await post(202, poll, { device_code: 'unknown', provider: 'github' });
  await post(500, poll, { device_code: second.state, provider: 'google' });
  await post(400, poll, {});
  await get(500, `${callback}?state=${second.state}&code=1`);
});

const ROUTES = [
  ['GET', '', undefined],
  ['POST', '/api-keys', STORED],
  ['POST', '/oauth/initiate', { provider: 'github', ...REDIRECT }],
  ['GET', '/oauth/callback?state=1&code=1', undefined],
  ['POST', '/oauth/device/poll', { device_code: '1', provider: 'github' }],
  ['GET', `/${NOBODY}`, undefined],
  ['DELETE', `/${NOBODY}`, undefined],
  ['POST', `/${NOBODY}/rotate`, { value: '1' }],
  ['GET', `/${NOBODY}/grants`, undefined],
  ['POST', `/${NOBODY}/grants`, { target_type: 'all_agents' }],
  ['DELETE', `/${NOBODY}/grants/${NOBODY}`, undefined],
] as const;

it.each(ROUTES)('who may not, and a server without its database: %s %s', async (method, path, json) => {
  await ask(401, method, BASE + path, { json, authorization: '' });
  await ask(401, method, BASE + path, { json, authorization: 'Bearer aegis_sandbox_consumer' });
  await ask(403, method, BASE + path, { json, headers: { 'x-tenant-id': 'acme' } });
  if (!path.includes('callback')) {
    await ask(403, method, BASE + path, { json, authorization: bearers.operator });
  }
  await ask(503, method, BASE + path, { json, authorization: bearers.noDatabase });
  await ask(500, method, BASE + path, { json, authorization: bearers.fault });
});

it('sees every announced status', () => {
  const operations = [
    ...['listCredentials', 'storeApiKeyCredential', 'oauthInitiate', 'oauthCallback', 'devicePoll'],
    ...['getCredential', 'revokeCredential', 'rotateCredential', 'listGrants', 'addGrant', 'revokeGrant'],
  ];
  // 402 is the answer to the team of a suspended subscription, which is the colony's to make.
  expect(asker.unseen(operations)).toEqual(operations.map((id) => `${id} 402`));
});
