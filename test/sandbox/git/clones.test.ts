import { readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hunks } from '../../../src/sandbox/git/line-diff.js';
import { shareSandbox, useDirectory, useSandbox } from '../_sandbox.js';
import { look, names, put, type Send, sender } from '../volumes/_volumes.js';
import { act, cloned, diff, settled } from './_git.js';

const shared = shareSandbox();
const SHA = /^[0-9a-f]{40}$/;

let repositories = 0;
/** A clone of a repository that no other test pushes to. */
async function fresh(parts: Readonly<Record<string, unknown>> = {}): Promise<{
  send: Send;
  id: string;
  volume: string;
  repo_url: string;
}> {
  const send = await sender(shared());
  repositories += 1;
  const repo_url = `https://example.com/r${repositories}/hello.git`;
  const { id, volume_id } = await cloned(send, { repo_url, ...parts });
  return { send, id, volume: volume_id, repo_url };
}

const read = async (send: Send, volume: string, path: string) =>
  (await look(send, volume, '/download', path)).text;
const remove = (send: Send, volume: string, path: string) =>
  send('DELETE', `/v1/volumes/${volume}/files?path=${path}`);
const commit = (send: Send, id: string, message = 'change') => act(send, id, 'commit', { message });

describe('diff', () => {
  test('shows tracked files against the last commit, as git does', async () => {
    const send = await sender(shared());
    const { id, volume_id } = await cloned(send);
    expect(await diff(send, id)).toBe('');
    await put(send, volume_id, 'README.md', '# hello\n\nchanged\nno end');
    await put(send, volume_id, 'src/main.py', 'a\0b');
    await put(send, volume_id, 'untracked', 'x');
    await remove(send, volume_id, 'docs/guide.md');
    expect(await diff(send, id)).toBe(
      [
        'diff --git a/README.md b/README.md',
        'index c1f2d99..00d9899 100644',
        '--- a/README.md',
        '+++ b/README.md',
        '@@ -1,3 +1,4 @@',
        ' # hello',
        ' ',
        '-A simulated clone of example.com/team/hello.',
        '+changed',
        '+no end',
        '\\ No newline at end of file',
        'diff --git a/docs/guide.md b/docs/guide.md',
        'deleted file mode 100644',
        'index b3c648c..0000000',
        '--- a/docs/guide.md',
        '+++ /dev/null',
        '@@ -1,3 +0,0 @@',
        '-# Guide',
        '-',
        '-There is nothing to know about hello.',
        'diff --git a/src/main.py b/src/main.py',
        'index e16fe80..20b5be9 100644',
        'Binary files a/src/main.py and b/src/main.py differ',
        '',
      ].join('\n'),
    );
    expect(await diff(send, id, true)).toBe('');
  });

  test('of a very large file says that it is binary', async () => {
    const { send, id, volume } = await fresh();
    await put(send, volume, 'README.md', 'x'.repeat(1024 * 1024 + 1));
    expect(await diff(send, id)).toContain('Binary files a/README.md and b/README.md differ\n');
  });

  test('wants a boolean', async () => {
    const { send, id } = await fresh();
    expect((await send('GET', `/v1/storage/git/${id}/diff?staged=1`)).status).toBe(400);
  });

  test('has hunks with three lines of context', () => {
    const numbers = Array.from({ length: 30 }, (_, index) => `line ${index + 1}\n`);
    const changed = [...numbers];
    changed.splice(1, 1, 'two\n', 'two and a half\n');
    changed.splice(20, 1);
    changed.splice(28, 2, 'thirty\n');
    expect(hunks(numbers.join(''), changed.join(''))).toBe(
      [
        '@@ -1,5 +1,6 @@\n line 1\n-line 2\n+two\n+two and a half\n line 3\n line 4\n line 5\n',
        '@@ -17,7 +18,6 @@\n line 17\n line 18\n line 19\n-line 20\n line 21\n line 22\n line 23\n',
        '@@ -26,5 +26,4 @@\n line 26\n line 27\n line 28\n-line 29\n-line 30\n+thirty\n',
      ].join(''),
    );
  });

  test.each([
    ['', '', ''],
    ['a\n', 'a\n', ''],
    ['', 'a\n', '@@ -0,0 +1 @@\n+a\n'],
    ['a\n', '', '@@ -1 +0,0 @@\n-a\n'],
    ['a', 'a\n', '@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n'],
    ['a\nb\nc\n', 'b\nc\nd\n', '@@ -1,3 +1,3 @@\n-a\n b\n c\n+d\n'],
  ])('of %j to %j', (before, after, expected) => {
    expect(hunks(before, after)).toBe(expected);
  });

  test('of texts beyond comparison replaces them whole', () => {
    const before = Array.from({ length: 2500 }, (_, index) => `a${index}\n`).join('');
    const after = Array.from({ length: 2500 }, (_, index) => `b${index}\n`).join('');
    const text = hunks(before, after);
    expect(text.startsWith('@@ -1,2500 +1,2500 @@\n-a0\n')).toBe(true);
    expect(text.split('\n')).toHaveLength(5002);
  });
});

describe('commit', () => {
  test('takes everything in, new and deleted files too; then there is nothing more', async () => {
    const { send, id, volume, repo_url } = await fresh();
    await put(send, volume, 'new/__proto__', 'x');
    await put(send, volume, '.git/config', 'no part of the tree');
    await remove(send, volume, 'docs/guide.md');
    const { status, json } = await commit(send, id);
    expect([status, json]).toEqual([200, { commit_sha: expect.stringMatching(SHA) }]);
    expect(await diff(send, id)).toBe('');
    expect((await commit(send, id)).json).toEqual({ error: 'nothing to commit: working tree is clean' });
    await act(send, id, 'push');
    const other = await cloned(send, { repo_url });
    expect(other.last_commit_sha).toBe(json.commit_sha);
    expect(await names(send, other.volume_id)).toEqual(['README.md', 'new', 'src']);
    expect(await read(send, other.volume_id, 'new/__proto__')).toBe('x');
  });

  test('leaves alone what a sparse checkout leaves out', async () => {
    const { send, id, volume, repo_url } = await fresh({ sparse_paths: ['docs'] });
    expect(await names(send, volume)).toEqual(['docs']);
    expect(await diff(send, id)).toBe('');
    expect((await commit(send, id)).status).toBe(409);
    await put(send, volume, 'docs/guide.md', 'changed\n');
    expect((await commit(send, id)).status).toBe(200);
    await act(send, id, 'push');
    const { volume_id } = await cloned(send, { repo_url });
    expect(await names(send, volume_id)).toEqual(['README.md', 'docs', 'src']);
  });

  test('at the same time happens once', async () => {
    const { send, id, volume } = await fresh();
    await put(send, volume, 'README.md', 'x');
    const both = await Promise.all([commit(send, id), commit(send, id), commit(send, id)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  });

  test('needs a message', async () => {
    const { send, id } = await fresh();
    expect((await act(send, id, 'commit', {})).status).toBe(422);
    expect((await act(send, id, 'commit')).status).toBe(415);
  });
});

describe('push', () => {
  test('goes to the current branch, or to the named one under either name', async () => {
    const { send, id, volume, repo_url } = await fresh({ git_ref: { type: 'branch', value: 'work' } });
    await put(send, volume, 'README.md', 'pushed\n');
    await commit(send, id);
    const pushed = await act(send, id, 'push', { remote: null, ref: null });
    expect([pushed.status, pushed.text]).toEqual([204, '']);
    expect((await act(send, id, 'push', { remote: 'origin', ref: 'work' })).status).toBe(204);
    expect((await act(send, id, 'push', { ref_name: 'work' })).status).toBe(204);
    const main = await cloned(send, { repo_url });
    expect(await read(send, main.volume_id, 'README.md')).toContain('# hello');
    const work = await cloned(send, { repo_url, git_ref: { type: 'branch', value: 'work' } });
    expect(await read(send, work.volume_id, 'README.md')).toBe('pushed\n');
  });

  test('fails for another remote, for a branch that is not there, and where commits would be lost', async () => {
    const one = await fresh();
    const { send, repo_url } = one;
    const two = await cloned(send, { repo_url });
    expect((await act(send, one.id, 'push', { remote: 'upstream' })).status).toBe(502);
    expect((await act(send, one.id, 'push', { ref: 'nowhere' })).status).toBe(502);
    await put(send, one.volume, 'README.md', 'one');
    await put(send, two.volume_id, 'README.md', 'two');
    await commit(send, one.id);
    await commit(send, two.id);
    expect((await act(send, one.id, 'push')).status).toBe(204);
    expect((await act(send, two.id, 'push')).json).toEqual({
      error: 'git operation failed: cannot push non-fastforwardable reference',
    });
  });

  test('with a body that is no JSON is refused', async () => {
    const { send, id } = await fresh();
    const push = (body: string, type: string) =>
      send('POST', `/v1/storage/git/${id}/push`, { body, headers: { 'content-type': type } });
    expect((await push('{}', 'text/plain')).status).toBe(415);
    expect((await push('{', 'application/json')).status).toBe(400);
    expect((await push('{"remote":7}', 'application/json')).status).toBe(422);
  });
});

describe('refresh', () => {
  test('throws edits away, keeps what is not tracked, and takes what was pushed', async () => {
    const { send, id, volume, repo_url } = await fresh();
    const other = await cloned(send, { repo_url });
    await put(send, other.volume_id, 'README.md', 'from the other\n');
    await remove(send, other.volume_id, 'docs/guide.md');
    const { commit_sha } = (await commit(send, other.id)).json;
    await act(send, other.id, 'push');
    await put(send, volume, 'README.md', 'my edit');
    await put(send, volume, 'mine.txt', 'x');
    await remove(send, volume, 'src/main.py');
    await put(send, volume, 'src/main.py/in/the/way', 'x');
    expect((await act(send, id, 'refresh')).json).toEqual({ success: true });
    expect(await names(send, volume)).toEqual(['README.md', 'mine.txt', 'src']);
    expect(await read(send, volume, 'README.md')).toBe('from the other\n');
    expect(await read(send, volume, 'src/main.py')).toContain('def main');
    expect((await settled(send, id)).last_commit_sha).toBe(commit_sha);
  });

  test('detaches HEAD: the next push must name its branch, and a commit is on none', async () => {
    const { send, id, volume } = await fresh();
    await act(send, id, 'refresh');
    const unnamed = await act(send, id, 'push');
    expect([unnamed.status, unnamed.type]).toEqual([400, 'application/json']);
    expect((await act(send, id, 'push', { ref: 'main' })).status).toBe(204);
    await put(send, volume, 'README.md', 'x');
    expect((await commit(send, id)).status).toBe(200);
    await act(send, id, 'push', { ref: 'main' });
    await act(send, id, 'refresh');
    expect(await read(send, volume, 'README.md')).toContain('# hello');
  });

  test('puts back what was deleted, also when asked several times at once', async () => {
    const { send, id, volume } = await fresh();
    await send('DELETE', `/v1/volumes/${volume}/files?path=README.md`);
    const all = await Promise.all([1, 2, 3].map(() => act(send, id, 'refresh')));
    expect(all.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await diff(send, id)).toBe('');
  });
});

test('links in the work tree are neither read nor followed', async () => {
  const data = useDirectory();
  const send = await sender(await useSandbox({ data }));
  const { id, volume_id } = await cloned(send);
  await remove(send, volume_id, 'docs/guide.md');
  symlinkSync(data, join(data, 'files', 'volumes', volume_id, 'out'));
  symlinkSync('/etc/hostname', join(data, 'files', 'volumes', volume_id, 'docs', 'guide.md'));
  expect(await diff(send, id)).toContain('deleted file mode');
  expect((await commit(send, id)).status).toBe(200);
  expect((await act(send, id, 'refresh')).status).toBe(200);
  expect(await read(send, volume_id, 'docs/guide.md')).toContain('# Guide');
});

test('a refresh removes nothing behind a link that took the place of a folder', async () => {
  const [data, outside] = [useDirectory(), useDirectory()];
  const send = await sender(await useSandbox({ data }));
  const { id, volume_id } = await cloned(send);
  await put(send, volume_id, 'src/extra.txt', 'committed, so that the refresh removes it');
  await commit(send, id);
  const folder = join(data, 'files', 'volumes', volume_id);
  renameSync(join(folder, 'src'), join(folder, 'old'));
  writeFileSync(join(outside, 'extra.txt'), 'not of the clone');
  symlinkSync(outside, join(folder, 'src'));
  expect((await act(send, id, 'refresh')).status).toBe(200);
  expect(readdirSync(outside)).toEqual(['extra.txt']);
  expect(await names(send, volume_id, 'src')).toEqual(['main.py']);
});
