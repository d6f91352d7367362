import { describe, expect, test } from 'vitest';
import { startSandbox } from '../../../src/sandbox/index.js';
import { shareSandbox, useDirectory, useSandbox } from '../_sandbox.js';
import { look, makeVolume, names, put, sender } from '../volumes/_volumes.js';
import { act, bind, cloned, GIT, HELLO, settled } from './_git.js';

const shared = shareSandbox();
const FIRST_COMMIT = '9d8b73ce6ab887f1304cbe20d3472e75c9c64e02';
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);

describe('a binding', () => {
  test('is pending at once and ready when its files are in a volume of its own', async () => {
    const send = await sender(shared());
    const pending = await bind(send, { label: 'hello', shallow: false });
    expect(pending).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      tenant_id: 'aegis-system',
      credential_binding_id: null,
      repo_url: HELLO,
      git_ref: { Branch: 'main' },
      sparse_paths: null,
      volume_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      label: 'hello',
      status: 'Pending',
      clone_strategy: 'Libgit2',
      last_cloned_at: null,
      last_commit_sha: null,
      auto_refresh: false,
      webhook_secret_set: false,
      created_at: TIME,
      updated_at: TIME,
    });
    const ready = await settled(send, pending.id);
    expect(ready).toEqual({
      ...pending,
      status: 'Ready',
      last_cloned_at: TIME,
      last_commit_sha: FIRST_COMMIT,
      updated_at: TIME,
    });
    expect((await send('GET', `/v1/volumes/${ready.volume_id}`)).json).toMatchObject({
      name: 'git-hello',
      size_limit_bytes: 524288000,
    });
    expect(await names(send, ready.volume_id)).toEqual(['README.md', 'docs', 'src']);
    expect((await look(send, ready.volume_id, '/download', 'README.md')).text).toBe(
      '# hello\n\nA simulated clone of example.com/team/hello.\n',
    );
    expect((await send('GET', GIT)).json).toContainEqual(ready);
  });

  test('keeps what it was made of, user information and credential included', async () => {
    const send = await sender(shared());
    const credential_binding_id = '6f1c2f3e-0b52-4d55-9b0f-2f0f5a1f6f11';
    const given = { repo_url: 'https://me:token@example.com/team/hello', credential_binding_id };
    const binding = await cloned(send, {
      ...given,
      git_ref: { type: 'tag', value: 'v1' },
      sparse_paths: ['docs', '/src/'],
      auto_refresh: true,
    });
    expect(binding).toMatchObject({
      ...given,
      git_ref: { Tag: 'v1' },
      sparse_paths: ['docs', '/src/'],
      auto_refresh: true,
      webhook_secret_set: true,
      last_commit_sha: FIRST_COMMIT,
    });
    expect(JSON.stringify(binding)).not.toContain('sandbox-webhook');
    expect(await names(send, binding.volume_id)).toEqual(['docs', 'src']);
  });

  test('checks out a commit that the remote has, and fails on another', async () => {
    const send = await sender(shared());
    const good = await cloned(send, { git_ref: { type: 'commit', value: FIRST_COMMIT } });
    expect([good.status, good.git_ref]).toEqual(['Ready', { Commit: FIRST_COMMIT }]);
    const bad = await cloned(send, { git_ref: { type: 'commit', value: '0'.repeat(40) } });
    expect(bad.status.Failed.error).toContain('not found');
    expect(await names(send, bad.volume_id)).toEqual([]);
  });

  test.each([
    'git@github.com:team/hello.git',
    'https://example.com:8443/a',
    'https://xn--bcher-kva.example/a/b/c.git',
  ])('may be of %s', async (repo_url) => {
    const send = await sender(shared());
    expect((await cloned(send, { repo_url })).status).toBe('Ready');
  });

  test.each([
    '',
    'hello',
    'http://example.com/a',
    'file:///etc/passwd',
    '/etc/passwd',
    'ftp://example.com/a',
    'ssh://git@example.com/a',
    'HTTPS:/example.com/a',
    'https://127.0.0.1/a',
    'https://2130706433/a',
    'https://[::1]/a',
    'https://example.com',
    'https://example.com/',
    'git@127.0.0.1:a',
    'git@example.com:',
    'me@example.com:a',
  ])('may not be of %j', async (repo_url) => {
    const send = await sender(shared());
    const { status, json } = await send('POST', GIT, { json: { repo_url, label: 'x' } });
    expect([status, json.error]).toEqual([400, expect.stringContaining('url validation failed')]);
  });

  test.each([
    [{ label: 'x' }, 'missing field `repo_url`'],
    [{ repo_url: HELLO }, 'missing field `label`'],
    [{ repo_url: HELLO, label: 'x', git_ref: { Branch: 'main' } }, 'git_ref'],
    [{ repo_url: HELLO, label: 'x', git_ref: { type: 'branch' } }, 'git_ref'],
    [{ repo_url: HELLO, label: 'x', credential_binding_id: 'x' }, 'credential_binding_id'],
    [{ repo_url: HELLO, label: 'x', auto_refresh: 'yes' }, 'auto_refresh'],
    [{ repo_url: HELLO, label: 'x', sparse_paths: [1] }, 'sparse_paths'],
  ])('is not made of %j', async (json, reason) => {
    const answer = await (await sender(shared()))('POST', GIT, { json });
    expect([answer.status, answer.type]).toEqual([422, 'text/plain; charset=utf-8']);
    expect(answer.text).toContain(reason);
  });

  test('of someone else does not exist', async () => {
    const { id } = await cloned(await sender(shared()));
    const other = await sender(shared(), { user: 'admin' });
    expect((await other('GET', GIT)).json).toEqual([]);
    expect((await other('GET', `${GIT}/${id}`)).status).toBe(404);
    expect((await other('DELETE', `${GIT}/${id}`)).status).toBe(404);
    expect((await act(other, id, 'refresh')).status).toBe(404);
    expect((await act(other, id, 'push')).status).toBe(404);
  });

  test('is deleted with its volume, and gone when its volume is', async () => {
    const send = await sender(shared());
    const one = await cloned(send);
    expect((await send('DELETE', `${GIT}/${one.id}`)).json).toEqual({ success: true });
    expect((await send('GET', `${GIT}/${one.id}`)).status).toBe(404);
    expect((await send('GET', `/v1/volumes/${one.volume_id}`)).status).toBe(404);
    const two = await cloned(send);
    await send('DELETE', `/v1/volumes/${two.volume_id}`);
    expect((await send('GET', `${GIT}/${two.id}`)).status).toBe(404);
    const three = await cloned(send);
    const json = { label: 'sandbox-attached' };
    await send('PATCH', `/v1/volumes/${three.volume_id}`, { json });
    expect((await send('DELETE', `${GIT}/${three.id}`)).status).toBe(200);
    expect((await send('GET', `/v1/volumes/${three.volume_id}`)).status).toBe(200);
  });

  test('that was deleted while it was cloned is gone for good', async () => {
    const send = await sender(shared());
    const { id } = await bind(send);
    expect((await send('DELETE', `${GIT}/${id}`)).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await send('GET', `${GIT}/${id}`)).status).toBe(404);
  });
});

describe('limits', () => {
  test('of the free tier are one binding, and the volumes of the tier', async () => {
    const send = await sender(shared(), { user: 'free@sandbox.local' });
    const { id } = await bind(send);
    const more = { repo_url: HELLO, label: 'more' };
    expect((await send('POST', GIT, { json: more })).json).toEqual({
      error: 'tier limit exceeded: 1 bindings allowed for this tier',
    });
    await send('DELETE', `${GIT}/${id}`);
    await makeVolume(send, 'small');
    expect((await send('POST', GIT, { json: more })).json).toEqual({
      error: 'volume provisioning failed: storage quota exceeded for tier',
    });
  });

  test('of the pro tier are five', async () => {
    const send = await sender(shared(), { user: 'pro@sandbox.local' });
    for (let count = 0; count < 5; count += 1) await bind(send);
    expect((await send('POST', GIT, { json: { repo_url: HELLO, label: 'x' } })).status).toBe(422);
  });

  test('of labels are those of volumes', async () => {
    const send = await sender(shared());
    await bind(send, { label: 'twice' });
    const { status, json } = await send('POST', GIT, { json: { repo_url: HELLO, label: 'twice' } });
    expect([status, json.error]).toEqual([
      422,
      "volume provisioning failed: volume with name 'git-twice' already exists",
    ]);
  });

  test('of what the database takes are told as they are', async () => {
    const send = await sender(shared());
    const { status, json } = await send('POST', GIT, { json: { repo_url: HELLO, label: 'a\0b' } });
    expect([status, json.error]).toEqual([500, 'invalid byte sequence for encoding "UTF8": 0x00']);
  });
});

describe('hosts that script a remote', () => {
  test('fail.invalid cannot be cloned; a refresh from there works no better', async () => {
    const send = await sender(shared());
    const failed = await cloned(send, { repo_url: 'https://fail.invalid/a' });
    expect(failed.status).toEqual({ Failed: { error: 'git: failed to resolve address for fail.invalid' } });
    expect(failed.last_cloned_at).toBeNull();
    expect((await act(send, failed.id, 'commit', { message: 'x' })).status).toBe(409);
  });

  test('hang.invalid is cloned for ever', async () => {
    const send = await sender(shared());
    const { id } = await bind(send, { repo_url: 'git@hang.invalid:a' });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect((await send('GET', `${GIT}/${id}`)).json.status).toBe('Cloning');
    for (const what of ['commit', 'push'] as const) {
      expect((await act(send, id, what, { message: 'x' })).status).toBe(409);
    }
    expect((await send('GET', `${GIT}/${id}/diff`)).status).toBe(409);
    expect((await send('DELETE', `${GIT}/${id}`)).status).toBe(200);
  });

  test('offline.invalid is cloned, then fails: what is local works until the refresh that fails', async () => {
    const send = await sender(shared());
    const { id, volume_id } = await cloned(send, { repo_url: 'https://offline.invalid/a' });
    await put(send, volume_id, 'new.txt', 'x');
    expect((await act(send, id, 'commit', { message: 'x' })).status).toBe(200);
    expect((await act(send, id, 'push')).status).toBe(502);
    expect((await act(send, id, 'refresh')).status).toBe(502);
    expect((await send('GET', `${GIT}/${id}`)).json.status).toEqual({
      Failed: { error: 'git: failed to connect to offline.invalid' },
    });
    expect((await send('GET', `${GIT}/${id}/diff`)).status).toBe(409);
  });

  test('corrupt.invalid is cloned, then git fails in it', async () => {
    const send = await sender(shared());
    const { id } = await cloned(send, { repo_url: 'https://corrupt.invalid/a' });
    expect((await act(send, id, 'commit', { message: 'x' })).status).toBe(502);
    expect((await act(send, id, 'push')).status).toBe(502);
    expect((await send('GET', `${GIT}/${id}/diff`)).status).toBe(502);
    expect((await act(send, id, 'refresh')).status).toBe(502);
  });

  test('seaweedfs.invalid is cloned onto the default backend, where git cannot work', async () => {
    const send = await sender(shared());
    const { id, clone_strategy, volume_id } = await cloned(send, { repo_url: 'https://seaweedfs.invalid/a' });
    expect(clone_strategy).toEqual({ EphemeralCli: { reason: expect.any(String) } });
    expect(await names(send, volume_id)).toEqual(['README.md', 'docs', 'src']);
    expect((await act(send, id, 'refresh')).status).toBe(501);
    expect((await act(send, id, 'commit', { message: 'x' })).status).toBe(422);
    expect((await act(send, id, 'push')).status).toBe(422);
    expect((await send('GET', `${GIT}/${id}/diff`)).status).toBe(422);
    expect((await send('GET', `${GIT}/${id}`)).json.status).toBe('Ready');
  });
});

test('after a restart clones begin anew, and what was committed is still there', async () => {
  const data = useDirectory();
  const first = await startSandbox({ data, pace: 1000 });
  const before = await sender(first);
  const pending = await bind(before, { label: 'pending' });
  await first.close();
  const second = await startSandbox({ data, pace: 0 });
  const between = await sender(second);
  const ready = await settled(between, pending.id);
  expect(ready.status).toBe('Ready');
  await put(between, ready.volume_id, 'README.md', 'changed\n');
  const { commit_sha } = (await act(between, ready.id, 'commit', { message: 'kept' })).json;
  await second.close();
  const after = await sender(await useSandbox({ data }));
  expect((await act(after, ready.id, 'commit', { message: 'nothing new' })).status).toBe(409);
  expect((await act(after, ready.id, 'push')).status).toBe(204);
  expect((await cloned(after)).last_commit_sha).toBe(commit_sha);
});
