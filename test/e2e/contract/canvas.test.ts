/** The answers of the live sandbox's canvas operations, held against the contract of the orchestrator. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Sandbox, startSandbox, type TokenOptions } from '../../../src/sandbox/index.js';
import { Asker } from '../_ask.js';
import { Judge } from '../_contract.js';
import { suspendedTeam } from '../_teams.js';

const NOBODY = '00000000-0000-4000-8000-000000000000';
const TOO_LONG = ' '.repeat(2 * 1024 * 1024 + 1);
const SESSIONS = '/v1/canvas/sessions';
const ephemeral = { workspace_mode: 'Ephemeral' };

const judge = new Judge('orchestrator');
let sandbox: Sandbox;
let asker: Asker;
let id: string;

beforeAll(async () => {
  sandbox = await startSandbox();
  asker = new Asker(judge, sandbox.url, `Bearer ${await sandbox.issueToken()}`);
  const mode = { Persistent: { volume_label: 'site' } };
  ({ id } = await asker.post(201, SESSIONS, { workspace_mode: mode, name: 'site' }));
});
afterAll(() => sandbox.close());

const bearer = async (options: TokenOptions) => `Bearer ${await sandbox.issueToken(options)}`;

it('creating, listing, reading, changing and terminating, with the stream that tells of it', async () => {
  const session = await asker.post(201, SESSIONS, ephemeral);
  await asker.get(200, `${SESSIONS}?archived=true`);
  await asker.get(200, `${SESSIONS}/${session.id}`);
  await asker.ask(200, 'PATCH', `${SESSIONS}/${session.id}`, { json: { name: 'x', archived: true } });
  const authorization = await bearer({});
  const path = `${SESSIONS}/${session.id}/events`;
  const response = await fetch(`${sandbox.url}${path}`, { headers: { authorization } });
  await asker.ask(200, 'DELETE', `${SESSIONS}/${session.id}`);
  const [, name, data = ''] = /^event: (.+)\ndata: (.+)\n\n$/.exec(await response.text()) ?? [];
  expect(name).toBe('canvas_session_terminated');
  expect(judge.checkSchema('CanvasEvent', JSON.parse(data))).toEqual([]);
});

it('a stream from its beginning to the end of its session', async () => {
  const { id: other } = await asker.post(201, SESSIONS, ephemeral);
  let open = true;
  const stream = asker.get(200, `${SESSIONS}/${other}/events`).finally(() => {
    open = false;
  });
  // The stream shows an end only from when it is subscribed.
  while (open) await asker.ask(200, 'DELETE', `${SESSIONS}/${other}`);
  await stream;
});

it('sessions that are not there, and ids that are none', async () => {
  for (const [status, session] of [
    [404, NOBODY],
    [400, 'site'],
  ] as const) {
    await asker.get(status, `${SESSIONS}/${session}`);
    await asker.ask(status, 'PATCH', `${SESSIONS}/${session}`, { json: {} });
    await asker.ask(status, 'DELETE', `${SESSIONS}/${session}`);
    await asker.get(status, `${SESSIONS}/${session}/events`);
  }
  await asker.get(400, `${SESSIONS}?archived=perhaps`);
});

it('workspaces that cannot be had', async () => {
  const linked = (binding_id: string) => ({ workspace_mode: { GitLinked: { binding_id } } });
  const repository = { repo_url: 'https://hang.invalid/site.git', label: 'site' };
  const cloning = await asker.post(201, '/v1/storage/git', repository);
  await asker.post(400, SESSIONS, { ...linked(cloning.id), git_binding_id: NOBODY });
  await asker.post(404, SESSIONS, linked(NOBODY));
  await asker.post(409, SESSIONS, linked(cloning.id));
  const authorization = await bearer({ user: 'free@sandbox.local' });
  await asker.ask(403, 'POST', SESSIONS, { json: linked(NOBODY), authorization });
  const { id: orphan } = await asker.post(201, SESSIONS, { ...ephemeral, name: 'sandbox-orphan' });
  await asker.ask(500, 'DELETE', `${SESSIONS}/${orphan}`);
});

it.each([
  ['POST', (): string => SESSIONS],
  ['PATCH', (): string => `${SESSIONS}/${id}`],
] as const)('bodies that %s refuses', async (method, path) => {
  await asker.ask(400, method, path(), { body: '{' });
  await asker.ask(413, method, path(), { body: TOO_LONG });
  await asker.ask(415, method, path(), { json: {}, type: 'text/plain' });
  await asker.ask(422, method, path(), { json: { workspace_mode: 'x', archived: 'no' } });
});

it('callers without a bearer, a scope, the service, a storage that works, a team that pays', async () => {
  const team = await suspendedTeam(sandbox);
  const refused = [
    [401, { authorization: '' }],
    [403, { authorization: await bearer({ scopes: [] }) }],
    [503, { authorization: await bearer({ tenant: 'sandbox-no-database' }) }],
    [500, { authorization: await bearer({ tenant: 'sandbox-database-fault' }) }],
    [402, { authorization: team.authorization, headers: { 'x-tenant-id': team.tenant } }],
  ] as const;
  for (const [status, as] of refused) {
    await asker.ask(status, 'POST', SESSIONS, { json: ephemeral, ...as });
    await asker.ask(status, 'GET', SESSIONS, as);
    await asker.ask(status, 'GET', `${SESSIONS}/${id}`, as);
    await asker.ask(status, 'PATCH', `${SESSIONS}/${id}`, { json: {}, ...as });
    await asker.ask(status, 'DELETE', `${SESSIONS}/${id}`, as);
    await asker.ask(status, 'GET', `${SESSIONS}/${id}/events`, as);
  }
});

it('leave no announced status out', () => {
  const operations = [
    'createCanvasSession',
    'listCanvasSessions',
    'getCanvasSession',
    'updateCanvasSession',
    'terminateCanvasSession',
    'streamCanvasSessionEvents',
  ];
  expect(asker.unseen(operations)).toEqual([]);
});
