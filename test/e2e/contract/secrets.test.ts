/** What the live sandbox answers for secrets, held against the contract. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.js';
import { Asker } from '../_ask.js';
import { Judge } from '../_contract.js';

let sandbox: Sandbox;
let asker: Asker;
let serviceAccount: string;
beforeAll(async () => {
  sandbox = await startSandbox({ pace: 0 });
  serviceAccount = `Bearer ${await sandbox.issueToken()}`;
  const operator = `Bearer ${await sandbox.issueToken({ user: 'operator' })}`;
  asker = new Asker(new Judge('orchestrator'), sandbox.url, operator);
});
afterAll(() => sandbox.close());

const ask: Asker['ask'] = (...asking) => asker.ask(...asking);

it('secrets', async () => {
  const path = '/v1/secrets/app%2Fdb';
  await ask(200, 'PUT', path, { json: { data: { user: 'a', port: 5432 } } });
  await ask(400, 'PUT', path, { json: { value: 'x' } });
  await asker.get(200, path);
  await asker.get(501, '/v1/secrets');
  await ask(200, 'DELETE', path);
  await asker.get(404, path);
});

it.each(['GET', 'PUT', 'DELETE'])('who may not, and a store that fails: %s', async (method) => {
  const path = '/v1/secrets/sandbox%2Fvault-fault';
  await ask(401, method, path, { authorization: '' });
  await ask(403, method, path, { authorization: serviceAccount });
  await ask(500, method, path);
});

it('who may not list', async () => {
  await ask(401, 'GET', '/v1/secrets', { authorization: '' });
  await ask(403, 'GET', '/v1/secrets', { authorization: serviceAccount });
});

it('sees every announced status', () => {
  expect(asker.unseen(['listSecrets', 'getSecret', 'writeSecret', 'deleteSecret'])).toEqual([
    // Listing stops before it could fail.
    'listSecrets 500',
    // Only of a path with raw slashes, which is no path of the contract.
    'deleteSecret 404',
  ]);
});
