/** Colony: the seven methods of the published section, and the teams and invitations behind them. */
import { z } from 'zod';
import { answered } from './actions/advice.js';
import {
  ACCEPT_ADVICE,
  CANCEL_ADVICE,
  CREATE_TEAM_ADVICE,
  INVITE_ADVICE,
  SUBSCRIPTION_ADVICE,
  TEAM_ADVICE,
  teamHeader,
  toColonySubscription,
  toInvited,
  toMember,
  toSaml,
} from './actions/colony.js';
import { action } from './define.js';
import { acknowledge, acknowledged, around, listOf, record, textOf } from './results.js';
import { id, text } from './shapes.js';

const team = () => ({
  tenant_id: text('Slug of the team, t-<uuid>, from list_teams. Servers know a team only by it.')
    .min(1)
    .optional(),
});

const email = (what: string) =>
  z
    .string()
    .regex(/^[^\s@]+@[^\s@]+$/, { error: 'is not an e-mail address' })
    .max(254)
    .describe(what);

/** Nothing but the published routes. */
const MEMBERS_ONLY =
  'This server has no teams beside the one of the caller: use list_members and invite_member.';

export const colony = {
  list_members: action({
    title: 'List members',
    description:
      'Lists the members of a team (colony): user id, e-mail, role, status and since when. Members removed earlier are listed with status revoked.',
    toolset: 'colony',
    effect: 'read',
    untrusted: true,
    adapted:
      'The team is named by X-Tenant-Id, which the published client cannot send; user_id is also given as id, and joined_at (milliseconds) as RFC 3339 text.',
    input: team,
    output: () => z.looseObject({ members: z.array(z.looseObject({ user_id: z.string() })) }),
    live: { operation: 'listMembers', route: 'GET /v1/colony/members', headers: teamHeader },
    run: answered(TEAM_ADVICE, (body) => ({
      ...around('members', body),
      members: listOf('members', body, toMember),
    })),
  }),

  invite_member: action({
    title: 'Invite member',
    description:
      'Invites a person to a team and returns the join token, once: nothing is e-mailed, so pass it on yourself. Valid 7 days. One invitation per address, ever. For owners and admins of the team.',
    toolset: 'colony',
    effect: 'write',
    classes: ['secret'],
    sensitive: true,
    wrapper: 'payload',
    aliases: { invitee_email: 'email' },
    adapted:
      'Sent as invitee_email to /v1/colony/invitations, because the published POST /v1/colony/members is not routed; the answer is an invitation with a token, not a member.',
    limits:
      'role has no effect: who accepts becomes a plain member. A second invitation of an address fails.',
    input: () => ({
      email: email('Address of the person. Who accepts must be signed in with it.'),
      role: z
        .enum(['member', 'admin'])
        .describe(
          'Role to invite as. Default member. Whoever accepts becomes a member: use update_role after.',
        )
        .optional(),
      ...team(),
    }),
    output: () =>
      z.looseObject({
        id: z.string().nullish(),
        email: z.string(),
        status: z.string(),
        token: z.string().nullish(),
        expires_at: z.string().nullish(),
      }),
    live: {
      operation: 'inviteMember',
      route: 'POST /v1/colony/invitations',
      headers: teamHeader,
      body: ({ email, role }) => ({ json: { invitee_email: email, role } }),
    },
    documented: {
      operation: 'inviteMemberLegacyRoute',
      route: 'POST /v1/colony/members',
      headers: teamHeader,
      body: ({ email, role }) => ({ json: { email, role: role ?? 'member' } }),
    },
    run: answered(INVITE_ADVICE, toInvited),
  }),

  remove_member: action({
    title: 'Remove member',
    description:
      'Removes a person from a team: access ends at once and the seat is no longer billed. The same address cannot be invited again. For owners and admins of the team.',
    toolset: 'colony',
    effect: 'destructive',
    classes: ['irreversible'],
    idempotent: true,
    sensitive: true,
    adapted: 'The team is named by X-Tenant-Id; the empty answer (204) becomes {status}.',
    input: () => ({ user_id: id('User id of the member, from list_members.'), ...team() }),
    output: acknowledged,
    live: {
      operation: 'removeMember',
      route: 'DELETE /v1/colony/members/{user_id}',
      headers: teamHeader,
    },
    run: answered(TEAM_ADVICE, (body, { user_id }) => acknowledge('removed', body, { user_id })),
  }),

  update_role: action({
    title: 'Update role',
    description:
      'Changes the role of a team member: an admin may invite, remove and promote others. The role of the owner cannot be changed. For owners and admins of the team.',
    toolset: 'colony',
    effect: 'destructive',
    idempotent: true,
    sensitive: true,
    wrapper: 'payload',
    adapted: 'The team is named by X-Tenant-Id; the answer {status} is completed with user_id and role.',
    input: () => ({
      user_id: id('User id of the member, from list_members.'),
      role: z.enum(['admin', 'member']).describe('New role.'),
      ...team(),
    }),
    output: acknowledged,
    live: {
      operation: 'updateRole',
      route: 'PUT /v1/colony/roles',
      headers: teamHeader,
      body: ({ user_id, role }) => ({ json: { user_id, role } }),
    },
    // A server of the published kind answers with the member, whose own status is no acknowledgement.
    run: answered(TEAM_ADVICE, (body, { user_id, role }) => ({
      ...acknowledge('updated', body, { user_id, role }),
      status: 'updated',
    })),
  }),

  get_saml_config: action({
    title: 'Get SAML config',
    description:
      'Gets the SAML identity provider that members of an enterprise team sign in with; configured is false when there is none. For owners and admins of the team.',
    toolset: 'colony',
    effect: 'read',
    adapted: 'The team is named by X-Tenant-Id; {saml: null} becomes {configured: false}.',
    input: team,
    output: () =>
      z.looseObject({
        configured: z.boolean(),
        entity_id: z.string().nullish(),
        sso_url: z.string().nullish(),
        certificate: z.string().nullish(),
      }),
    live: { operation: 'getSamlConfig', route: 'GET /v1/colony/saml', headers: teamHeader },
    run: answered(TEAM_ADVICE, toSaml),
  }),

  set_saml_config: action({
    title: 'Set SAML config',
    description:
      'Sets the SAML identity provider of an enterprise team, replacing the one before. A wrong value locks members out: the server does not check it. For owners and admins of the team.',
    toolset: 'colony',
    effect: 'destructive',
    idempotent: true,
    sensitive: true,
    wrapper: 'payload',
    adapted: 'The team is named by X-Tenant-Id; the answer {status} is completed with entity_id and sso_url.',
    input: () => ({
      entity_id: text('Entity id of the identity provider, as in its metadata.').min(1),
      sso_url: z.url({ protocol: /^https?$/ }).describe('Single sign-on address of the identity provider.'),
      certificate: text('Signing certificate of the identity provider (X.509, PEM or base64).')
        .min(1)
        .refine((value) => !value.includes('PRIVATE KEY'), {
          error: 'is a private key; give the certificate, and treat that key as disclosed',
        }),
      ...team(),
    }),
    output: acknowledged,
    live: {
      operation: 'setSamlConfig',
      route: 'PUT /v1/colony/saml',
      headers: teamHeader,
      body: ({ entity_id, sso_url, certificate }) => ({ json: { entity_id, sso_url, certificate } }),
    },
    run: answered(TEAM_ADVICE, (body, { entity_id, sso_url }) => ({
      ...acknowledge('configured', body, { entity_id, sso_url }),
    })),
  }),

  get_subscription: action({
    title: 'Get subscription',
    description:
      'Gets tier, members used and allowed, seats and status of a team, or of your personal tenant without tenant_id. For payment details see get_subscription_billing.',
    toolset: 'colony',
    effect: 'read',
    adapted:
      'tier, members and seats are given as the server has them, in place of features and quota_usage; an unlimited number of members is told by members_unlimited.',
    input: team,
    output: () => z.looseObject({ tier: z.string(), status: z.string().nullish() }),
    live: { operation: 'getSubscription', route: 'GET /v1/colony/subscription', headers: teamHeader },
    run: answered(SUBSCRIPTION_ADVICE, (body) => ({
      ...toColonySubscription(body),
      tier: textOf(record(body), 'tier'),
    })),
  }),

  list_teams: action({
    title: 'List teams',
    description:
      'Lists the teams you are an active member of, with role, tier and slug. The slug (t-<uuid>) is the tenant_id of the other colony tools: start here.',
    toolset: 'colony',
    effect: 'read',
    untrusted: true,
    alternative: MEMBERS_ONLY,
    input: () => ({}),
    output: () =>
      z.looseObject({ teams: z.array(z.looseObject({ id: z.string(), slug: z.string() })), count: z.int() }),
    live: { operation: 'listTeams', route: 'GET /v1/colony/teams' },
    run: answered(TEAM_ADVICE, (body) => {
      const teams = listOf('teams', body, (item) => ({
        ...item,
        id: textOf(item, 'id'),
        slug: textOf(item, 'slug'),
      }));
      return { ...around('teams', body), teams, count: teams.length };
    }),
  }),

  create_team: action({
    title: 'Create team',
    description:
      'Creates a team with you as its owner: a tenant of its own, a customer at the payment provider and, for enterprise, a realm to sign in to. Needs a personal plan high enough.',
    toolset: 'colony',
    effect: 'write',
    sensitive: true,
    alternative: MEMBERS_ONLY,
    input: () => ({
      display_name: text('Name of the team for people.').trim().min(1),
      tier: z.enum(['business', 'enterprise']).describe('Tier of the team; others have no teams.'),
    }),
    output: () =>
      z.looseObject({ team: z.looseObject({ id: z.string(), slug: z.string(), tier: z.string() }) }),
    live: {
      operation: 'createTeam',
      route: 'POST /v1/colony/teams',
      body: ({ display_name, tier }) => ({ json: { display_name, tier } }),
    },
    run: answered(CREATE_TEAM_ADVICE, (body) => {
      const { team: made, ...rest } = record(body);
      const team = record(made);
      const named = { id: textOf(team, 'id'), slug: textOf(team, 'slug'), tier: textOf(team, 'tier') };
      return { ...rest, team: { ...team, ...named } };
    }),
  }),

  delete_team: action({
    title: 'Delete team',
    description:
      'Deletes a team, its memberships and its realm or group; this cannot be undone. The subscription goes on being billed: cancel it first in the portal (create_portal_session). Owner only.',
    toolset: 'colony',
    effect: 'destructive',
    classes: ['irreversible'],
    idempotent: true,
    sensitive: true,
    alternative: MEMBERS_ONLY,
    input: () => ({ team_id: id('UUID of the team (not its slug), from list_teams.') }),
    output: acknowledged,
    live: { operation: 'deleteTeam', route: 'DELETE /v1/colony/teams/{team_id}' },
    run: answered(TEAM_ADVICE, (body, { team_id }) => acknowledge('deleted', body, { team_id })),
  }),

  list_invitations: action({
    title: 'List invitations',
    description:
      'Lists the pending invitations of a team: address, by whom, and until when. Join tokens are not shown: only invite_member gives one.',
    toolset: 'colony',
    effect: 'read',
    untrusted: true,
    alternative: 'A server of the published kind shows who is invited with list_members.',
    input: team,
    output: () => z.looseObject({ invitations: z.array(z.looseObject({ id: z.string() })), count: z.int() }),
    live: { operation: 'listInvitations', route: 'GET /v1/colony/invitations', headers: teamHeader },
    run: answered(TEAM_ADVICE, (body) => {
      const invitations = listOf('invitations', body, ({ token: _secret, ...item }) => ({
        ...item,
        id: textOf(item, 'id'),
      }));
      return { ...around('invitations', body), invitations, count: invitations.length };
    }),
  }),

  cancel_invitation: action({
    title: 'Cancel invitation',
    description:
      'Cancels a pending invitation: its join token no longer works. The same address cannot be invited to the team again. For owners and admins of the team.',
    toolset: 'colony',
    effect: 'destructive',
    classes: ['irreversible'],
    idempotent: true,
    sensitive: true,
    alternative: 'A server of the published kind removes who is invited with remove_member.',
    input: () => ({ invitation_id: id('UUID of the invitation, from list_invitations.') }),
    output: acknowledged,
    live: { operation: 'cancelInvitation', route: 'DELETE /v1/colony/invitations/{invitation_id}' },
    run: answered(CANCEL_ADVICE, (body, { invitation_id }) =>
      acknowledge('cancelled', body, { invitation_id }),
    ),
  }),

  accept_invitation: action({
    title: 'Accept invitation',
    description:
      'Joins a team with the token of an invitation, as the person invited: the address you are signed in with must be the one invited. Takes a seat, which the team may be billed for.',
    toolset: 'colony',
    effect: 'write',
    classes: ['secret', 'cost'],
    sensitive: true,
    secrets: ['token'],
    alternative: 'A server of the published kind adds members with invite_member alone.',
    input: () => ({
      token: z
        .string()
        .regex(/^[\w-]{16,512}$/, { error: 'is not a join token' })
        .describe('Join token of the invitation: 64 hexadecimal digits.'),
    }),
    output: () => z.looseObject({ team_id: z.string(), role: z.string(), status: z.string() }),
    live: { operation: 'acceptInvitation', route: 'POST /v1/colony/invitations/{token}/accept' },
    run: answered(ACCEPT_ADVICE, (body) => {
      const joined = record(body);
      const named = { team_id: textOf(joined, 'team_id'), role: textOf(joined, 'role') };
      return { ...joined, ...named, status: textOf(joined, 'status') };
    }),
  }),
};
