import { mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTokenFile } from '../../src/auth/token-file.js';

const never = new AbortController().signal;
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aegis-token-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('token file', () => {
  it('is trimmed, and read anew when it changes', async () => {
    const path = join(folder, 'token');
    await writeFile(path, '  first\r\n');
    const tokens = createTokenFile(path);
    expect(await tokens.token(never)).toBe('first');
    await writeFile(path, 'second-longer\n');
    expect(await tokens.token(never)).toBe('second-longer');
    expect(tokens.description).toBe(`the token file ${path}`);
  });

  it('is not read again while it is unchanged', async () => {
    const path = join(folder, 'token');
    const stamp = new Date('2026-05-05T10:00:00Z');
    await writeFile(path, 'first');
    await utimes(path, stamp, stamp);
    const tokens = createTokenFile(path);
    expect(await tokens.token(never)).toBe('first');
    await writeFile(path, 'other');
    await utimes(path, stamp, stamp);
    expect(await tokens.token(never)).toBe('first');
  });

  it('follows an atomic rename that keeps size and time', async () => {
    const path = join(folder, 'token');
    const stamp = new Date('2026-05-05T10:00:00Z');
    await writeFile(path, 'token-1');
    await utimes(path, stamp, stamp);
    const tokens = createTokenFile(path);
    expect(await tokens.token(never)).toBe('token-1');
    await writeFile(join(folder, 'new'), 'token-2');
    await utimes(join(folder, 'new'), stamp, stamp);
    await rename(join(folder, 'new'), path);
    expect(await tokens.token(never)).toBe('token-2');
  });

  it('follows the swapped symlink of a Kubernetes volume', async () => {
    for (const version of ['1', '2']) {
      await mkdir(join(folder, version));
      await writeFile(join(folder, version, 'token'), `token-${version}`);
    }
    await symlink('1', join(folder, '..data'));
    await symlink(join('..data', 'token'), join(folder, 'token'));
    const tokens = createTokenFile(join(folder, 'token'));
    expect(await tokens.token(never)).toBe('token-1');
    await symlink('2', join(folder, '..tmp'));
    await rename(join(folder, '..tmp'), join(folder, '..data'));
    expect(await tokens.token(never)).toBe('token-2');
  });

  it('gives another token after a 401 only when the file has one', async () => {
    const path = join(folder, 'token');
    await writeFile(path, 'first');
    const tokens = createTokenFile(path);
    await tokens.token(never);
    expect(await tokens.renew('first', never)).toBeUndefined();
    await writeFile(path, 'second');
    expect(await tokens.renew('first', never)).toBe('second');
  });

  it.each<[string, string | undefined, string]>([
    ['missing', undefined, 'The token file PATH does not exist.'],
    ['empty', ' \n', 'The token file PATH is empty.'],
    ['with a scheme', 'Bearer abc', 'The token file PATH starts with "Bearer".'],
    [
      'with two lines',
      'abc\ndef',
      'The token file PATH has white space or other characters inside that no token has.',
    ],
    ['too large', 'x'.repeat(65_537), 'The token file PATH is larger than 65536 bytes.'],
  ])('%s: says so with its path', async (_title, content, message) => {
    const path = join(folder, 'token');
    if (content !== undefined) await writeFile(path, content);
    await expect(createTokenFile(path).token(never)).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: message.replace('PATH', path),
    });
  });

  it('says why it cannot be read', async () => {
    await expect(createTokenFile(folder).token(never)).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: `The token file ${folder} cannot be read (EISDIR).`,
    });
  });

  it('recovers when the file appears', async () => {
    const path = join(folder, 'token');
    const tokens = createTokenFile(path);
    await expect(tokens.token(never)).rejects.toThrow();
    await writeFile(path, 'late');
    expect(await tokens.token(never)).toBe('late');
  });
});
