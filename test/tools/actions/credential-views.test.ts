import { describe, expect, it } from 'vitest';
import { toCredential, toGrant, unwrapCredential } from '../../../src/tools/actions/credential-views.js';
import { refusalOf } from '../_rows.js';

describe('a credential', () => {
  it.each([
    ['open_a_i', 'openai'],
    ['git_hub', 'github'],
    ['anthropic', 'anthropic'],
    [{ custom: 'acme-crm' }, 'acme-crm'],
    [undefined, undefined],
    [7, undefined],
  ])('of provider %j is one of %j', (provider, expected) => {
    expect(toCredential({ id: 'c', provider }).provider).toBe(expected);
  });

  it.each([
    ['personal', 'personal'],
    [{ team: { team_id: 't1' } }, 'team:t1'],
    [{ team: 't1' }, undefined],
  ])('of scope %j has scope %j', (scope, expected) => {
    expect(toCredential({ id: 'c', scope }).scope).toBe(expected);
  });

  it('loses everything that holds or locates a secret', () => {
    const leaky = {
      id: 'c',
      secret_path: { path: 'kv/users/1' },
      value: 'v-secret',
      api_key: 'k-secret',
      access_token: 'a-secret',
      refresh_token: 'r-secret',
      owner_user_id: 'u',
    };
    const told = JSON.stringify(toCredential(leaky));
    expect(told).not.toMatch(/secret|kv\/users/);
    expect(told).toContain('owner_user_id');
  });

  it('is unwrapped', async () => {
    expect(unwrapCredential({ credential: { id: 'c' } })).toMatchObject({ id: 'c' });
    expect(unwrapCredential({ id: 'c' })).toMatchObject({ id: 'c' });
    for (const body of [{ credential: 'c' }, { credential: {} }, {}, []])
      expect(await refusalOf(() => unwrapCredential(body))).toMatchObject({ code: 'bad_response' });
  });
});

describe('a grant', () => {
  it.each([
    [
      { kind: 'agent', agent_id: 'a' },
      { target_type: 'agent', agent_id: 'a' },
    ],
    [
      { kind: 'workflow', workflow_id: 'w' },
      { target_type: 'workflow', workflow_id: 'w' },
    ],
    [{ kind: 'all_agents' }, { target_type: 'all_agents' }],
  ])('to %j is flat', (target, expected) => {
    const live = { id: 'g', binding_id: 'c', target, granted_at: 't', granted_by: 'u' };
    const rest = { grant_id: 'g', credential_id: 'c', granted_at: 't', granted_by: 'u' };
    expect(toGrant(live)).toEqual({ ...rest, ...expected });
  });

  it('of the published form stays as it is', () => {
    const published = { credential_id: 'c', agent_id: 'a', permission_type: 'use' };
    expect(toGrant(published)).toEqual(published);
  });
});
