import { beforeAll, describe, expect, test } from 'vitest';
import { startSandbox, type TokenOptions } from '../../src/sandbox/index.js';
import { type Call, type CallOptions, caller, shareSandbox, useDirectory, useSandbox } from './_sandbox.js';
import { manualClock } from './workflows/_clock.js';

const OWNER = '5b0c5a5e-0a54-4b9c-8f57-6a3a1f0d0023';
const FREE = '5b0c5a5e-0a54-4b9c-8f57-6a3a1f0d0021';
const MEMBER = '5b0c5a5e-0a54-4b9c-8f57-6a3a1f0d0031';

/** A call that names the team. */
function within(call: Call, slug: string): Call {
  return (method, path, options: CallOptions = {}) =>
    call(method, path, { ...options, headers: { 'x-tenant-id': slug, ...options.headers } });
}

async function people(sandbox: Awaited<ReturnType<typeof useSandbox>>) {
  const as = (options: TokenOptions) => caller(sandbox, { expiresIn: 1_000_000_000, ...options });
  return {
    free: await as({ user: 'free@sandbox.local' }),
    pro: await as({ user: 'pro@sandbox.local' }),
    business: await as({ user: 'business@sandbox.local' }),
    enterprise: await as({ user: 'enterprise@sandbox.local' }),
    member: await as({ user: 'member@sandbox.local' }),
    robot: await as({}),
    admin: await as({ user: 'admin' }),
  };
}

async function team(owner: Call, tier = 'business') {
  const { json } = await owner('POST', '/v1/colony/teams', { json: { display_name: ' Builders ', tier } });
  return { ...json.team, owner: within(owner, json.team.slug) };
}

async function join(owner: Call, guest: Call, invitee_email: string) {
  const { json } = await owner('POST', '/v1/colony/invitations', { json: { invitee_email } });
  return guest('POST', `/v1/colony/invitations/${json.invitation.token}/accept`);
}

const shared = shareSandbox();
let cast: Awaited<ReturnType<typeof people>>;
beforeAll(async () => {
  cast = await people(shared());
});

const codes = ({ status, json }: Awaited<ReturnType<Call>>) => [status, json.error];

describe('teams', () => {
  test('are tenants of their own, owned by who creates them', async () => {
    const { business } = cast;
    const { owner: _, ...made } = await team(business);
    expect(made).toEqual({
      id: made.slug.slice(2),
      slug: expect.stringMatching(/^t-[0-9a-f-]{36}$/),
      display_name: 'Builders',
      tier: 'business',
      tenant_id: made.slug,
    });
    const { teams, count } = (await business('GET', '/v1/colony/teams')).json;
    expect(teams.at(-1)).toEqual({ ...made, role: 'owner', status: 'active', member_count: 1 });
    expect(count).toBe(teams.length);
  });

  test.each([
    ['admin', { display_name: 'x', tier: 'nonsense' }, 400, 'missing_email'],
    ['robot', { display_name: 'x', tier: 'business' }, 400, 'missing_email'],
    ['free', { display_name: 'x', tier: 'nonsense' }, 400, 'invalid_tier'],
    ['free', { display_name: '', tier: 'PRO' }, 403, 'tier_not_permitted'],
    ['free', { display_name: '\t', tier: 'business' }, 400, 'invalid_command'],
    ['free', { display_name: 'x', tier: 'business' }, 402, 'personal_tier_too_low'],
    ['business', { display_name: 'x', tier: 'Enterprise' }, 402, 'personal_tier_too_low'],
  ] as const)('of %s, %j, are refused', async (who, json, status, error) => {
    const call = cast[who];
    expect(codes(await call('POST', '/v1/colony/teams', { json }))).toEqual([status, error]);
  });

  test('are deleted by the owner only, with everything that was theirs', async () => {
    const { business, enterprise, member } = cast;
    const { id, owner, slug } = await team(business);
    expect((await join(owner, member, 'member@sandbox.local')).status).toBe(200);
    const path = `/v1/colony/teams/${id}`;
    expect(codes(await enterprise('DELETE', path))).toEqual([403, 'owner_only']);
    expect(codes(await member('DELETE', path))).toEqual([403, 'owner_only']);
    expect((await business('DELETE', path)).status).toBe(204);
    expect(codes(await business('DELETE', path))).toEqual([404, 'team_not_found']);
    expect(codes(await business('DELETE', '/v1/colony/teams/7'))).toEqual([400, 'invalid_team_id']);
    expect((await member('GET', '/v1/colony/teams')).json).toEqual({ teams: [], count: 0 });
    expect(codes(await within(business, slug)('GET', '/v1/colony/members'))).toEqual([
      403,
      'not_a_team_member',
    ]);
  });
});

describe('members', () => {
  test('join as plain members whatever role they were invited for', async () => {
    const { business, free } = await people(await useSandbox({ clock: manualClock() }));
    const { owner, id } = await team(business);
    const { json } = await owner('POST', '/v1/colony/invitations', {
      json: { invitee_email: ' FREE@sandbox.local', role: 'admin' },
    });
    expect(json.invitation).toEqual({
      id: expect.any(String),
      team_id: id,
      invitee_email: 'free@sandbox.local',
      token: expect.stringMatching(/^[0-9a-f]{64}$/),
      expires_at: '2026-03-12T14:00:00.000Z',
    });
    const accepted = await free('POST', `/v1/colony/invitations/${json.invitation.token}/accept`);
    expect(accepted.json).toEqual({ team_id: id, user_id: FREE, role: 'member', status: 'active' });
    const joined = { name: null, status: 'active', joined_at: 1772719200000 };
    expect((await owner('GET', '/v1/colony/members')).json).toEqual({
      members: [
        { user_id: OWNER, email: 'business@sandbox.local', role: 'owner', ...joined },
        { user_id: FREE, email: 'free@sandbox.local', role: 'member', ...joined },
      ],
      count: 2,
    });
  });

  test('see the team, and change nothing unless they are admins', async () => {
    const { business, free, member } = cast;
    const { owner, slug } = await team(business);
    await join(owner, free, 'free@sandbox.local');
    await join(owner, member, 'member@sandbox.local');
    const guest = within(free, slug);
    const promote = { json: { user_id: FREE, role: 'admin' } };
    expect((await guest('GET', '/v1/colony/members')).json.count).toBe(3);
    expect(codes(await guest('PUT', '/v1/colony/roles', promote))).toEqual([403, 'forbidden']);
    expect(codes(await guest('DELETE', `/v1/colony/members/${MEMBER}`))).toEqual([403, 'forbidden']);
    expect((await owner('PUT', '/v1/colony/roles', promote)).json).toEqual({ status: 'updated' });
    expect((await guest('DELETE', `/v1/colony/members/${MEMBER}`)).status).toBe(204);
    const { members } = (await guest('GET', '/v1/colony/members')).json;
    expect(members.map((each: { role: string; status: string }) => [each.role, each.status])).toEqual([
      ['owner', 'active'],
      ['admin', 'active'],
      ['member', 'revoked'],
    ]);
    expect(codes(await within(member, slug)('GET', '/v1/colony/members'))).toEqual([
      403,
      'not_a_team_member',
    ]);
    expect(codes(await guest('DELETE', `/v1/colony/members/${MEMBER}`))).toEqual([404, 'not_found']);
  });

  test.each([
    ['DELETE', `/v1/colony/members/${OWNER}`, undefined, 'owner_role_immutable'],
    ['PUT', '/v1/colony/roles', { user_id: OWNER, role: 'member' }, 'owner_role_immutable'],
    ['PUT', '/v1/colony/roles', { user_id: OWNER, role: 'owner' }, 'owner_role_immutable'],
    ['PUT', '/v1/colony/roles', { user_id: OWNER, role: 'king' }, 'invalid_role'],
    ['PUT', '/v1/colony/roles', { user_id: OWNER }, 'invalid_body'],
    ['PUT', '/v1/colony/roles', [], 'invalid_body'],
    ['POST', '/v1/colony/invitations', { invitee_email: '  ' }, 'invalid_body'],
    ['PUT', '/v1/colony/saml', { entity_id: 'x' }, 'invalid_body'],
  ])('%s %s %j is 400', async (method, path, json, error) => {
    const { business } = cast;
    const { owner } = await team(business);
    expect(codes(await owner(method, path, { json }))).toEqual([400, error]);
  });

  test('bodies are parsed whatever their content type', async () => {
    const { business } = cast;
    const { owner } = await team(business);
    const headers = { 'content-type': 'text/plain' };
    const send = (body: string) => owner('POST', '/v1/colony/invitations', { body, headers });
    expect((await send('{"invitee_email":"a@b"}')).status).toBe(201);
    expect(codes(await send('{'))).toEqual([400, 'invalid_body']);
    expect(codes(await send(''))).toEqual([400, 'invalid_body']);
    const padded = (spaces: number) => send(`{"invitee_email":"c@d"}${' '.repeat(spaces)}`);
    expect(codes(await padded(65_536))).toEqual([400, 'invalid_body']);
    for (const [method, path] of [
      ['POST', '/v1/colony/invitations'],
      ['PUT', '/v1/colony/roles'],
      ['PUT', '/v1/colony/saml'],
    ] as const) {
      const large = await owner(method, path, { body: ' '.repeat(3 * 1024 * 1024), headers });
      expect(codes(large)).toEqual([400, 'invalid_body']);
    }
    expect((await padded(65_000)).status).toBe(201);
  });
});

test('garbage is refused and changes nothing', async () => {
  const { business } = cast;
  const { owner } = await team(business);
  const routes = [
    ['POST', '/v1/colony/teams'],
    ['POST', '/v1/colony/invitations'],
    ['PUT', '/v1/colony/roles'],
  ] as const;
  const before = (await business('GET', '/v1/colony/teams')).json;
  for (const json of [null, 0, '', [], [[]], { tier: {} }, { __proto__: 1 }, { role: '\u0000' }, '\ud800']) {
    for (const [method, path] of routes) {
      const { status } = await owner(method, path, { json });
      expect([400, 422], `${path} ${JSON.stringify(json)}`).toContain(status);
    }
  }
  expect((await owner('DELETE', '/v1/colony/members/%00%F0%9F%98%80')).status).toBe(404);
  expect((await owner('DELETE', '/v1/colony/invitations/%27%20or%201=1')).status).toBe(400);
  expect((await business('GET', '/v1/colony/teams')).json).toEqual(before);
});

describe('invitations', () => {
  test('have one token per team and address, so that a second is a 500', async () => {
    const { business, free } = cast;
    const { owner } = await team(business);
    const json = { invitee_email: 'free@sandbox.local' };
    const { invitation } = (await owner('POST', '/v1/colony/invitations', { json })).json;
    expect((await owner('POST', '/v1/colony/invitations', { json })).status).toBe(500);
    expect((await owner('GET', '/v1/colony/invitations')).json).toEqual({
      invitations: [
        {
          id: invitation.id,
          team_id: invitation.team_id,
          invitee_email: 'free@sandbox.local',
          status: 'pending',
          expires_at: invitation.expires_at,
          created_at: expect.any(String),
          invited_by: OWNER,
        },
      ],
      count: 1,
    });
    const path = `/v1/colony/invitations/${invitation.id}`;
    expect((await business('DELETE', path)).status).toBe(204);
    expect(codes(await business('DELETE', path))).toEqual([400, 'domain_invariant']);
    expect((await owner('POST', '/v1/colony/invitations', { json })).status).toBe(500);
    const accepted = await free('POST', `/v1/colony/invitations/${invitation.token}/accept`);
    expect(codes(accepted)).toEqual([409, 'invitation_not_pending']);
  });

  test('are accepted once, by the address they are for, within seven days', async () => {
    const clock = manualClock();
    const { business, free, pro, robot } = await people(await useSandbox({ clock }));
    const { owner } = await team(business);
    const invite = async (invitee_email: string) => {
      const { json } = await owner('POST', '/v1/colony/invitations', { json: { invitee_email } });
      return `/v1/colony/invitations/${json.invitation.token}/accept`;
    };
    const forFree = await invite('free@sandbox.local');
    const forPro = await invite('pro@sandbox.local');
    expect(codes(await pro('POST', forFree))).toEqual([400, 'invalid_invitation']);
    expect(codes(await robot('POST', forFree))).toEqual([400, 'missing_email']);
    expect(codes(await free('POST', '/v1/colony/invitations/x/accept'))).toEqual([400, 'invalid_invitation']);
    const both = await Promise.all([free('POST', forFree), free('POST', forFree)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    clock.advance(7 * 86_400 - 1);
    expect((await owner('GET', '/v1/colony/invitations')).json.count).toBe(1);
    clock.advance(1);
    expect(codes(await pro('POST', forPro))).toEqual([410, 'invitation_expired']);
    expect(codes(await business('POST', await invite('business@sandbox.local')))).toEqual([
      409,
      'already_member',
    ]);
  });
});

describe('SAML and subscription', () => {
  test('an enterprise team keeps the identity provider its admins set', async () => {
    const { enterprise, business } = cast;
    const { owner } = await team(enterprise, 'enterprise');
    const json = { entity_id: 'urn:x', sso_url: 'https://idp.example.com', certificate: 'MIIC' };
    expect((await owner('GET', '/v1/colony/saml')).json).toEqual({ saml: null });
    expect((await owner('PUT', '/v1/colony/saml', { json })).json).toEqual({ status: 'configured' });
    expect((await owner('GET', '/v1/colony/saml')).json).toEqual(json);
    const small = (await team(business)).owner;
    expect(codes(await small('PUT', '/v1/colony/saml', { json }))).toEqual([403, 'enterprise_only']);
  });

  test('the subscription is that of the active tenant, 404 where it was never set up', async () => {
    const { business, free, robot } = cast;
    const { owner } = await team(business);
    const none = { seat_count: null, status: null, current_period_end: null };
    const read = async (call: Call) => (await call('GET', '/v1/colony/subscription')).json;
    expect(await read(owner)).toEqual({
      ...{ tier: 'business', members_used: 1, members_limit: 25, is_team: true },
      ...none,
    });
    expect((await free('GET', '/v1/colony/subscription')).status).toBe(404);
    await free('POST', '/v1/consumer/ensure-provisioned');
    expect(await read(free)).toEqual({
      tier: 'free',
      members_used: 1,
      members_limit: 1,
      is_team: false,
      ...none,
    });
    expect((await read(robot)).members_limit).toBe(4294967295);
  });
});

test('teams, members and invitations survive a restart', async () => {
  const data = useDirectory();
  const before = await startSandbox({ data, pace: 0 });
  const first = await people(before);
  const { owner, slug } = await team(first.business);
  await join(owner, first.free, 'free@sandbox.local');
  const { json } = await owner('POST', '/v1/colony/invitations', {
    json: { invitee_email: 'pro@sandbox.local' },
  });
  const members = (await owner('GET', '/v1/colony/members')).json;
  await before.close();

  const second = await people(await useSandbox({ data }));
  const again = within(second.business, slug);
  expect((await again('GET', '/v1/colony/members')).json).toEqual(members);
  expect((await second.pro('POST', `/v1/colony/invitations/${json.invitation.token}/accept`)).status).toBe(
    200,
  );
});

describe('where documented', () => {
  const sandbox = shareSandbox({ dialect: 'documented', clock: manualClock() });
  const open = () => people(sandbox());

  test('a tenant has a team of its own, and invitations are members', async () => {
    const { business, robot } = await open();
    const at = { invited_at: '2026-03-05T14:00:00.000Z' };
    const boss = { id: OWNER, email: 'business@sandbox.local', role: 'owner', status: 'active', ...at };
    expect((await business('GET', '/v1/colony/members?limit=5')).json).toEqual({ members: [boss] });
    const invited = await business('POST', '/v1/colony/members', { json: { email: 'A@b.c', role: 'admin' } });
    const guest = { id: expect.any(String), email: 'a@b.c', role: 'admin', status: 'invited', ...at };
    expect(invited.json).toEqual(guest);
    const { id } = invited.json;
    const changed = await business('PUT', '/v1/colony/roles', { json: { user_id: id, role: 'member' } });
    expect(changed.json).toEqual({ ...guest, role: 'member' });
    const removed = await business('DELETE', `/v1/colony/members/${id}`);
    expect(removed.json).toEqual({ status: 'removed' });
    expect((await business('GET', '/v1/colony/members')).json).toEqual({ members: [boss] });
    expect((await robot('GET', '/v1/colony/members')).json.members).toHaveLength(1);
  });

  test('wrong bodies are 422, missing members 404, doubles 409, all JSON', async () => {
    const { business } = await open();
    const refusal = async (method: string, path: string, json?: unknown) => {
      const answer = await business(method, path, { json });
      return [answer.status, typeof answer.json.error];
    };
    const email = { email: 'a@b.c', role: 'member' };
    await business('POST', '/v1/colony/members', { json: email });
    expect(await refusal('POST', '/v1/colony/members', email)).toEqual([409, 'string']);
    expect(await refusal('POST', '/v1/colony/members', { email: 7 })).toEqual([422, 'string']);
    expect(await refusal('PUT', '/v1/colony/roles', { user_id: OWNER, role: 'owner' })).toEqual([
      422,
      'string',
    ]);
    expect(await refusal('PUT', '/v1/colony/roles', { user_id: 'x', role: 'admin' })).toEqual([
      404,
      'string',
    ]);
    expect(await refusal('DELETE', '/v1/colony/members/x')).toEqual([404, 'string']);
    expect(await refusal('DELETE', `/v1/colony/members/${OWNER}`)).toEqual([400, 'string']);
    expect(await refusal('PUT', '/v1/colony/saml', {})).toEqual([422, 'string']);
  });

  test('SAML has a configured flag, the subscription features and quotas', async () => {
    const { enterprise } = await open();
    const json = { entity_id: 'urn:x', sso_url: 'https://idp.example.com' };
    const none = { entity_id: '', sso_url: '', configured: false };
    expect((await enterprise('GET', '/v1/colony/saml')).json).toEqual(none);
    const set = await enterprise('PUT', '/v1/colony/saml', { json });
    expect(set.json).toEqual({ ...json, configured: true });
    expect((await enterprise('GET', '/v1/colony/saml')).json).toEqual({ ...json, configured: true });
    expect((await enterprise('GET', '/v1/colony/subscription')).json).toEqual({
      tier: 'enterprise',
      features: ['teams', 'saml'],
      quota_usage: { members: 1, members_limit: 4294967295 },
    });
  });

  test('teams and invitations have no routes', async () => {
    const { business } = await open();
    expect((await business('GET', '/v1/colony/teams')).status).toBe(404);
    expect((await business('POST', '/v1/colony/invitations', { json: {} })).status).toBe(404);
  });
});
