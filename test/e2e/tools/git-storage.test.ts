/** The git storage tools against the sandbox of both dialects; only the live one has git storage. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registry } from '../../../src/tools/registry.js';
import { shareDomain, unproven } from '../_domain.js';
import { failure, type Json, openTools, type Tools, waitFor } from '../_tools.js';

const UUID = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const SHA1 = expect.stringMatching(/^[0-9a-f]{40}$/);
const NOBODY = '00000000-0000-4000-8000-000000000000';
const HELLO = 'https://example.com/team/hello.git';

/** Arguments with which each tool gets past its own checks. */
const ARGUMENTS: Readonly<Record<string, Json>> = {
  create_git_repo: { repo_url: HELLO, label: 'hello' },
  list_git_repos: {},
  get_git_repo: { binding_id: NOBODY },
  delete_git_repo: { binding_id: NOBODY },
  refresh_git_repo: { binding_id: NOBODY },
  commit_git_repo: { binding_id: NOBODY, message: 'm' },
  push_git_repo: { binding_id: NOBODY },
  diff_git_repo: { binding_id: NOBODY },
  receive_git_webhook: { source: 'ci' },
};

describe('against a server of the live routes', () => {
  const domain = shareDomain({ dialect: 'live' });
  let tools: Tools;
  let hooked: Tools;
  let made: Json;
  const bind = async (args: Json): Promise<Json> => {
    const { id } = await tools.must('create_git_repo', args);
    return await waitFor(async () => {
      const repo = await tools.must('get_git_repo', { binding_id: id });
      return repo.status === 'Pending' || repo.status === 'Cloning' ? undefined : repo;
    });
  };
  beforeAll(async () => {
    tools = domain().tools;
    made = await bind({ repo_url: HELLO, label: 'hello', auto_refresh: true });
    const { sandbox } = domain();
    const env = {
      AEGIS_TOKEN: await sandbox.issueToken(),
      AEGIS_WEBHOOK_SECRETS: `ci=sandbox-webhook-${made.id},wrong=whsec-wrong`,
    };
    hooked = openTools({ url: sandbox.url }, env);
  });
  afterAll(() => hooked.close());

  it('clones a repository into a volume whose files can be read', async () => {
    expect(made).toMatchObject({
      id: UUID,
      label: 'hello',
      repo_url: HELLO,
      status: 'Ready',
      ref: 'main',
      ref_type: 'branch',
      last_commit_sha: SHA1,
      webhook_secret_set: true,
    });
    const { files } = await tools.must('list_files', { volume_id: made.volume_id });
    expect(Object(files).length).toBeGreaterThan(0);
    const { repos } = await tools.must('list_git_repos');
    expect(repos).toEqual([expect.objectContaining({ id: made.id, status: 'Ready', ref: 'main' })]);
  });

  it('takes tags and commits, and says why a clone failed', async () => {
    const tag = await bind({ repo_url: HELLO, label: 'tag', ref: 'v1', ref_type: 'tag' });
    expect(tag).toMatchObject({ status: 'Ready', ref: 'v1', ref_type: 'tag' });
    const failed = await bind({ repo_url: 'https://fail.invalid/a.git', label: 'failed' });
    expect(failed).toMatchObject({ status: 'Failed', error: expect.stringContaining('fail.invalid') });
    for (const { id } of [tag, failed])
      expect(await tools.must('delete_git_repo', { binding_id: id })).toMatchObject({ status: 'deleted' });
  });

  it('shows, commits and pushes a change, and throws one away', async () => {
    const { id: binding_id, volume_id } = await bind({ repo_url: HELLO, label: 'work' });
    const edit = (content: string) => tools.must('upload_file', { volume_id, path: 'new.txt', content });
    await edit('one\n');
    const { commit_sha } = await tools.must('commit_git_repo', { binding_id, message: 'Add new.txt' });
    expect(commit_sha).toEqual(SHA1);
    const pushed = { binding_id, status: 'pushed' };
    expect(await tools.must('push_git_repo', { binding_id })).toMatchObject(pushed);
    await edit('two\n');
    const { diff } = await tools.must('diff_git_repo', { binding_id });
    expect(diff).toMatch(/^-one$[\s\S]*^\+two$/m);
    const refreshed = { binding_id, status: 'refreshed' };
    expect(await tools.must('refresh_git_repo', { binding_id })).toMatchObject(refreshed);
    expect(await tools.must('diff_git_repo', { binding_id, staged: false })).toMatchObject({ diff: '' });
    expect(await tools.must('get_git_repo', { binding_id })).toMatchObject({ last_commit_sha: commit_sha });
    const nothing = await failure(tools, 'commit_git_repo', { binding_id, message: 'again' });
    expect(nothing).toContain('Error conflict (HTTP 409)');
  });

  it('refreshes by a webhook with the configured secret, and says when it is the wrong one', async () => {
    const event = { source: 'ci', payload: { ref: 'refs/heads/main' } };
    expect(await hooked.must('receive_git_webhook', event)).toEqual({ received: true });
    const wrong = await failure(hooked, 'receive_git_webhook', { source: 'wrong' });
    expect(wrong).toMatch(
      /^Error unauthorized \(HTTP 401\): The server knows no repository with the secret of this source: .*\nNext: Correct the secret in AEGIS_WEBHOOK_SECRETS/,
    );
    expect(wrong).not.toContain('whsec-wrong');
    const none = await failure(hooked, 'receive_git_webhook', { source: 'github' });
    expect(none).toMatch(
      /^Error not_configured: .*github\.\nNext: Set AEGIS_WEBHOOK_SECRETS to github=<secret>/,
    );
    const secret = { source: 'ci', secret: 'x' };
    expect(await failure(hooked, 'receive_git_webhook', secret)).toContain('unknown argument "secret"');
  });

  it('says what work in a clone needs where the storage cannot do it', async () => {
    const { id: binding_id, status } = await bind({
      repo_url: 'https://seaweedfs.invalid/a.git',
      label: 'far',
    });
    expect(status).toBe('Ready');
    const calls: [string, Json, string][] = [
      ['refresh_git_repo', {}, 'Error unsupported (HTTP 501)'],
      ['commit_git_repo', { message: 'm' }, 'Error refused (HTTP 422)'],
      ['push_git_repo', {}, 'Error refused (HTTP 422)'],
      ['diff_git_repo', {}, 'Error refused (HTTP 422)'],
    ];
    for (const [name, args, said] of calls) {
      const text = await failure(tools, name, { binding_id, ...args });
      expect(text).toContain(said);
      expect(text).toContain('Next: Work in a clone needs volumes on a host path');
    }
  });

  it.each([
    'https://bob:ghp_secret@github.com/a/b.git',
    'https://ghp_secret@github.com/a/b.git',
    ' HTTPS://x:ghp_secret@github.com/a/b.git',
    'https:\\\\ghp_secret@github.com/a/b.git',
    'ssh://git:ghp_secret@github.com/a/b.git',
  ])('refuses credentials in the address, without repeating them: %s', async (repo_url) => {
    const text = await failure(tools, 'create_git_repo', { repo_url, label: 'x' });
    expect(text).toMatch(
      /^Error invalid_arguments: repo_url carries a user or password; .*\nNext: .*credential_binding_id/,
    );
    expect(text).not.toContain('ghp_secret');
  });

  it.each<[string, string, Json, string]>([
    ['a repository nobody has', 'get_git_repo', { binding_id: NOBODY }, 'Error not_found (HTTP 404)'],
    ['an id that is none', 'delete_git_repo', { binding_id: 'hello' }, 'Error refused (HTTP 400)'],
    [
      'plain http',
      'create_git_repo',
      { repo_url: 'http://a.example/b', label: 'x' },
      'Error refused (HTTP 400)',
    ],
    [
      'a kind of ref',
      'create_git_repo',
      { ...ARGUMENTS.create_git_repo, ref_type: 'head' },
      '"branch"|"tag"|"commit"',
    ],
    ['an empty message', 'commit_git_repo', { binding_id: NOBODY, message: '' }, 'Error invalid_arguments: '],
  ])('tells of %s', async (_title, name, args, said) => {
    expect(await failure(tools, name, args)).toContain(said);
  });

  it('leaves no tool out', () => {
    expect(unproven(['git_storage'], [tools, hooked])).toEqual([]);
  });
});

describe('against a server of the documented routes', () => {
  const domain = shareDomain({ dialect: 'documented' }, {}, { AEGIS_WEBHOOK_SECRETS: 'ci=whsec-ci' });

  const { receive_git_webhook: webhook = {}, ...others } = ARGUMENTS;

  it.each(Object.entries(others))('%s says that there is none and what to do instead', async (name, args) => {
    expect(await failure(domain().tools, name, args)).toMatch(
      /^Error unsupported \(HTTP 404\): .* no route for it .*\nNext: Put the files into a volume with create_volume and upload_file/,
    );
  });

  it('receive_git_webhook says so too, although its path is that of a stimulus source there', async () => {
    expect(await failure(domain().tools, 'receive_git_webhook', webhook)).toMatch(
      /^Error unsupported \(HTTP 401\): This server has no git storage; .*\nNext: Send stimuli with send_webhook/,
    );
  });

  it('does so for every tool', () => {
    const names = Object.keys(ARGUMENTS).sort();
    expect(unproven(['git_storage'], [domain().tools])).toEqual(names);
    expect(Object.entries(registry).filter(([, row]) => row.toolset === 'git_storage')).toHaveLength(9);
  });
});
