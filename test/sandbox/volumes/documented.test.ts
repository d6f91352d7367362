import { expect, test } from 'vitest';
import { shareSandbox } from '../_sandbox.js';
import { look, put, type Send, sender } from './_volumes.js';

const shared = shareSandbox({ dialect: 'documented' });

let made = 0;
async function volume(): Promise<{ send: Send; id: string }> {
  const send = await sender(shared());
  made += 1;
  const { json } = await send('POST', '/v1/volumes', { json: { name: `documented-${made}` } });
  return { send, id: json.id };
}

const NOW = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);

test('a volume is made of a name alone, or of the label and size the clients send', async () => {
  const send = await sender(shared(), { user: 'pro@sandbox.local' });
  const { status, json } = await send('POST', '/v1/volumes', { json: { name: 'my-dataset' } });
  const shape = { id: json.id, name: 'my-dataset', label: 'my-dataset', created_at: NOW };
  expect(status).toBe(201);
  expect(json).toEqual({ ...shape, size_limit_bytes: 104857600, used_bytes: 0 });
  const labelled = await send('POST', '/v1/volumes', { json: { label: 'two', size_limit_bytes: 5 } });
  expect(labelled.json).toMatchObject({ name: 'two', size_limit_bytes: 1048576 });
  await put(send, json.id, 'a', 'abc');
  const used = { ...shape, size_limit_bytes: 104857600, used_bytes: 3 };
  expect((await send('GET', '/v1/volumes')).json).toEqual({
    volumes: [used, labelled.json],
    total_count: 2,
  });
  expect((await send('GET', `/v1/volumes/${json.id}`)).json).toEqual(used);
  const renamed = await send('PATCH', `/v1/volumes/${json.id}`, { json: { name: 'other' } });
  expect(renamed.json).toEqual({ ...used, name: 'other', label: 'other' });
  expect((await send('DELETE', `/v1/volumes/${json.id}`)).json).toEqual({ status: 'deleted' });
  expect((await send('GET', `/v1/volumes/${json.id}`)).json).toEqual({ error: 'volume not found' });
});

test('the quota has the published names, to the last digit', async () => {
  const send = await sender(shared(), { tenant: 'acme' });
  expect((await send('GET', '/v1/volumes/quota')).text).toBe(
    '{"quota_bytes":18446744073709551615,"used_bytes":0,"volume_count":0,"volume_limit":4294967295}',
  );
});

test('files are listed with kind, size and time, from the root when no path is given', async () => {
  const { send, id } = await volume();
  await put(send, id, 'dir/a.txt', 'abc');
  await put(send, id, 'b.txt', 'abcd');
  expect((await send('GET', `/v1/volumes/${id}/files`)).json).toEqual({
    files: [
      { name: 'b.txt', type: 'file', size_bytes: 4, modified_at: NOW },
      { name: 'dir', type: 'dir', size_bytes: 0, modified_at: NOW },
    ],
  });
  expect((await look(send, id, '', 'dir')).json.files).toHaveLength(1);
  expect((await look(send, id, '', 'none')).json).toEqual({ error: 'not found: /none' });
  expect((await look(send, id, '/download', 'dir/a.txt')).text).toBe('abc');
});

test('mkdir reads its path from the body', async () => {
  const { send, id } = await volume();
  const made = await send('POST', `/v1/volumes/${id}/files/mkdir`, { json: { path: '/a/b' } });
  expect(made.json).toEqual({ path: '/a/b', created_at: NOW });
  const wrong = await send('POST', `/v1/volumes/${id}/files/mkdir?path=a`, { json: {} });
  expect([wrong.status, wrong.type]).toEqual([422, 'application/json']);
});

test('move takes the source and destination of the reference, and the from and to of the clients', async () => {
  const { send, id } = await volume();
  await put(send, id, 'dir/a', 'abc');
  const move = (json: unknown) => send('POST', `/v1/volumes/${id}/files/move`, { json });
  expect((await move({ source: 'dir', destination: 'new/place' })).json).toEqual({
    from: 'dir',
    to: 'new/place',
    moved_at: NOW,
  });
  expect((await move({ from: 'new/place/a', to: 'a' })).status).toBe(200);
  expect((await look(send, id, '/download', 'a')).text).toBe('abc');
  expect((await move({ source: 'a' })).status).toBe(422);
  expect((await move({ source: 'none', destination: 'x' })).json).toEqual({ error: 'not found: /none' });
});

test('delete takes directories; what is missing is 404', async () => {
  const { send, id } = await volume();
  await put(send, id, 'dir/a', 'abc');
  const remove = (path: string) => send('DELETE', `/v1/volumes/${id}/files?path=${path}`);
  expect((await remove('dir')).json).toEqual({ status: 'deleted' });
  expect((await remove('dir')).status).toBe(404);
});

test('an upload finds its path in the query, in the form before or after the file, or in the file name', async () => {
  const { send, id } = await volume();
  const upload = (query: string, fields: readonly [string, string | Blob, string?][]) => {
    const body = new FormData();
    for (const [name, value, file] of fields) {
      if (value instanceof Blob) body.append(name, value, file ?? 'blob');
      else body.append(name, value);
    }
    return send('POST', `/v1/volumes/${id}/files/upload${query}`, { body });
  };
  const file: [string, Blob, string] = ['file', new Blob(['abc']), 'own.txt'];
  const first = await upload('?path=query.txt', [file]);
  expect(first.json).toEqual({ name: 'own.txt', size_bytes: 3, uploaded_at: NOW });
  await upload('', [['path', '/before.txt'], file]);
  await upload('', [file, ['path', 'dir/after.txt']]);
  await upload('', [file]);
  const { json } = await send('GET', `/v1/volumes/${id}/files`);
  expect(json.files.map((entry: { name: string }) => entry.name)).toEqual([
    'before.txt',
    'dir',
    'own.txt',
    'query.txt',
  ]);
  expect((await look(send, id, '/download', 'dir/after.txt')).text).toBe('abc');
  expect((await upload('', [['path', 'x']])).json).toEqual({ error: 'multipart body contained no file' });
  expect((await upload('', [['path', 'x'.repeat(9000)], file])).status).toBe(422);
  expect((await upload('?path=../x', [file])).status).toBe(422);
  const large: [string, Blob, string] = ['file', new Blob([new Uint8Array(3 * 1024 * 1024)]), 'large'];
  expect((await upload('', [large])).json.size_bytes).toBe(3145728);
});

test('what the reference does not know is not there', async () => {
  const { send, id } = await volume();
  expect((await look(send, id, '/stat', 'a')).status).toBe(404);
  expect((await send('GET', '/v1/storage/git')).status).toBe(404);
});
