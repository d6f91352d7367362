/** The colony tools against the sandbox: teams on the live server, members alone on the published one. */
import { beforeAll, describe, expect, it } from 'vitest';
import { shareDomain, unproven } from '../_domain.js';
import { failure, type Json, type Tools } from '../_tools.js';

const UUID = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const NOBODY = '00000000-0000-4000-8000-000000000000';
const SAML = {
  entity_id: 'https://idp.example.com',
  sso_url: 'https://idp.example.com/sso',
  certificate: 'MIIB8TCCAVoCCQCg2ZYlHzTQlTANBgkqhkiG9w0BAQsFADA9',
};
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);

describe('colony on a live server', () => {
  const domain = shareDomain({});
  let owner: Tools;
  let guest: Tools;
  let team: Json;
  let tenant_id: unknown;

  beforeAll(async () => {
    owner = await domain().as({ user: 'enterprise@sandbox.local' });
    guest = await domain().as({ user: 'free@sandbox.local' });
  });

  it('has teams, which their owner makes', async () => {
    const made = await owner.must('create_team', { display_name: 'Tide', tier: 'enterprise' });
    team = Object(made.team);
    tenant_id = team.slug;
    expect(team).toMatchObject({ id: UUID, display_name: 'Tide', tier: 'enterprise' });
    expect(tenant_id).toBe(`t-${team.id}`);
    expect(await owner.must('list_teams')).toMatchObject({
      teams: [{ id: team.id, role: 'owner', member_count: 1 }],
      count: 1,
    });
    expect(await owner.must('get_subscription', { tenant_id })).toMatchObject({
      tier: 'enterprise',
      is_team: true,
    });
    // A personal tenant is made at the first sign-in.
    expect(await failure(guest, 'get_subscription')).toContain('ensure_consumer_provisioned');
    await guest.must('ensure_consumer_provisioned');
    expect(await guest.must('get_subscription')).toMatchObject({ tier: 'free', members_unlimited: false });
  });

  it('has members by invitation', async () => {
    const invited = await owner.must('invite_member', {
      payload: { email: 'Free@Sandbox.local', role: 'admin' },
      tenant_id,
    });
    expect(invited).toMatchObject({ email: 'free@sandbox.local', role: 'member', status: 'pending' });
    const { token, ...shown } = invited;
    const listed = await owner.must('list_invitations', { tenant_id });
    expect(listed).toMatchObject({ invitations: [{ id: shown.id, status: 'pending' }], count: 1 });
    expect(JSON.stringify(listed)).not.toContain(token);

    const joined = await guest.must('accept_invitation', { token });
    expect(joined).toMatchObject({ team_id: team.id, role: 'member', status: 'active' });
    const { user_id } = joined;
    const { members } = await owner.must('list_members', { tenant_id });
    expect(members).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: user_id, user_id, role: 'member', status: 'active', joined_at: TIME }),
      ]),
    );
    expect(await owner.must('update_role', { user_id, role: 'admin', tenant_id })).toMatchObject({
      user_id,
      role: 'admin',
      status: 'updated',
    });
    expect(await owner.must('remove_member', { user_id, tenant_id })).toMatchObject({
      user_id,
      status: 'removed',
    });
    const again = await failure(owner, 'invite_member', { email: 'free@sandbox.local', tenant_id });
    expect(again).toContain('An address can be invited to a team only once');
  });

  it('takes an invitation back', async () => {
    const { id } = await owner.must('invite_member', { email: 'ada@example.com', tenant_id });
    const cancelled = { invitation_id: id, status: 'cancelled' };
    expect(await owner.must('cancel_invitation', { invitation_id: id })).toMatchObject(cancelled);
    expect(await owner.must('list_invitations', { tenant_id })).toMatchObject({ count: 0 });
  });

  it('signs members in with SAML', async () => {
    expect(await owner.must('get_saml_config', { tenant_id })).toEqual({ configured: false });
    const set = await owner.must('set_saml_config', { ...SAML, tenant_id });
    expect(set).toMatchObject({ entity_id: SAML.entity_id, status: 'configured' });
    expect(set).not.toHaveProperty('certificate');
    expect(await owner.must('get_saml_config', { tenant_id })).toMatchObject({ ...SAML, configured: true });
  });

  it('wants to know the team, and says where it is named', async () => {
    for (const tool of ['list_members', 'list_invitations', 'get_saml_config']) {
      const text = await failure(owner, tool);
      expect(text).toMatch(/Error refused \(HTTP 400\): No team is selected/);
      expect(text).toMatch(/Next: Give tenant_id, the slug t-<uuid> .*list_teams/);
    }
    const foreign = await failure(guest, 'list_members', { tenant_id: `t-${NOBODY}` });
    expect(foreign).toMatch(/Error forbidden \(HTTP 403\)[\s\S]*list_teams/);
  });

  it('sends the team that the operator has pinned', async () => {
    const pinned = await domain().as({ user: 'enterprise@sandbox.local' }, { tenant: String(tenant_id) });
    expect(await pinned.must('list_members')).toMatchObject({ members: [{ role: 'owner' }, {}] });
    expect(await failure(pinned, 'list_members', { tenant_id })).toContain('unknown argument "tenant_id"');
  });

  it('refuses what is not allowed, and tells why', async () => {
    const poor = await failure(guest, 'create_team', { display_name: 'Rise', tier: 'business' });
    expect(poor).toContain('Your personal plan is too low for a team; nothing was created');
    expect(poor).not.toContain('may have taken effect');
    const me = Object((await owner.must('list_members', { tenant_id })).members)[0].user_id;
    const demoted = await failure(owner, 'update_role', { user_id: me, role: 'member', tenant_id });
    expect(demoted).toContain('the owner keeps role and membership');
    const token = '0'.repeat(64);
    const unknown = await failure(guest, 'accept_invitation', { token });
    expect(unknown).toContain('Next: Check the token, and that you are signed in with the address invited.');
    expect(unknown).not.toContain(token);
  });

  it('refuses bad input before it is sent', async () => {
    for (const [tool, args, problem] of [
      ['invite_member', { email: 'nobody' }, 'email: is not an e-mail address'],
      ['invite_member', { email: 'a@b.c', role: 'owner' }, 'role: '],
      ['update_role', { user_id: 'u', role: 'owner' }, 'role: '],
      ['create_team', { display_name: ' ', tier: 'business' }, 'display_name: '],
      ['create_team', { display_name: 'x', tier: 'pro' }, 'tier: '],
      ['set_saml_config', { ...SAML, sso_url: 'ftp://idp' }, 'sso_url: '],
      ['accept_invitation', { token: '../../admin' }, 'token: is not a join token'],
      ['remove_member', { user_id: '..', tenant_id }, 'user_id: '],
    ] as const)
      expect(await failure(owner, tool, args)).toContain(
        `Error invalid_arguments: ${tool === 'remove_member' ? '' : `${tool}: `}${problem}`,
      );
    const key = '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----';
    const leaked = await failure(owner, 'set_saml_config', { ...SAML, certificate: key });
    expect(leaked).toContain('certificate: is a private key');
    expect(leaked).not.toContain('MC4CAQ');
  });

  it('deletes a team', async () => {
    expect(await failure(guest, 'delete_team', { team_id: team.id })).toContain('Have the owner of the team');
    const deleted = { team_id: team.id, status: 'deleted' };
    expect(await owner.must('delete_team', { team_id: team.id })).toMatchObject(deleted);
    expect(await owner.must('list_teams')).toMatchObject({ count: 0 });
  });

  it('leaves no tool out', () => {
    expect(unproven(['colony'], [owner, guest])).toEqual([]);
  });
});

describe('colony on a server of the published kind', () => {
  const domain = shareDomain({ dialect: 'documented' });

  it('has members of one team', async () => {
    const { tools } = domain();
    const invited = await tools.must('invite_member', { payload: { email: 'ada@example.com' } });
    expect(invited).toMatchObject({ email: 'ada@example.com', role: 'member' });
    const { members } = await tools.must('list_members');
    const ada = Object(members).find((member: Json) => member.email === 'ada@example.com');
    const { user_id } = ada;
    expect(ada).toMatchObject({ id: user_id, role: 'member' });
    expect(await tools.must('update_role', { user_id, role: 'admin' })).toMatchObject({ status: 'updated' });
    expect(await tools.must('remove_member', { user_id })).toMatchObject({ user_id });
    expect(await tools.must('get_subscription')).toMatchObject({ tier: expect.any(String) });
  });

  it('signs members in with SAML', async () => {
    const { tools } = domain();
    expect(await tools.must('get_saml_config')).toMatchObject({ configured: false });
    expect(await tools.must('set_saml_config', { payload: SAML })).toMatchObject({
      entity_id: SAML.entity_id,
    });
    expect(await tools.must('get_saml_config')).toMatchObject({ ...SAML, configured: true });
  });

  it('has no teams, and says what there is', async () => {
    const { tools } = domain();
    for (const [tool, args, alternative] of [
      ['list_teams', {}, 'list_members and invite_member'],
      ['create_team', { display_name: 'x', tier: 'business' }, 'list_members and invite_member'],
      ['delete_team', { team_id: NOBODY }, 'list_members and invite_member'],
      ['list_invitations', {}, 'list_members'],
      ['cancel_invitation', { invitation_id: NOBODY }, 'remove_member'],
      ['accept_invitation', { token: '0'.repeat(64) }, 'invite_member'],
    ] as const) {
      const text = await failure(tools, tool, args);
      expect(text).toContain('Error unsupported');
      expect(text.split('Next: ')[1]).toContain(alternative);
    }
    expect(unproven(['colony'], [tools])).toEqual([
      'accept_invitation',
      'cancel_invitation',
      'create_team',
      'delete_team',
      'list_invitations',
      'list_teams',
    ]);
  });
});
