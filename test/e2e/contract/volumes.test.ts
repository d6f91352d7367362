/** Volumes and their files on the live sandbox, held against the contract. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.js';
import { useDirectory, useSandbox } from '../../sandbox/_sandbox.js';
import { Asker } from '../_ask.js';
import { Judge } from '../_contract.js';

const VOLUMES = '/v1/volumes';
const NOBODY = '00000000-0000-4000-8000-000000000000';
const files = (id: string, route = '') => `${VOLUMES}/${id}/files${route}`;

/** Method, path and JSON body of a call that the contract takes, on the given volume. */
const calls = (id: string) =>
  ({
    createVolume: ['POST', VOLUMES, { label: 'x', size_limit_bytes: 1 }],
    listVolumes: ['GET', VOLUMES],
    getVolumeQuota: ['GET', `${VOLUMES}/quota`],
    getVolume: ['GET', `${VOLUMES}/${id}`],
    renameVolume: ['PATCH', `${VOLUMES}/${id}`, { label: 'y' }],
    deleteVolume: ['DELETE', `${VOLUMES}/${id}`],
    listFiles: ['GET', `${files(id)}?path=/`],
    deletePath: ['DELETE', `${files(id)}?path=a`],
    downloadFile: ['GET', `${files(id, '/download')}?path=a`],
    statFile: ['GET', `${files(id, '/stat')}?path=a`],
    uploadFile: ['POST', `${files(id, '/upload')}?path=a`],
    mkdir: ['POST', `${files(id, '/mkdir')}?path=a`],
    movePath: ['POST', files(id, '/move'), { from: 'a', to: 'b' }],
  }) as const;
const OPERATIONS = Object.keys(calls(NOBODY));
const ANYWHERE = Object.values(calls(NOBODY));
/** Those with a volume in the path; getVolume hides what is someone else's. */
const ON_A_VOLUME = ANYWHERE.filter(([, path]) => path.includes(NOBODY));

describe('volumes', () => {
  let sandbox: Sandbox;
  let asker: Asker;
  const judge = new Judge('orchestrator');
  const bearer = async (user: string, scopes?: string[]) =>
    `Bearer ${await sandbox.issueToken({ user, ...(scopes && { scopes }) })}`;

  beforeAll(async () => {
    sandbox = await startSandbox({ pace: 0 });
    asker = new Asker(judge, sandbox.url, await bearer('business@sandbox.local'));
  });
  afterAll(() => sandbox.close());

  const create = async (label: string) =>
    (await asker.post(201, VOLUMES, { label, size_limit_bytes: 1 })).id as string;
  const upload = (status: number, path: string, body: string, type = 'x/y') =>
    asker.ask(status, 'POST', path, { body, type });

  test('ask for a bearer, a scope, and a team of the caller’s', async () => {
    const authorization = await bearer('business@sandbox.local', []);
    for (const [method, path, json] of ANYWHERE) {
      await asker.ask(401, method, path, { authorization: '' });
      await asker.ask(403, method, path, { json, headers: { 'x-tenant-id': 'acme' } });
      await asker.ask(403, method, path, { json, authorization });
    }
  });

  test('of nobody and of someone else', async () => {
    for (const [method, path, json] of ON_A_VOLUME) await asker.ask(404, method, path, { json });
    const id = await create('private');
    const authorization = await bearer('pro@sandbox.local');
    for (const [method, path, json] of Object.values(calls(id)).filter(([, path]) => path.includes(id))) {
      const status = method === 'GET' && path.endsWith(id) ? 404 : 403;
      await asker.ask(status, method, path, { json, authorization });
    }
  });

  test('are created, listed, renamed, deleted', async () => {
    const id = await create('one');
    const attached = await create('sandbox-attached');
    await asker.get(200, `${VOLUMES}/${id}`);
    await asker.get(200, VOLUMES);
    await asker.get(200, `${VOLUMES}/quota`);
    await asker.post(409, VOLUMES, { label: 'one', size_limit_bytes: 1 });
    await asker.post(422, VOLUMES, { name: 'one' });
    await asker.post(422, VOLUMES, { label: 'large', size_limit_bytes: 2 ** 40 });
    await asker.ask(200, 'PATCH', `${VOLUMES}/${id}`, { json: { label: 'two' } });
    await asker.ask(409, 'PATCH', `${VOLUMES}/${id}`, { json: { label: 'sandbox-attached' } });
    await asker.ask(422, 'PATCH', `${VOLUMES}/${id}`, { json: { name: 'three' } });
    await asker.ask(409, 'DELETE', `${VOLUMES}/${attached}`);
    await asker.ask(200, 'DELETE', `${VOLUMES}/${id}`);
    const broken = await create('sandbox-storage-fault');
    await asker.ask(500, 'DELETE', `${VOLUMES}/${broken}`);
  });

  test('cannot be created where the disk refuses', async () => {
    const data = useDirectory();
    const other = await useSandbox({ data });
    rmSync(join(data, 'files', 'volumes'), { recursive: true });
    writeFileSync(join(data, 'files', 'volumes'), '');
    const token = `Bearer ${await other.issueToken()}`;
    const faulty = new Asker(judge, other.url, token);
    await faulty.post(500, VOLUMES, { label: 'x', size_limit_bytes: 1 });
  });

  test('hold files', async () => {
    const id = await create('files');
    await upload(200, `${files(id, '/upload')}?path=dir/a.txt`, '{}');
    await asker.get(200, `${files(id)}?path=dir`);
    await asker.get(200, `${files(id, '/stat')}?path=dir/a.txt`);
    await asker.get(200, `${files(id, '/download')}?path=/dir/a.txt`);
    await asker.ask(200, 'POST', `${files(id, '/mkdir')}?path=new`);
    await asker.post(200, files(id, '/move'), { from: 'dir/a.txt', to: 'b' });
    await asker.get(404, `${files(id, '/stat')}?path=dir/a.txt`);
    await asker.get(404, `${files(id, '/download')}?path=dir/a.txt`);
    await asker.post(404, files(id, '/move'), { from: 'dir/a.txt', to: 'b' });
    await asker.ask(404, 'DELETE', `${files(id)}?path=none`);
    await asker.get(500, `${files(id)}?path=none`);
    await asker.get(500, `${files(id, '/stat')}?path=dir`);
    await asker.get(500, `${files(id, '/download')}?path=dir`);
    await asker.ask(500, 'POST', `${files(id, '/mkdir')}?path=b/c`);
    await asker.post(500, files(id, '/move'), { from: 'dir', to: 'c' });
    await upload(500, `${files(id, '/upload')}?path=dir`, 'x');
    await asker.ask(200, 'DELETE', `${files(id)}?path=dir`);
    const local = await create('sandbox-local-host');
    await asker.ask(500, 'DELETE', `${files(local)}?path=none`);
  });

  test('refuse paths', async () => {
    const id = await create('paths');
    for (const [method, route] of [
      ['GET', ''],
      ['DELETE', ''],
      ['GET', '/stat'],
      ['GET', '/download'],
      ['POST', '/mkdir'],
      ['POST', '/upload'],
    ] as const) {
      await asker.ask(400, method, files(id, route));
      await asker.ask(422, method, `${files(id, route)}?path=../x`);
    }
    await asker.post(422, files(id, '/move'), { from: '../x', to: 'b' });
    await asker.post(422, files(id, '/move'), { source: 'a', destination: 'b' });
    for (const [method, path, json] of ON_A_VOLUME) {
      await asker.ask(400, method, path.replace(NOBODY, 'nonsense'), { json });
    }
  });

  test('refuse bodies', async () => {
    const large = `"${'x'.repeat(2 * 1024 * 1024)}"`;
    for (const [method, path] of [
      ['POST', VOLUMES],
      ['PATCH', `${VOLUMES}/${NOBODY}`],
      ['POST', files(NOBODY, '/move')],
    ] as const) {
      await asker.ask(400, method, path, { body: '{' });
      await asker.ask(413, method, path, { body: large });
      await asker.ask(415, method, path, { body: '{}', type: 'text/plain' });
    }
    const target = `${files(NOBODY, '/upload')}?path=a`;
    await upload(400, target, 'no parts', 'multipart/form-data; boundary=XX');
    await upload(422, target, '--XX--', 'multipart/form-data; boundary=XX');
    const authorization = await bearer('free@sandbox.local');
    const body = new Uint8Array(50 * 1024 * 1024 + 1);
    await asker.ask(413, 'POST', target, { body, type: 'x/y', authorization });
  });

  test('of a suspended team', async () => {
    const { team } = await asker.post(201, '/v1/colony/teams', { display_name: 'x', tier: 'business' });
    const checkout = { price_id: 'price_sandbox_pro_month', success_url: 'x', cancel_url: 'y' };
    const { url } = await asker.post(200, '/v1/billing/checkout', checkout);
    await fetch(`${url}/complete`, { method: 'POST' });
    for (const [method, path, json] of ANYWHERE) {
      await asker.ask(402, method, path, { json, headers: { 'x-tenant-id': team.slug } });
    }
  });

  test('every announced status was seen, but for', () => {
    expect(asker.unseen(OPERATIONS)).toEqual([
      // Seen on a sandbox of its own, whose disk refuses.
      'createVolume 500',
      // These read and write nothing but the sandbox's database, which does not fail.
      'listVolumes 500',
      'getVolumeQuota 500',
      'getVolume 500',
      'renameVolume 500',
      // Two first uploads find the same volume: looking for it and making it is one step here.
      'uploadFile 409',
    ]);
  });
});
