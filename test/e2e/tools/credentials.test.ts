/** The credential tools against the sandbox of both dialects. */
import { describe, expect, it } from 'vitest';
import { shareDomain, unproven } from '../_domain.js';
import { agentManifest, approvalWorkflow } from '../_manifests.js';
import { failure, type Json, type Tools } from '../_tools.js';

const UUID = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const NOBODY = '00000000-0000-4000-8000-000000000000';
const REDIRECT = 'https://app.example.com/oauth/callback';
const SECRET = 'ghp_0123456789abcdef';

describe.each(['live', 'documented'] as const)('credentials on a %s server', (dialect) => {
  const domain = shareDomain({ dialect });
  let user: Tools;
  let id: unknown;

  it('are stored, listed and read without their secret', async () => {
    user = await domain().as({ user: 'business@sandbox.local' });
    const stored = await user.must('store_api_key_credential', {
      payload: { name: 'github-token', provider: 'github', api_key: SECRET },
    });
    expect(stored).toMatchObject({ id: UUID });
    id = stored.id;
    const { credentials } = await user.must('list_credentials');
    expect(credentials).toMatchObject([{ id, provider: 'github' }]);
    const read = await user.must('get_credential', { credential_id: id });
    expect(read).toMatchObject({ id, provider: 'github' });
    if (dialect === 'live')
      expect(read).toMatchObject({
        label: 'github-token',
        credential_type: 'secret',
        scope: 'personal',
        status: 'active',
        grants: [],
      });
    for (const told of [stored, credentials, read]) {
      expect(JSON.stringify(told)).not.toContain(SECRET);
      expect(JSON.stringify(told)).not.toContain('secret_path');
    }
  });

  it('are granted to agents, workflows and everybody, and taken back', async () => {
    const { agent_id } = await user.must('deploy_agent', { manifest: agentManifest('user') });
    const { workflow_id } = await user.must('register_workflow', { payload: approvalWorkflow('flow') });
    const added = await user.must('add_grant', { credential_id: id, payload: { agent_id } });
    expect(added).toMatchObject({ credential_id: id, target_type: 'agent', agent_id });
    const named = await user.must('add_grant', { credential_id: id, workflow_name: 'flow' });
    expect(named).toMatchObject({ credential_id: id, target_type: 'workflow', workflow_name: 'flow' });
    const { grants } = await user.must('list_grants', { credential_id: id });
    const known = dialect === 'live' ? { workflow_id } : { workflow_name: 'flow' };
    expect(grants).toMatchObject([
      { credential_id: id, agent_id },
      { credential_id: id, ...known },
    ]);
    const grant_id = Object(grants)[0].grant_id;
    const revoked = await user.must('revoke_grant', { credential_id: id, grant_id });
    expect(revoked).toMatchObject({ status: 'revoked', grant_id });
    expect(Object(await user.must('list_grants', { credential_id: id })).grants).toHaveLength(1);
  });

  it('are never granted to more than is meant', async () => {
    const byId = await user.call('add_grant', { credential_id: id, workflow_id: NOBODY });
    const all = await user.call('add_grant', { credential_id: id, all_agents: true });
    const { grants } = await user.must('list_grants', { credential_id: id });
    const targets = Object(grants).map(({ target_type, agent_id, workflow_name }: Json) => {
      return target_type ?? agent_id ?? workflow_name ?? 'everybody';
    });
    expect(all.isError).toBe(false);
    if (dialect === 'live') expect(targets).toEqual(['workflow', 'workflow', 'all_agents']);
    else {
      // The published form names workflows only, and a grant that names nobody is one to everybody.
      expect(byId.isError).toBe(true);
      expect(targets).toEqual(['flow', 'everybody']);
    }
  });

  it('are rotated to the value given, on every server', async () => {
    const rotated = await user.must('rotate_credential', { credential_id: id, new_value: `${SECRET}2` });
    expect(rotated).toMatchObject({ credential_id: id, status: 'rotated' });
    expect(JSON.stringify(rotated)).not.toContain(SECRET);
    if (dialect === 'documented') {
      await user.must('rotate_credential', { credential_id: id });
      return;
    }
    const text = await failure(user, 'rotate_credential', { credential_id: id });
    expect(text).toMatch(/^Error invalid_arguments .*value: is missing\. This server makes no secrets/);
  });

  it('come from OAuth', async () => {
    const begun = await user.must('oauth_initiate', { provider: 'github', redirect_uri: REDIRECT });
    const { headers } = await fetch(String(begun.authorization_url), { redirect: 'manual' });
    const { searchParams } = new URL(headers.get('location') ?? '');
    const sent = { state: searchParams.get('state'), code: searchParams.get('code') };
    expect(begun.state).toBe(sent.state);
    const done = await user.must('oauth_callback', { params: sent });
    expect(done).toMatchObject({ id: UUID, status: 'active' });
    const again = await failure(user, 'oauth_callback', sent);
    expect(again).not.toContain(sent.state);
    expect(again).not.toContain(sent.code);
  });

  it('come from a device flow', async () => {
    const pending = await user.must('device_poll', { device_code: 'nobody-knows', provider: 'github' });
    expect(pending).toMatchObject({ status: 'pending', polls: 1, interval_seconds: 5 });
    const progress: string[] = [];
    const onProgress = (message: string): void => void progress.push(message);
    const done = await user.must(
      'device_poll',
      { device_code: 'sandbox-approved', provider: 'github', max_seconds: 30 },
      { onProgress },
    );
    expect(done).toMatchObject({ status: 'approved', credential_id: UUID });
    expect(JSON.stringify(done)).not.toContain('sandbox-approved');
  });

  it('are revoked for good', async () => {
    expect(await user.must('revoke_credential', { credential_id: id })).toMatchObject({ status: 'revoked' });
    expect(await failure(user, 'get_credential', { credential_id: id })).toContain('(HTTP 404)');
  });

  it('refuse bad input', async () => {
    const one = 'give exactly one of agent_id, workflow_name, workflow_id and all_agents';
    for (const given of [{}, { agent_id: NOBODY, all_agents: true }, { all_agents: false }])
      expect(await failure(user, 'add_grant', { credential_id: NOBODY, ...given })).toContain(one);
    const scope = await failure(user, 'store_api_key_credential', {
      name: 'x',
      provider: 'github',
      api_key: SECRET,
      scope: 'world',
    });
    expect(scope).toContain('Error invalid_arguments: store_api_key_credential: scope:');
    expect(scope).not.toContain(SECRET);
    const unknown = { credential_id: NOBODY, value: SECRET };
    expect(await failure(user, 'rotate_credential', unknown)).not.toContain(SECRET);
    expect(await failure(user, 'get_credential', { credential_id: '..' })).toContain(
      'cannot be part of a path',
    );
    if (dialect === 'documented') return;
    expect(await failure(domain().tools, 'list_credentials')).toContain('Error forbidden (HTTP 403)');
    expect(await failure(user, 'get_credential', { credential_id: 'main' })).toContain('(HTTP 400)');
  });

  it('leave no tool out', () => {
    expect(unproven(['credentials'], [user])).toEqual([]);
  });
});
