import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startSandbox } from '../../../src/sandbox/index.js';
import { shareSandbox, useDirectory, useSandbox } from '../_sandbox.js';
import { look, MIB, makeVolume, names, put, sender } from './_volumes.js';

const NOBODY = '00000000-0000-4000-8000-000000000000';
/** The free user, in a tenant where nobody has volumes yet. */
const free = (tenant: string) => ({ user: 'free@sandbox.local', realm: 'zaru-consumer', tenant });

describe('a volume', () => {
  const shared = shareSandbox();

  test('is created with its size rounded up to whole MiB', async () => {
    const send = await sender(shared(), { user: 'business@sandbox.local' });
    const { status, json } = await send('POST', '/v1/volumes', {
      json: { label: 'data', size_limit_bytes: 1_048_577, extra: 'ignored' },
    });
    expect(status).toBe(201);
    expect(json).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'data',
      status: 'Available',
      size_limit_bytes: 2097152,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
    expect((await send('GET', `/v1/volumes/${json.id}`)).json).toEqual(json);
    expect((await send('GET', '/v1/volumes')).json).toEqual([{ ...json, used_bytes: 0 }]);
  });

  test('is renamed, and deleted with its files', async () => {
    const send = await sender(shared());
    const id = await makeVolume(send, 'first');
    await put(send, id, 'a/b.txt', 'hello');
    expect((await send('PATCH', `/v1/volumes/${id}`, { json: { label: 'second' } })).json).toEqual({
      success: true,
    });
    expect((await send('GET', `/v1/volumes/${id}`)).json.name).toBe('second');
    expect((await send('GET', '/v1/volumes')).json).toMatchObject([{ name: 'second', used_bytes: 5 }]);
    expect((await send('DELETE', `/v1/volumes/${id}`)).json).toEqual({ success: true });
    expect((await send('GET', `/v1/volumes/${id}`)).status).toBe(404);
    expect((await look(send, id, '', '/')).status).toBe(404);
    expect((await send('DELETE', `/v1/volumes/${id}`)).status).toBe(404);
  });

  test('shares its label with no other volume of its owner', async () => {
    const send = await sender(shared(), { user: 'pro@sandbox.local' });
    const one = await makeVolume(send, 'one');
    await makeVolume(send, 'two');
    const again = { label: 'two', size_limit_bytes: 1 };
    expect((await send('POST', '/v1/volumes', { json: again })).status).toBe(409);
    expect((await send('PATCH', `/v1/volumes/${one}`, { json: { label: 'two' } })).status).toBe(409);
    expect((await send('PATCH', `/v1/volumes/${one}`, { json: { label: 'one' } })).status).toBe(200);
    const other = await sender(shared(), { tenant: 'acme' });
    await makeVolume(other, 'two');
  });

  test('of someone else is not to be seen, and 403 where it is to be changed', async () => {
    const owner = await sender(shared(), { user: 'operator' });
    const id = await makeVolume(owner, 'mine');
    const other = await sender(shared(), { user: 'admin' });
    expect((await other('GET', '/v1/volumes')).json).toEqual([]);
    expect((await other('GET', `/v1/volumes/${id}`)).status).toBe(404);
    expect((await other('PATCH', `/v1/volumes/${id}`, { json: { label: 'x' } })).status).toBe(403);
    expect((await other('DELETE', `/v1/volumes/${id}`)).status).toBe(403);
    expect((await look(other, id, '', '/')).json).toEqual({ error: 'unauthorized' });
    expect((await put(other, id, 'x', 'x')).status).toBe(403);
    expect((await look(other, NOBODY, '', '/')).status).toBe(404);
  });

  test('belongs to the service account itself, whatever tenant the header names', async () => {
    const send = await sender(shared(), { client: 'aegis-sandbox-short' });
    const headers = { 'x-tenant-id': 'acme' };
    const json = { label: 'own', size_limit_bytes: 1 };
    const { id } = (await send('POST', '/v1/volumes', { json, headers })).json;
    expect((await send('GET', `/v1/volumes/${id}`)).status).toBe(200);
    expect((await (await sender(shared()))('GET', `/v1/volumes/${id}`)).status).toBe(404);
  });

  test('called sandbox-attached is attached until it is renamed', async () => {
    const send = await sender(shared(), { user: 'admin' });
    const id = await makeVolume(send, 'sandbox-attached-one');
    expect((await send('GET', `/v1/volumes/${id}`)).json.status).toBe('Attached');
    expect((await send('DELETE', `/v1/volumes/${id}`)).status).toBe(409);
    await send('PATCH', `/v1/volumes/${id}`, { json: { label: 'free again' } });
    expect((await send('DELETE', `/v1/volumes/${id}`)).status).toBe(200);
  });

  test('called sandbox-storage-fault has a storage that fails, and uses nothing', async () => {
    const send = await sender(shared(), { user: 'admin' });
    const id = await makeVolume(send, 'sandbox-storage-fault');
    expect((await look(send, id, '', '/')).status).toBe(500);
    expect((await put(send, id, 'a', 'a')).status).toBe(500);
    expect((await send('DELETE', `/v1/volumes/${id}`)).status).toBe(500);
    expect((await send('GET', '/v1/volumes')).json).toMatchObject([{ used_bytes: 0 }]);
  });

  test.each([
    [{ label: 'x' }, 422, 'missing field `size_limit_bytes`'],
    [{ size_limit_bytes: 1 }, 422, 'missing field `label`'],
    [{ label: 7, size_limit_bytes: 1 }, 422, 'label'],
    [{ label: 'x', size_limit_bytes: -1 }, 422, 'size_limit_bytes'],
    [{ label: 'x', size_limit_bytes: 1.5 }, 422, 'size_limit_bytes'],
    [{ label: 'x', size_limit_bytes: '1' }, 422, 'size_limit_bytes'],
    [[], 422, ''],
    [null, 422, ''],
  ])('is not made of %j', async (json, status, reason) => {
    const send = await sender(shared());
    const answer = await send('POST', '/v1/volumes', { json });
    expect([answer.status, answer.type]).toEqual([status, 'text/plain; charset=utf-8']);
    expect(answer.text).toContain(reason);
  });

  test.each([
    ['nothing', ''],
    ['a space', ' '],
    ['signs', 'ä ö 🙂'],
    ['a path', '../../etc'],
    ['10000 letters', 'x'.repeat(10_000)],
  ])('may be called %s', async (_what, label) => {
    const send = await sender(shared(), { user: 'auditor', scopes: ['volume:write', 'volume:read'] });
    const id = await makeVolume(send, label, 0);
    expect((await send('GET', `/v1/volumes/${id}`)).json).toMatchObject({ name: label, size_limit_bytes: 0 });
  });
});

describe('quota', () => {
  const shared = shareSandbox();

  test.each([
    ['free@sandbox.local', '2', '524288000', '52428800'],
    ['pro@sandbox.local', '10', '10737418240', '524288000'],
    ['business@sandbox.local', '50', '107374182400', '2147483648'],
    ['enterprise@sandbox.local', '4294967295', '18446744073709551615', '18446744073709551615'],
    ['admin', '4294967295', '18446744073709551615', '18446744073709551615'],
  ])('of %s is written to the last digit', async (user, volumes, storage, file) => {
    const send = await sender(shared(), { user });
    const { type, text } = await send('GET', '/v1/volumes/quota');
    expect(type).toBe('application/json');
    expect(text).toBe(
      `{"volume_count":0,"total_bytes_used":0,"max_volumes":${volumes},` +
        `"total_storage_bytes":${storage},"max_file_size_bytes":${file}}`,
    );
  });

  test('counts volumes and the bytes in them', async () => {
    const send = await sender(shared(), free('counting'));
    const id = await makeVolume(send, 'one');
    await put(send, id, 'a', '123');
    await put(send, id, 'deep/er/b', '4567');
    const { json } = await send('GET', '/v1/volumes/quota');
    expect(json).toMatchObject({ volume_count: 1, total_bytes_used: 7 });
  });

  test('of the free tier is 2 volumes of 500 MiB reserved in all', async () => {
    const send = await sender(shared(), free('limits'));
    const create = (label: string, size_limit_bytes: number) =>
      send('POST', '/v1/volumes', { json: { label, size_limit_bytes } });
    expect((await create('one', 500 * MIB + 1)).json).toEqual({ error: 'storage quota exceeded for tier' });
    expect((await create('one', 400 * MIB)).status).toBe(201);
    expect((await create('two', 100 * MIB + 1)).status).toBe(422);
    expect((await create('two', 100 * MIB)).status).toBe(201);
    expect((await create('two', 0)).json).toEqual({ error: 'volume count quota exceeded for tier' });
  });

  test('holds when volumes are made at the same time', async () => {
    const send = await sender(shared(), free('racing'));
    const made = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        send('POST', '/v1/volumes', { json: { label: `v${index}`, size_limit_bytes: MIB } }),
      ),
    );
    const statuses = made.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, 201, 422, 422, 422, 422, 422, 422]);
  });
});

describe('on disk', () => {
  test('volumes and files outlive a restart; what an upload left unfinished does not', async () => {
    const data = useDirectory();
    const first = await startSandbox({ data });
    const before = await sender(first);
    const id = await makeVolume(before, 'kept');
    await put(before, id, 'dir/file.txt', 'kept');
    await first.close();
    mkdirSync(join(data, 'files', 'volumes', '.unfinished'), { recursive: true });
    writeFileSync(join(data, 'files', 'volumes', '.unfinished', 'x'), 'half');
    const after = await sender(await useSandbox({ data }));
    expect((await after('GET', `/v1/volumes/${id}`)).json.name).toBe('kept');
    expect((await look(after, id, '/download', 'dir/file.txt')).text).toBe('kept');
    expect(readdirSync(join(data, 'files', 'volumes'))).toEqual([id]);
  });

  test('a deleted volume leaves nothing', async () => {
    const data = useDirectory();
    const send = await sender(await useSandbox({ data }));
    const id = await makeVolume(send, 'gone');
    await put(send, id, 'a/b', 'x');
    await send('DELETE', `/v1/volumes/${id}`);
    expect(existsSync(join(data, 'files', 'volumes', id))).toBe(false);
    expect(readdirSync(join(data, 'files', 'volumes', '.unfinished'))).toEqual([]);
  });

  test('a volume whose folder is gone is listed with nothing used; one that cannot be made is not listed', async () => {
    const data = useDirectory();
    const send = await sender(await useSandbox({ data }));
    const id = await makeVolume(send, 'one');
    rmSync(join(data, 'files', 'volumes'), { recursive: true });
    writeFileSync(join(data, 'files', 'volumes'), 'no folder');
    expect((await send('GET', '/v1/volumes')).json).toMatchObject([{ id, used_bytes: 0 }]);
    const json = { label: 'two', size_limit_bytes: 1 };
    expect((await send('POST', '/v1/volumes', { json })).status).toBe(500);
    expect((await send('DELETE', `/v1/volumes/${id}`)).status).toBe(500);
    expect((await send('GET', '/v1/volumes')).json).toHaveLength(1);
  });

  test('names in a listing come in order', async () => {
    const send = await sender(await useSandbox());
    const id = await makeVolume(send, 'order');
    for (const path of ['b', 'a', 'C/x', 'ä']) await put(send, id, path, 'x');
    expect(await names(send, id)).toEqual(['C', 'a', 'b', 'ä']);
  });
});
