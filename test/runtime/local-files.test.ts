import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ByteSource } from '../../src/client/types.js';
import { createLocalFiles, noLocalFiles } from '../../src/runtime/local-files.js';
import type { LocalFiles } from '../../src/tools/context.js';

let base: string;
let root: string;
let files: LocalFiles;

beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'aegis-files-')));
  root = join(base, 'open');
  await mkdir(join(root, 'sub'), { recursive: true });
  await mkdir(join(base, 'closed'));
  await writeFile(join(root, 'a.txt'), 'alpha');
  await writeFile(join(base, 'closed', 'secret.txt'), 'secret');
  files = createLocalFiles([root]);
});
afterEach(() => rm(base, { recursive: true, force: true }));

async function drain(source: ByteSource): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source.open()) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

async function* saying(...pieces: string[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const piece of pieces) yield Buffer.from(piece);
}

const NEW = { overwrite: false };
const bad = (message: RegExp | string) => ({
  code: 'invalid_arguments',
  message: expect.stringMatching(message),
});
const OUTSIDE = bad(/ is not below a folder open to this server\.$/);

describe('reading', () => {
  it('gives the size and the bytes, as often as asked', async () => {
    const source = await files.read('a.txt');
    expect(source.size).toBe(5);
    expect([await drain(source), await drain(source)]).toEqual(['alpha', 'alpha']);
  });

  it.each([
    ['absolute', () => join(root, 'a.txt')],
    ['relative to the first root', () => 'a.txt'],
    ['with a step back inside the root', () => 'sub/../a.txt'],
    ['with a dot', () => './a.txt'],
  ])('takes a path that is %s', async (_title, path) => {
    expect(await drain(await files.read(path()))).toBe('alpha');
  });

  it('takes files of every root, and relative paths of the first only', async () => {
    const both = createLocalFiles([join(root, 'sub'), root]);
    expect(await drain(await both.read(join(root, 'a.txt')))).toBe('alpha');
    await expect(both.read('a.txt')).rejects.toMatchObject(bad(/does not exist/));
  });

  it('takes a root that is a symbolic link, under both of its names', async () => {
    await symlink(root, join(base, 'alias'));
    const aliased = createLocalFiles([join(base, 'alias')]);
    for (const path of ['a.txt', join(base, 'alias', 'a.txt'), join(root, 'a.txt')])
      expect(await drain(await aliased.read(path))).toBe('alpha');
  });

  it('takes the root of the file system', async () => {
    const all = createLocalFiles(['/']);
    expect(await drain(await all.read(join(base, 'closed', 'secret.txt')))).toBe('secret');
    await expect(all.read('/')).rejects.toMatchObject(OUTSIDE);
  });

  it('gives an empty file as nothing', async () => {
    await writeFile(join(root, 'empty'), '');
    const source = await files.read('empty');
    expect([source.size, await drain(source)]).toEqual([0, '']);
  });

  it.each([
    ['nothing', () => ''],
    ['a NUL', () => 'a.txt\0.png'],
    ['the root itself', () => root],
    ['the root by a dot', () => '.'],
    ['the folder above', () => '..'],
    ['a step out', () => '../closed/secret.txt'],
    ['an absolute path elsewhere', () => join(base, 'closed', 'secret.txt')],
    ['a neighbour whose name begins like the root', () => `${root}er/x`],
    ['a folder elsewhere that does not exist', () => join(base, 'nowhere', 'x')],
    ['content instead of a path', () => '../'.repeat(3) + 'x'.repeat(300)],
  ])('refuses %s as outside', async (_title, path) => {
    await expect(files.read(path())).rejects.toMatchObject(OUTSIDE);
  });

  it('refuses a folder link that leads out', async () => {
    await symlink(join(base, 'closed'), join(root, 'out'));
    await expect(files.read('out/secret.txt')).rejects.toMatchObject(OUTSIDE);
  });

  it('follows a folder link that stays inside', async () => {
    await symlink(root, join(root, 'sub', 'up'));
    expect(await drain(await files.read('sub/up/a.txt'))).toBe('alpha');
  });

  it('refuses a file that is a link, even to one inside', async () => {
    await symlink(join(root, 'a.txt'), join(root, 'b.txt'));
    await expect(files.read('b.txt')).rejects.toMatchObject(
      bad(/^b\.txt cannot be used: it is a symbolic link\.$/),
    );
  });

  it.each([
    ['a folder', 'sub', 'it is a folder'],
    ['a missing file', 'none.txt', 'it, or its folder, does not exist'],
    ['a missing folder', 'none/a.txt', 'it, or its folder, does not exist'],
    ['a file as a folder', 'a.txt/b', 'a part of it is no folder'],
    ['a name that is too long', 'x'.repeat(300), 'the name is too long'],
  ])('refuses %s', async (_title, path, why) => {
    await expect(files.read(path)).rejects.toMatchObject(bad(`cannot be used: ${why}\\.$`));
  });

  it('refuses a pipe without waiting for its other end', async () => {
    execFileSync('mkfifo', [join(root, 'pipe')]);
    await expect(files.read('pipe')).rejects.toMatchObject(bad(/it is no regular file/));
    const source = await files.read('a.txt');
    await rename(join(root, 'pipe'), join(root, 'a.txt'));
    await expect(drain(source)).rejects.toMatchObject(bad(/another file has taken its place/));
  });
});

describe('a file that changes between the look and the reading', () => {
  it.each([
    ['a link', () => symlink(join(base, 'closed', 'secret.txt'), join(root, 'new')), 'it is a symbolic link'],
    ['another file', () => writeFile(join(root, 'new'), 'other'), 'another file has taken its place'],
  ])('into %s is not read', async (_title, make, why) => {
    const source = await files.read('a.txt');
    await make();
    await rename(join(root, 'new'), join(root, 'a.txt'));
    await expect(drain(source)).rejects.toMatchObject(bad(why));
  });

  it('by its folder becoming a link that leads out is not read', async () => {
    await writeFile(join(root, 'sub', 'secret.txt'), 'harmless');
    const source = await files.read('sub/secret.txt');
    await rename(join(root, 'sub'), join(root, 'was'));
    await symlink(join(base, 'closed'), join(root, 'sub'));
    await expect(drain(source)).rejects.toMatchObject(bad(/another file has taken its place/));
  });

  it('by growing gives what was announced', async () => {
    const source = await files.read('a.txt');
    await writeFile(join(root, 'a.txt'), 'alphabet');
    expect(await drain(source)).toBe('alpha');
  });

  it('by shrinking or going away fails', async () => {
    const source = await files.read('a.txt');
    await truncate(join(root, 'a.txt'), 2);
    await expect(drain(source)).rejects.toMatchObject(bad(/it became shorter/));
    await rm(join(root, 'a.txt'));
    await expect(drain(source)).rejects.toMatchObject(bad(/does not exist/));
  });
});

describe('writing', () => {
  it('makes a new file, private, and tells place, size and digest', async () => {
    expect(await files.write('sub/new.bin', saying('one', 'two'), NEW)).toEqual({
      path: join(root, 'sub', 'new.bin'),
      size: 6,
      sha256: createHash('sha256').update('onetwo').digest('hex'),
    });
    expect(await readFile(join(root, 'sub', 'new.bin'), 'utf8')).toBe('onetwo');
    expect(await readdir(join(root, 'sub'))).toEqual(['new.bin']);
  });

  it('makes an empty file of nothing', async () => {
    expect(await files.write('none', saying(), NEW)).toMatchObject({ size: 0 });
  });

  it('takes names as long as the file system does', async () => {
    const name = 'ä'.repeat(127);
    expect(await files.write(name, saying('x'), NEW)).toMatchObject({ path: join(root, name) });
  });

  it('leaves a file that is there, and asks nothing of the source', async () => {
    let asked = false;
    const source = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
      asked = true;
      yield Buffer.from('x');
    };
    await expect(files.write('a.txt', source(), NEW)).rejects.toMatchObject({
      code: 'conflict',
      message: 'a.txt exists already.',
    });
    expect(asked).toBe(false);
    expect(await readFile(join(root, 'a.txt'), 'utf8')).toBe('alpha');
  });

  it('leaves a file that came into being during the download', async () => {
    const source = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
      yield Buffer.from('late');
      await writeFile(join(root, 'b.txt'), 'early');
    };
    await expect(files.write('b.txt', source(), NEW)).rejects.toMatchObject({ code: 'conflict' });
    expect(await readFile(join(root, 'b.txt'), 'utf8')).toBe('early');
    expect((await readdir(root)).sort()).toEqual(['a.txt', 'b.txt', 'sub']);
  });

  it('replaces a file where it may', async () => {
    await files.write('a.txt', saying('beta'), { overwrite: true });
    expect(await readFile(join(root, 'a.txt'), 'utf8')).toBe('beta');
    await files.write('b.txt', saying('new'), { overwrite: true });
    expect((await readdir(root)).sort()).toEqual(['a.txt', 'b.txt', 'sub']);
  });

  it('leaves a replaced file open to whom it was, and a new one to nobody else', async () => {
    const mode = async (name: string) => (await stat(join(root, name))).mode & 0o777;
    await chmod(join(root, 'a.txt'), 0o664);
    await files.write('a.txt', saying('beta'), { overwrite: true });
    await files.write('b.txt', saying('new'), NEW);
    expect([await mode('a.txt'), await mode('b.txt')]).toEqual([0o664, 0o600]);
  });

  it('leaves nothing, and the old file as it was, when the source breaks', async () => {
    const broken = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
      yield Buffer.from('half');
      throw new Error('cut');
    };
    await expect(files.write('new.txt', broken(), NEW)).rejects.toThrow('cut');
    await expect(files.write('a.txt', broken(), { overwrite: true })).rejects.toThrow('cut');
    expect((await readdir(root)).sort()).toEqual(['a.txt', 'sub']);
    expect(await readFile(join(root, 'a.txt'), 'utf8')).toBe('alpha');
  });

  it.each([
    ['outside', '../closed/new.txt', OUTSIDE],
    ['in a folder that is missing', 'none/new.txt', bad(/does not exist/)],
    ['over a folder', 'sub', bad(/it is a folder/)],
    ['over a link', 'link', bad(/it is a symbolic link/)],
    ['through a folder link that leads out', 'out/new.txt', OUTSIDE],
  ])('refuses a place %s', async (_title, path, refusal) => {
    await symlink(join(base, 'closed', 'secret.txt'), join(root, 'link'));
    await symlink(join(base, 'closed'), join(root, 'out'));
    await expect(files.write(path, saying('x'), { overwrite: true })).rejects.toMatchObject(refusal);
    expect(await readFile(join(base, 'closed', 'secret.txt'), 'utf8')).toBe('secret');
    expect(await readdir(join(base, 'closed'))).toEqual(['secret.txt']);
  });
});

it('of a read-only server can be read, not written', async () => {
  const readOnly = createLocalFiles([root], { writable: false });
  expect(await drain(await readOnly.read('a.txt'))).toBe('alpha');
  await expect(readOnly.write('new.txt', saying('x'), NEW)).rejects.toMatchObject({
    code: 'not_configured',
    message: 'This server is read-only: it writes no files of this machine either.',
  });
  expect((await readdir(root)).sort()).toEqual(['a.txt', 'sub']);
});

describe('without roots', () => {
  it('nothing can be read or written', async () => {
    const none = createLocalFiles([]);
    await expect(none.read(join(root, 'a.txt'))).rejects.toMatchObject(OUTSIDE);
    const refused = noLocalFiles('No folder is open.', 'Open one.');
    const error = { code: 'not_configured', message: 'No folder is open.', next: 'Open one.' };
    await expect(refused.read('a.txt')).rejects.toMatchObject(error);
    await expect(refused.write('a.txt', saying('x'), NEW)).rejects.toMatchObject(error);
  });

  it('a root that does not exist opens nothing', async () => {
    const gone = createLocalFiles([join(base, 'gone')]);
    await expect(gone.read('a.txt')).rejects.toMatchObject(bad(/does not exist/));
    await expect(gone.read(relative(process.cwd(), join(root, 'a.txt')))).rejects.toMatchObject(OUTSIDE);
  });
});
