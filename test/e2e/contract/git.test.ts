/** Git storage on the live sandbox, held against the contract. */
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.js';
import { Asker } from '../_ask.js';
import { Judge } from '../_contract.js';
import { waitFor } from '../_tools.js';

const GIT = '/v1/storage/git';
const WEBHOOK = '/v1/webhooks/git';
const NOBODY = '00000000-0000-4000-8000-000000000000';
const REPOSITORY = { repo_url: 'https://example.com/team/hello.git', label: 'hello' };

/** Method, path and JSON body of a call that the contract takes, on the given binding. */
const calls = (id: string) =>
  ({
    createGitRepo: ['POST', GIT, REPOSITORY],
    listGitRepos: ['GET', GIT],
    getGitRepo: ['GET', `${GIT}/${id}`],
    deleteGitRepo: ['DELETE', `${GIT}/${id}`],
    refreshGitRepo: ['POST', `${GIT}/${id}/refresh`],
    commitGitRepo: ['POST', `${GIT}/${id}/commit`, { message: 'change' }],
    pushGitRepo: ['POST', `${GIT}/${id}/push`, {}],
    diffGitRepo: ['GET', `${GIT}/${id}/diff?staged=false`],
  }) as const;
const ANYWHERE = Object.values(calls(NOBODY));
const ON_A_BINDING = ANYWHERE.filter(([, path]) => path.includes(NOBODY));
const OPERATIONS = [...Object.keys(calls(NOBODY)), 'receiveGitWebhook'];

describe('git storage', () => {
  let sandbox: Sandbox;
  let asker: Asker;
  beforeAll(async () => {
    sandbox = await startSandbox({ pace: 0 });
    const token = await sandbox.issueToken({ user: 'business@sandbox.local' });
    asker = new Asker(new Judge('orchestrator'), sandbox.url, `Bearer ${token}`);
  });
  afterAll(() => sandbox.close());

  /** A binding whose clone has ended. */
  async function cloned(label: string, parts: Readonly<Record<string, unknown>> = {}) {
    const { id } = await asker.post(201, GIT, { ...REPOSITORY, label, ...parts });
    return waitFor(async () => {
      const binding = await asker.get(200, `${GIT}/${id}`);
      return binding.status === 'Ready' || binding.status.Failed ? binding : undefined;
    });
  }

  const edit = (volume: string, body: string) =>
    asker.ask(200, 'POST', `/v1/volumes/${volume}/files/upload?path=README.md`, { body, type: 'x/y' });

  const hook = (status: number, id: string, body = '{}') => {
    const secret = `sandbox-webhook-${id}`;
    const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
    const headers = { 'x-aegis-webhook-secret': secret, 'x-hub-signature-256': signature };
    return asker.ask(status, 'POST', WEBHOOK, { body, headers, authorization: '' });
  };

  test('asks for a bearer, a scope, and a team of the caller’s', async () => {
    const authorization = `Bearer ${await sandbox.issueToken({ scopes: [] })}`;
    for (const [method, path, json] of ANYWHERE) {
      await asker.ask(401, method, path, { authorization: '' });
      await asker.ask(403, method, path, { json, headers: { 'x-tenant-id': 'acme' } });
      await asker.ask(403, method, path, { json, authorization });
    }
  });

  test('of nobody, and of no id', async () => {
    for (const [method, path, json] of ON_A_BINDING) {
      await asker.ask(404, method, path, { json });
      await asker.ask(400, method, path.replace(NOBODY, 'nonsense'), { json });
    }
  });

  test('binds, edits, commits, pushes, refreshes, deletes', async () => {
    const { id, volume_id } = await cloned('one', {
      git_ref: { type: 'branch', value: 'work' },
      sparse_paths: ['README.md'],
      auto_refresh: true,
      shallow: true,
      credential_binding_id: null,
    });
    await asker.get(200, GIT);
    await edit(volume_id, 'changed\n');
    const { diff } = await asker.get(200, `${GIT}/${id}/diff`);
    expect(diff).toContain('+changed');
    await asker.post(200, `${GIT}/${id}/commit`, { message: 'change' });
    await asker.post(409, `${GIT}/${id}/commit`, { message: 'change' });
    await asker.ask(204, 'POST', `${GIT}/${id}/push`);
    await asker.ask(200, 'POST', `${GIT}/${id}/refresh`);
    await asker.post(400, `${GIT}/${id}/push`, {});
    await hook(202, id);
    await asker.ask(200, 'DELETE', `${GIT}/${id}`);
  });

  test('refuses bodies', async () => {
    await asker.post(400, GIT, { ...REPOSITORY, repo_url: 'file:///etc' });
    await asker.post(422, GIT, { repo_url: REPOSITORY.repo_url });
    await cloned('twice');
    await asker.post(422, GIT, { ...REPOSITORY, label: 'twice' });
    const large = `"${'x'.repeat(2 * 1024 * 1024)}"`;
    for (const path of [GIT, `${GIT}/${NOBODY}/commit`, `${GIT}/${NOBODY}/push`]) {
      await asker.ask(400, 'POST', path, { body: '{' });
      await asker.ask(413, 'POST', path, { body: large });
      await asker.ask(415, 'POST', path, { body: '{}', type: 'text/plain' });
      await asker.ask(422, 'POST', path, { body: '[7]' });
    }
    await asker.ask(401, 'POST', WEBHOOK, { body: '{}', authorization: '' });
    await asker.ask(413, 'POST', WEBHOOK, { body: large, authorization: '' });
  });

  test('fails as its remote and its storage do', async () => {
    const failed = await cloned('failing', { repo_url: 'https://fail.invalid/a' });
    for (const [method, path, json] of Object.values(calls(failed.id)).slice(5)) {
      await asker.ask(409, method, path, { json });
    }
    const corrupt = await cloned('corrupt', { repo_url: 'https://corrupt.invalid/a', auto_refresh: true });
    for (const [method, path, json] of Object.values(calls(corrupt.id)).slice(5)) {
      await asker.ask(502, method, path, { json });
    }
    await asker.ask(502, 'POST', `${GIT}/${corrupt.id}/refresh`);
    await hook(502, corrupt.id);
    const weed = await cloned('weed', { repo_url: 'https://seaweedfs.invalid/a', auto_refresh: true });
    for (const [method, path, json] of Object.values(calls(weed.id)).slice(5)) {
      await asker.ask(422, method, path, { json });
    }
    await asker.ask(501, 'POST', `${GIT}/${weed.id}/refresh`);
    await hook(501, weed.id);
    await asker.ask(200, 'DELETE', `/v1/volumes/${weed.volume_id}`);
    await hook(422, weed.id);
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
    // The sandbox always has a database (503), which does not fail (500); a disk that fails is a 422 or a 502.
    expect(asker.unseen(OPERATIONS)).toEqual([
      'createGitRepo 500',
      'createGitRepo 503',
      'listGitRepos 500',
      'listGitRepos 503',
      'getGitRepo 500',
      'getGitRepo 503',
      'deleteGitRepo 500',
      'deleteGitRepo 503',
      // A binding whose volume is missing is not found (404) before its clone is looked at.
      'refreshGitRepo 422',
      'refreshGitRepo 500',
      'refreshGitRepo 503',
      'commitGitRepo 500',
      'commitGitRepo 503',
      'pushGitRepo 500',
      // Credentials are always looked up where there are any.
      'pushGitRepo 501',
      'pushGitRepo 503',
      'diffGitRepo 500',
      'diffGitRepo 503',
      'receiveGitWebhook 500',
      'receiveGitWebhook 503',
    ]);
  });
});
