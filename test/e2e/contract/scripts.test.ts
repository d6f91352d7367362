/** The answers of the live sandbox's script operations, held against the contract of the orchestrator. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.js';
import { Asker } from '../_ask.js';
import { Judge } from '../_contract.js';
import { suspendedTeam } from '../_teams.js';

const NOBODY = '00000000-0000-4000-8000-000000000000';
const TOO_LONG = ' '.repeat(2 * 1024 * 1024 + 1);
const script = { name: 'count', description: 'Counts.', code: 'return 1;', tags: ['text'] };

let sandbox: Sandbox;
let asker: Asker;
let id: string;

beforeAll(async () => {
  sandbox = await startSandbox();
  asker = new Asker(new Judge('orchestrator'), sandbox.url, `Bearer ${await sandbox.issueToken()}`);
  id = (await asker.post(201, '/v1/scripts', script)).id;
});
afterAll(() => sandbox.close());

it('creating, listing, reading, updating and deleting', async () => {
  await asker.get(200, '/v1/scripts?tag=text&q=count');
  await asker.get(200, `/v1/scripts/${id}`);
  await asker.ask(200, 'PUT', `/v1/scripts/${id}`, { json: { ...script, name: 'counter' } });
  const other = await asker.post(201, '/v1/scripts', { ...script, name: 'other' });
  await asker.ask(409, 'PUT', `/v1/scripts/${id}`, { json: { ...script, name: 'other' } });
  await asker.post(409, '/v1/scripts', { ...script, name: 'other' });
  await asker.ask(204, 'DELETE', `/v1/scripts/${other.id}`);
});

it('scripts that are not there, and ids that are none', async () => {
  for (const [status, path] of [
    [404, `/v1/scripts/${NOBODY}`],
    [400, '/v1/scripts/count'],
  ] as const) {
    await asker.get(status, path);
    await asker.ask(status, 'PUT', path, { json: script });
    await asker.ask(status, 'DELETE', path);
  }
});

it.each([
  ['POST', (): string => '/v1/scripts'],
  ['PUT', (): string => `/v1/scripts/${id}`],
] as const)('bodies that %s refuses', async (method, path) => {
  await asker.ask(400, method, path(), { body: '{' });
  await asker.ask(400, method, path(), { json: { ...script, name: 'a/b' } });
  await asker.ask(400, method, path(), { json: { ...script, visibility: 'tenant' } });
  await asker.ask(413, method, path(), { body: TOO_LONG });
  await asker.ask(415, method, path(), { json: script, type: 'text/plain' });
  await asker.ask(422, method, path(), { json: { name: 'x' } });
});

it('the sixth script of a free consumer', async () => {
  const authorization = `Bearer ${await sandbox.issueToken({ user: 'free@sandbox.local' })}`;
  for (const [name, status] of [201, 201, 201, 201, 201, 422].entries()) {
    const json = { ...script, name: `${name}` };
    await asker.ask(status, 'POST', '/v1/scripts', { json, authorization });
  }
});

it('callers without a bearer, a scope, the service, a storage that works, a team that pays', async () => {
  const bearer = async (options: Parameters<Sandbox['issueToken']>[0]) =>
    `Bearer ${await sandbox.issueToken(options)}`;
  const team = await suspendedTeam(sandbox);
  const refused = [
    [401, { authorization: '' }],
    [403, { authorization: await bearer({ scopes: [] }) }],
    [503, { authorization: await bearer({ tenant: 'sandbox-no-database' }) }],
    [500, { authorization: await bearer({ tenant: 'sandbox-database-fault' }) }],
    [402, { authorization: team.authorization, headers: { 'x-tenant-id': team.tenant } }],
  ] as const;
  for (const [status, as] of refused) {
    await asker.ask(status, 'POST', '/v1/scripts', { json: script, ...as });
    await asker.ask(status, 'GET', '/v1/scripts', as);
    await asker.ask(status, 'GET', `/v1/scripts/${id}`, as);
    await asker.ask(status, 'PUT', `/v1/scripts/${id}`, { json: script, ...as });
    await asker.ask(status, 'DELETE', `/v1/scripts/${id}`, as);
  }
});

it('leave no announced status out', () => {
  const operations = ['createScript', 'listScripts', 'getScript', 'updateScript', 'deleteScript'];
  expect(asker.unseen(operations)).toEqual([]);
});
