import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BEHAVIOUR } from '../../../src/sandbox/volumes/backends.js';
import { VolumeFiles } from '../../../src/sandbox/volumes/files.js';
import { shareSandbox, useDirectory, useSandbox } from '../_sandbox.js';
import { look, makeVolume, names, put, type Send, sender } from './_volumes.js';

const shared = shareSandbox();
const SUCCESS = { success: true };

let made = 0;
async function volume(prefix = 'files'): Promise<{ send: Send; id: string }> {
  const send = await sender(shared());
  made += 1;
  return { send, id: await makeVolume(send, `${prefix}-${made}`) };
}

const mkdir = (send: Send, id: string, path: string) =>
  send('POST', `/v1/volumes/${id}/files/mkdir?path=${encodeURIComponent(path)}`);
const move = (send: Send, id: string, from: unknown, to: unknown) =>
  send('POST', `/v1/volumes/${id}/files/move`, { json: { from, to } });
const remove = (send: Send, id: string, path: string) =>
  send('DELETE', `/v1/volumes/${id}/files?path=${encodeURIComponent(path)}`);

describe('listing', () => {
  test('shows one directory, without sizes and times', async () => {
    const { send, id } = await volume();
    await put(send, id, 'top.txt', 'x');
    await put(send, id, 'dir/inner.txt', 'x');
    const top = [
      { name: 'dir', is_dir: true, size_bytes: 0, modified_at: null },
      { name: 'top.txt', is_dir: false, size_bytes: 0, modified_at: null },
    ];
    for (const path of ['/', '', '.', '//', './']) expect((await look(send, id, '', path)).json).toEqual(top);
    for (const path of ['dir', '/dir/', 'dir/.', './/dir']) {
      expect(await names(send, id, path)).toEqual(['inner.txt']);
    }
  });

  test('needs exactly one path', async () => {
    const { send, id } = await volume();
    for (const [query, reason] of [
      ['', 'missing field `path`'],
      ['?path=a&path=b', 'duplicate field `path`'],
    ]) {
      const answer = await send('GET', `/v1/volumes/${id}/files${query}`);
      expect([answer.status, answer.text]).toEqual([400, `Failed to deserialize query string: ${reason}`]);
    }
  });

  test('of a missing directory or of a file is 500', async () => {
    const { send, id } = await volume();
    await put(send, id, 'file', 'x');
    expect((await look(send, id, '', 'none')).status).toBe(500);
    expect((await look(send, id, '', 'file')).json).toEqual({ error: 'fsal error: ENOTDIR: /file' });
  });
});

describe('paths that lead out are 422', () => {
  test.each([
    ['..', '..'],
    ['../x', '../x'],
    ['a/../../b', 'a/../../b'],
    ['/..', '/..'],
    ['with backslashes', 'a\\..\\..\\b'],
    ['of 4097 bytes', 'x'.repeat(4097)],
    ['with a NUL', 'a\0b'],
  ])('%s', async (_what, path) => {
    const { send, id } = await volume();
    const answers = await Promise.all([
      look(send, id, '', path),
      look(send, id, '/stat', path),
      look(send, id, '/download', path),
      mkdir(send, id, path),
      remove(send, id, path),
      put(send, id, path, 'x'),
      move(send, id, path, 'b'),
      move(send, id, 'a', path),
    ]);
    expect(answers.map(({ status, type }) => `${status} ${type}`)).toEqual(
      Array(8).fill('422 application/json'),
    );
    expect(await names(send, id)).toEqual([]);
  });

  test('and so is one over a symbolic link', async () => {
    const data = useDirectory();
    const send = await sender(await useSandbox({ data }));
    const id = await makeVolume(send, 'links');
    const folder = join(data, 'files', 'volumes', id);
    writeFileSync(join(data, 'secret.txt'), 'secret');
    symlinkSync(data, join(folder, 'out'));
    symlinkSync(join(data, 'secret.txt'), join(folder, 'file'));
    for (const path of ['out/secret.txt', 'file', 'out']) {
      expect((await look(send, id, '/download', path)).status).toBe(422);
      expect((await look(send, id, '', path)).status).toBe(422);
      expect((await put(send, id, path, 'x')).status).toBe(422);
      expect((await remove(send, id, path)).status).toBe(422);
      expect((await move(send, id, path, 'x')).status).toBe(422);
    }
    expect(await names(send, id)).toEqual([]);
    expect((await remove(send, id, '/')).status).toBe(200);
    expect((await look(send, id, '', '/')).json).toEqual([]);
  });
});

describe('download', () => {
  test.each([
    ['a.json', 'application/json'],
    ['a.txt', 'text/plain'],
    ['a.HTML', 'text/html'],
    ['a.js', 'application/javascript'],
    ['a.css', 'text/css'],
    ['a.png', 'image/png'],
    ['a.jpeg', 'image/jpeg'],
    ['a.pdf', 'application/pdf'],
    ['a.bin', 'application/octet-stream'],
    ['json', 'application/octet-stream'],
  ])('of %s is %s', async (path, type) => {
    const { send, id } = await volume();
    await put(send, id, path, '{}');
    const answer = await look(send, id, '/download', path);
    expect([answer.status, answer.type, answer.text]).toEqual([200, type, '{}']);
  });

  test('gives the bytes as they are', async () => {
    const { send, id } = await volume();
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => index % 256));
    await put(send, id, 'all', bytes);
    expect((await look(send, id, '/download', '/all')).bytes.equals(bytes)).toBe(true);
  });

  test('of nothing is 404, of a directory 500', async () => {
    const { send, id } = await volume();
    await mkdir(send, id, 'dir');
    expect((await look(send, id, '/download', 'none')).status).toBe(404);
    expect((await look(send, id, '/download', 'dir')).status).toBe(500);
    expect((await look(send, id, '/stat', 'dir')).status).toBe(500);
    expect((await look(send, id, '/stat', 'dir/none')).status).toBe(404);
  });
});

describe('stat', () => {
  test.each([
    ['hello', 'application/octet-stream'],
    ['\x89PNG\r\n', 'image/png'],
    ['%PDF-1.7', 'application/pdf'],
    ['PK\x03\x04', 'application/zip'],
    ['', 'application/octet-stream'],
  ])('of %j says %s by the content', async (text, mime_type) => {
    const { send, id } = await volume();
    await put(send, id, 'dir/a.json', Buffer.from(text, 'latin1'));
    const { json } = await look(send, id, '/stat', 'dir/a.json');
    expect(json).toMatchObject({ name: 'a.json', mime_type, size: text.length });
  });

  test('hashes the file', async () => {
    const { send, id } = await volume();
    await put(send, id, 'abc', 'abc');
    expect((await look(send, id, '/stat', 'abc')).json.sha256).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });
});

describe('mkdir', () => {
  test('makes what is above, and takes a directory that exists', async () => {
    const { send, id } = await volume();
    expect((await mkdir(send, id, '/a/b/c')).json).toEqual(SUCCESS);
    expect((await mkdir(send, id, 'a/b')).json).toEqual(SUCCESS);
    expect(await names(send, id, 'a/b')).toEqual(['c']);
  });

  test('is 500 where a file stands', async () => {
    const { send, id } = await volume();
    await put(send, id, 'file', 'x');
    expect((await mkdir(send, id, 'file')).status).toBe(500);
    expect((await mkdir(send, id, 'file/below')).status).toBe(500);
    expect((await mkdir(send, id, 'n'.repeat(256))).status).toBe(500);
  });

  test('reads no body: a path in JSON is not seen', async () => {
    const { send, id } = await volume();
    const answer = await send('POST', `/v1/volumes/${id}/files/mkdir`, { json: { path: 'a' } });
    expect([answer.status, answer.type]).toEqual([400, 'text/plain; charset=utf-8']);
  });
});

describe('moving and deleting on the default backend', () => {
  test('moves a file and overwrites silently', async () => {
    const { send, id } = await volume();
    await put(send, id, 'a', 'new');
    await put(send, id, 'deep/b', 'old');
    expect((await move(send, id, '/a', 'deep/b')).json).toEqual(SUCCESS);
    expect((await look(send, id, '/download', 'deep/b')).text).toBe('new');
    expect(await names(send, id)).toEqual(['deep']);
    expect((await move(send, id, 'deep/b', 'other/place/c')).json).toEqual(SUCCESS);
    expect((await move(send, id, 'other/place/c', 'other/place/c')).json).toEqual(SUCCESS);
  });

  test('moves neither directories nor the root, and nothing onto a directory', async () => {
    const { send, id } = await volume();
    await put(send, id, 'dir/a', 'x');
    await put(send, id, 'b', 'x');
    const fails = [
      ['dir', 'elsewhere'],
      ['/', 'x'],
      ['b', '/'],
      ['b', 'dir'],
      ['dir/a', 'b/below'],
    ] as const;
    for (const [from, to] of fails) expect((await move(send, id, from, to)).status).toBe(500);
    expect((await move(send, id, 'none', 'x')).status).toBe(404);
    expect((await move(send, id, undefined, 'x')).status).toBe(422);
    expect(await names(send, id)).toEqual(['b', 'dir']);
  });

  test('deletes files, and directories with all they hold', async () => {
    const { send, id } = await volume();
    await put(send, id, 'dir/sub/a', 'x');
    await put(send, id, 'b', 'x');
    expect((await remove(send, id, 'none')).status).toBe(404);
    expect((await remove(send, id, 'b/below')).status).toBe(404);
    expect((await remove(send, id, 'b')).json).toEqual(SUCCESS);
    expect((await remove(send, id, '/dir')).json).toEqual(SUCCESS);
    expect(await names(send, id)).toEqual([]);
  });

  test('deletes everything at the root, but not the volume', async () => {
    const { send, id } = await volume();
    await put(send, id, 'dir/a', 'x');
    await put(send, id, 'b', 'x');
    expect((await remove(send, id, '')).json).toEqual(SUCCESS);
    expect(await names(send, id)).toEqual([]);
    expect((await put(send, id, 'b', 'x')).status).toBe(200);
  });
});

describe('a volume called sandbox-local-host', () => {
  test('answers 500 for what is missing and deletes no directory, but moves one', async () => {
    const { send, id } = await volume('sandbox-local-host');
    await put(send, id, 'dir/a', 'x');
    expect((await remove(send, id, 'none')).status).toBe(500);
    expect((await remove(send, id, 'dir')).status).toBe(500);
    expect((await move(send, id, 'none', 'x')).status).toBe(500);
    expect((await move(send, id, 'dir', 'no/folder')).status).toBe(500);
    expect((await move(send, id, 'dir', 'moved')).json).toEqual(SUCCESS);
    expect((await remove(send, id, 'moved/a')).json).toEqual(SUCCESS);
    expect(await names(send, id)).toEqual(['moved']);
  });
});

test('a directory is deleted as it was: what is put there meanwhile stays', async () => {
  const [root, draft] = [useDirectory(), join(useDirectory(), 'draft')];
  mkdirSync(join(root, 'd'));
  writeFileSync(join(root, 'd', 'old'), 'x');
  const deleted = new VolumeFiles(root, BEHAVIOUR.seaweedfs, () => draft).remove(['d']);
  mkdirSync(join(root, 'd'), { recursive: true });
  writeFileSync(join(root, 'd', 'new'), 'x');
  await deleted;
  expect(readdirSync(join(root, 'd'))).toEqual(['new']);
  expect(existsSync(draft)).toBe(false);
});

test('a folder that goes while files are counted does not hide the others', async () => {
  const root = useDirectory();
  for (let index = 0; index < 100; index += 1) mkdirSync(join(root, 'a', `${index}`), { recursive: true });
  mkdirSync(join(root, 'z'));
  writeFileSync(join(root, 'a', 'file'), 'four');
  const counted = new VolumeFiles(root, BEHAVIOUR.seaweedfs, () => join(root, 'draft')).usage();
  await readdir(root);
  rmSync(join(root, 'z'), { recursive: true });
  expect(await counted).toBe(4);
});

test('of many changes at once each file is whole and the last one stays', async () => {
  const { send, id } = await volume();
  const bodies = Array.from({ length: 12 }, (_, index) => String(index).repeat(100_000));
  await Promise.all(bodies.map((body) => put(send, id, 'same', body)));
  const { text } = await look(send, id, '/download', 'same');
  expect(bodies).toContain(text);
  const moves = await Promise.all(bodies.map((_, index) => move(send, id, 'same', `to-${index}`)));
  expect(moves.map(({ status }) => status).sort()).toEqual([200, ...Array(11).fill(404)]);
});
