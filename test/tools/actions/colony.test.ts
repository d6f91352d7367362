import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toColonySubscription, toInvited, toMember, toSaml } from '../../../src/tools/actions/colony.js';
import { callTool } from '../_call.js';
import { type ScriptedServer, startScriptedServer } from '../_orchestrator.js';

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());

describe('a member', () => {
  it('has its time as text and in milliseconds', () => {
    expect(toMember({ user_id: 'u', joined_at: 1_778_234_400_000 })).toEqual({
      id: 'u',
      user_id: 'u',
      joined_at: '2026-05-08T10:00:00Z',
      joined_at_ms: 1_778_234_400_000,
    });
  });

  it('keeps a time that is text already', () => {
    expect(toMember({ id: 'u', joined_at: '2026-05-08' })).toEqual({
      id: 'u',
      user_id: 'u',
      joined_at: '2026-05-08',
    });
  });

  it.each([{}, { user_id: 7 }, { user_id: 'u', joined_at: 1e18 }])('is none without %j', (value) => {
    expect(() => toMember(value)).toThrow("The server's answer is not");
  });
});

it('tells the address and the token of an invitation once', () => {
  const invitation = { id: 'i', invitee_email: 'a@b', token: 'secret' };
  const shown = toInvited({ invitation }, { email: 'A@b' });
  expect(shown).toEqual({ id: 'i', email: 'a@b', role: 'member', status: 'pending', token: 'secret' });
  expect(toInvited({ invitation: { id: 'i' } }, { email: 'A@b' }).email).toBe('A@b');
  expect(toInvited({ invitation, seats_left: 2 }, { email: 'A@b' })).toMatchObject({
    id: 'i',
    seats_left: 2,
  });
});

describe('a refusal', () => {
  const ID = '1c4f2a8e-0b1c-4d2e-8f30-a1b2c3d4e5f6';
  const TEAM = { display_name: 'x', tier: 'business' };
  it.each([
    ['invite_member', { email: 'a@b.c' }, 409, 'seat_cap_reached', 'The team is full: get_subscription'],
    ['create_team', TEAM, 400, 'missing_email', 'Sign in with an account whose token has an e-mail claim.'],
    ['create_team', TEAM, 403, 'tier_not_permitted', 'Give tier business or enterprise'],
    ['delete_team', { team_id: `t-${ID}` }, 400, 'invalid_team_id', 'Give the id of the team, a UUID'],
    ['cancel_invitation', { invitation_id: ID }, 400, 'domain_invariant', 'Nothing is left to cancel'],
    [
      'cancel_invitation',
      { invitation_id: 'x' },
      400,
      'invalid_invitation_id',
      'Give the id of an invitation',
    ],
  ])('of %s with %j (%i %s) says what to do', async (tool, args, status, error, next) => {
    const { text } = await callTool(server, tool, args, [{ status, json: { error } }]);
    expect(text).toContain(`(HTTP ${status}): `);
    expect(text).toContain(`\nNext: ${next}`);
    expect(text).not.toContain('may have taken effect');
  });

  it('of an identity provider that is not ready invites to try again', async () => {
    const later = { status: 503, json: { error: 'not ready' } };
    const { text } = await callTool(server, 'ensure_consumer_provisioned', {}, [later]);
    expect(text).toContain('The identity provider is not ready, or the server makes no tenants: not ready.');
    expect(text).toContain('Next: Try again in a minute');
    expect(text).not.toContain('may have taken effect');
  });

  it('comes from here where the team has no name', async () => {
    const { text } = await callTool(server, 'list_members', { tenant_id: '' }, []);
    expect(text).toContain('Error invalid_arguments: list_members: tenant_id: ');
    expect(server.asked).toEqual([]);
  });
});

it.each([
  [{ saml: null }, { configured: false }],
  [{ entity_id: 'e' }, { entity_id: 'e', configured: true }],
  [
    { entity_id: '', configured: false },
    { entity_id: '', configured: false },
  ],
])('reads the SAML configuration %j', (body, shown) => {
  expect(toSaml(body)).toEqual(shown);
});

it('tells a limit from none', () => {
  expect(toColonySubscription({ members_limit: 25 })).toEqual({
    members_limit: 25,
    members_unlimited: false,
  });
  expect(toColonySubscription({ members_limit: 4_294_967_295 })).toMatchObject({ members_unlimited: true });
  expect(toColonySubscription({ tier: 'pro' })).toEqual({ tier: 'pro' });
});
