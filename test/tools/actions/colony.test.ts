import { describe, expect, it } from 'vitest';
import { toColonySubscription, toInvited, toMember, toSaml } from '../../../src/tools/actions/colony.js';

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
