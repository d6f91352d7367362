import { describe, expect, it } from 'vitest';
import { createRequest, toDiff, toGitRepo } from '../../../src/tools/actions/git-repos.js';
import { webhookBody, webhookHeaders } from '../../../src/tools/actions/git-webhook.js';
import { callTool } from '../_call.js';
import { type Answer, startScriptedServer } from '../_orchestrator.js';

const REPO = { repo_url: 'https://git.example/a.git', label: 'a' };

describe('the request for a repository', () => {
  it.each([
    'https://git.example/a.git',
    'git@git.example:team/a.git',
    'https://git.example/team@home/a.git',
    'https://git.example:8443/a.git?x=a@b',
  ])('takes %s', (repo_url) => {
    expect(createRequest({ repo_url, label: 'a' })).toMatchObject({ repo_url, label: 'a' });
  });

  it.each([
    'https://u@h/a',
    'https://u:p@h/a',
    'https://:p@h/a',
    'HTTPS://u@h/a',
    'https:/u@h/a',
    'https:\\\\u@h/a',
    'https:///u:p@h/a',
    'https://u:my pass@h/a',
    'https://u:p#1?@h/a',
  ])('refuses %s without repeating it', (repo_url) => {
    const refused = expect.objectContaining({
      code: 'invalid_arguments',
      message: expect.stringMatching(/^repo_url carries a user or password; (?!.*@)/),
    });
    expect(() => createRequest({ repo_url, label: 'a' })).toThrow(refused);
  });

  it('names the ref only where one is given', () => {
    expect(createRequest(REPO).git_ref).toBeUndefined();
    expect(createRequest({ ...REPO, ref: 'dev' }).git_ref).toEqual({ type: 'branch', value: 'dev' });
    expect(createRequest({ ...REPO, ref: 'abc', ref_type: 'commit' }).git_ref).toEqual({
      type: 'commit',
      value: 'abc',
    });
  });

  it('is not made for a tag or commit that is not named', () => {
    expect(createRequest({ ...REPO, ref_type: 'branch' }).git_ref).toBeUndefined();
    const refused = expect.objectContaining({
      code: 'invalid_arguments',
      message: 'create_git_repo: ref_type=tag needs ref.',
    });
    expect(() => createRequest({ ...REPO, ref_type: 'tag' })).toThrow(refused);
  });
});

describe('a repository as answered', () => {
  const answered = { id: '1', ...REPO, status: 'Ready', git_ref: { Branch: 'main' }, volume_id: '2' };

  it('has status and ref as texts', () => {
    expect(toGitRepo(answered)).toEqual({
      id: '1',
      ...REPO,
      status: 'Ready',
      ref: 'main',
      ref_type: 'branch',
      volume_id: '2',
    });
  });

  it('keeps the reason of a failure, and what it does not know', () => {
    expect(toGitRepo({ ...answered, status: { Failed: { error: 'no such host' } } })).toMatchObject({
      status: 'Failed',
      error: 'no such host',
    });
    for (const status of [{}, null, undefined])
      expect(toGitRepo({ ...answered, status }).status).toBe('unknown');
    expect(toGitRepo({ ...answered, git_ref: { Note: 'x' } })).not.toHaveProperty('ref');
    expect(toGitRepo({ ...answered, git_ref: null })).not.toHaveProperty('ref');
  });

  it('shows no credentials that somebody stored in an address', () => {
    const told = toGitRepo({
      ...answered,
      repo_url: 'https://bob:ghp_x@git.example/a.git',
      status: { Failed: { error: 'https://ghp_x@git.example/a.git and https://y:z@h: denied' } },
    });
    expect(told.repo_url).toBe('https://[redacted]@git.example/a.git');
    expect(told.error).toBe('https://[redacted]@git.example/a.git and https://[redacted]@h: denied');
  });

  it.each([
    { ...answered, id: 1 },
    { ...answered, label: undefined },
    { ...answered, repo_url: null },
  ])('is refused without what every repository has', (value) => {
    expect(() => toGitRepo(value)).toThrow("The server's answer is not");
  });
});

describe('a diff', () => {
  it('comes whole up to 256 KiB, and says when it is cut', () => {
    expect(toDiff({ diff: '+é\n' })).toEqual({ diff: '+é\n' });
    expect(toDiff({ diff: `${'x'.repeat(262_143)}é` })).toEqual({
      diff: 'x'.repeat(262_143),
      truncated: true,
    });
    expect(() => toDiff({})).toThrow("The server's answer is not an object with diff.");
  });
});

describe('a refusal', () => {
  const REFUSED: readonly [string, Record<string, unknown>, Answer, string][] = [
    [
      'create_git_repo',
      REPO,
      { status: 422, json: { error: 'storage quota exceeded' } },
      'get_volume_quota tells what is left',
    ],
    [
      'create_git_repo',
      REPO,
      { status: 422, json: { error: "volume with name 'git-widgets' already exists" } },
      'If the name is taken, choose another label.',
    ],
    [
      'push_git_repo',
      { binding_id: '1' },
      { status: 400, json: { error: 'HEAD is detached' } },
      'name the branch to push as ref',
    ],
    [
      'commit_git_repo',
      { binding_id: '1', message: 'm' },
      { status: 409, json: { error: 'not ready' } },
      'poll get_git_repo',
    ],
    ['receive_git_webhook', { source: 'ci' }, { status: 501, json: { error: 'no' } }, 'on a host path'],
    ['receive_git_webhook', { source: 'ci' }, { status: 413, text: 'length limit' }, 'at most 1 MiB'],
  ];

  it.each(REFUSED)('of %s %j says what to do', async (tool, args, answer, next) => {
    const server = await startScriptedServer();
    const { text } = await callTool(
      server,
      tool,
      args,
      [answer],
      {},
      {
        AEGIS_WEBHOOK_SECRETS: 'ci=whsec-ci',
      },
    );
    await server.close();
    expect(text.split('\nNext: ')[1]).toContain(next);
  });

  it('of a body is not taken for one of the storage', async () => {
    const server = await startScriptedServer();
    const answer = { status: 422, text: 'Failed to deserialize the JSON body' };
    const args = { binding_id: '1', message: 'm' };
    const { text } = await callTool(server, 'commit_git_repo', args, [answer]);
    await server.close();
    expect(text).not.toContain('host path');
  });

  it('of an id is not taken for one of the branch', async () => {
    const server = await startScriptedServer();
    const answer = { status: 400, text: 'Invalid URL: Cannot parse `id`' };
    const { text } = await callTool(server, 'push_git_repo', { binding_id: 'x' }, [answer]);
    await server.close();
    expect(text).not.toContain('branch');
  });
});

describe('a webhook', () => {
  const means = { webhookSecret: (source: string) => (source === 'ci' ? 'whsec-ci' : undefined) };

  it('is signed as it is sent', () => {
    const args = { source: 'ci', payload: { ref: 'refs/heads/größe' } };
    expect(webhookBody(args)).toEqual({ text: '{"ref":"refs/heads/größe"}', type: 'application/json' });
    expect(webhookHeaders(args, means)).toEqual({
      'x-aegis-webhook-secret': 'whsec-ci',
      // printf '{"ref":"refs/heads/größe"}' | openssl dgst -sha256 -hmac whsec-ci
      'x-hub-signature-256': 'sha256=c1fdfcb56bbfe27df70f4de90e25f1e567391741cf111e72f0b59e978edd6473',
    });
  });

  it('is not made without a secret', () => {
    const refused = expect.objectContaining({
      code: 'not_configured',
      message: 'receive_git_webhook: no secret is configured for the source other.',
    });
    expect(() => webhookHeaders({ source: 'other' }, means)).toThrow(refused);
  });
});
