/** What the live sandbox answers for API keys, held against the contract. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.js';
import { Asker } from '../_ask.js';
import { Judge } from '../_contract.js';

const NOBODY = '00000000-0000-4000-8000-000000000000';
const REQUEST = { name: 'ci', scopes: ['agent:list'], expires_at: '2999-01-01T00:00:00Z' };

let sandbox: Sandbox;
let asker: Asker;
const bearers = { scopeless: '', noDatabase: '', fault: '' };
beforeAll(async () => {
  sandbox = await startSandbox({ pace: 0 });
  const bearer = async (options: Parameters<Sandbox['issueToken']>[0]) =>
    `Bearer ${await sandbox.issueToken(options)}`;
  bearers.scopeless = await bearer({ user: 'free@sandbox.local', scopes: [] });
  bearers.noDatabase = await bearer({ realm: 'zaru-consumer', tenant: 'sandbox-no-database' });
  bearers.fault = await bearer({ realm: 'zaru-consumer', tenant: 'sandbox-database-fault' });
  asker = new Asker(new Judge('orchestrator'), sandbox.url, await bearer({ user: 'pro@sandbox.local' }));
});
afterAll(() => sandbox.close());

const ask: Asker['ask'] = (...asking) => asker.ask(...asking);
const post: Asker['post'] = (...asking) => asker.post(...asking);

it('keys', async () => {
  const { id } = await post(201, '/v1/api-keys', REQUEST);
  await post(201, '/v1/api-keys', { name: 'x', scopes: [] });
  await post(400, '/v1/api-keys', { name: '', scopes: [] });
  await ask(400, 'POST', '/v1/api-keys', { body: '{' });
  await ask(415, 'POST', '/v1/api-keys', { body: '{}', type: 'text/plain' });
  await post(422, '/v1/api-keys', { name: 'x' });
  await ask(413, 'POST', '/v1/api-keys', { body: ' '.repeat(2 * 1024 * 1024 + 1) });
  await asker.get(200, '/v1/api-keys');
  await ask(200, 'DELETE', `/v1/api-keys/${id}`);
  await ask(404, 'DELETE', `/v1/api-keys/${id}`);
  await ask(400, 'DELETE', '/v1/api-keys/ci');
  await asker.get(200, '/v1/api-keys');
});

it('validation', async () => {
  const validate = (status: number, key: string) =>
    ask(status, 'POST', '/v1/api-keys/validate', { authorization: key === '' ? '' : `Bearer ${key}` });
  const { key } = await post(201, '/v1/api-keys', REQUEST);
  await validate(200, key);
  await validate(200, 'aegis_sandbox_operator');
  await validate(401, 'aegis_unknown');
  await validate(401, '');
  await validate(500, 'aegis_sandbox_database_fault');
  await validate(503, 'aegis_sandbox_no_database');
});

it.each([
  ['GET', '/v1/api-keys', undefined],
  ['POST', '/v1/api-keys', REQUEST],
  ['DELETE', `/v1/api-keys/${NOBODY}`, undefined],
])('who may not, and a server without its database: %s %s', async (method, path, json) => {
  await ask(401, method, path, { json, authorization: '' });
  await ask(403, method, path, { json, authorization: bearers.scopeless });
  await ask(403, method, path, { json, headers: { 'x-tenant-id': 'acme' } });
  await ask(503, method, path, { json, authorization: bearers.noDatabase });
  await ask(500, method, path, { json, authorization: bearers.fault });
});

it('sees every announced status', () => {
  const operations = ['listApiKeys', 'createApiKey', 'revokeApiKey', 'validateApiKey'];
  // 402 is the answer to the team of a suspended subscription, which is the colony's to make.
  expect(asker.unseen(operations)).toEqual(['listApiKeys 402', 'createApiKey 402', 'revokeApiKey 402']);
});
