/** Literal requests of src/tools/colony.ts. */
import type { Case } from './_case.js';

const TEAM = '7a6f0c1e-2d3b-4c5a-8e9f-0a1b2c3d4e55';
const INVITATION = '1b2c3d4e-5f60-4718-9a0b-c1d2e3f40566';
const USER = '5b0c5a5e-0a54-4b9c-8f57-6a3a1f0d0021';
const TOKEN = '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef';
const CERTIFICATE = 'MIIB8TCCAVoCCQCg2ZYlHzTQlTANBgkqhkiG9w0BAQsFADA9';
const json = 'application/json';

const MEMBER = {
  user_id: USER,
  email: 'ada@example.com',
  name: 'Ada',
  role: 'admin',
  status: 'active',
  joined_at: 1_778_234_400_123,
};

const ISSUED = {
  id: INVITATION,
  team_id: TEAM,
  invitee_email: 'ada@example.com',
  token: TOKEN,
  expires_at: '2026-05-15T10:00:00Z',
};

const SUBSCRIPTION = {
  tier: 'enterprise',
  members_used: 3,
  members_limit: 4_294_967_295,
  seat_count: null,
  status: 'active',
  current_period_end: '2026-06-08T10:00:00Z',
  is_team: true,
};

const TEAM_ROW = {
  id: TEAM,
  slug: `t-${TEAM}`,
  display_name: 'Tide',
  tier: 'business',
  tenant_id: `t-${TEAM}`,
  role: 'owner',
  status: 'active',
  member_count: 3,
};

const SAML = { entity_id: 'https://idp.example.com', sso_url: 'https://idp.example.com/sso' };

export const CASES: readonly Case[] = [
  {
    tool: 'list_members',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/v1/colony/members' }],
    answers: [{ json: { members: [MEMBER], count: 1 } }],
    result: {
      count: 1,
      members: [{ ...MEMBER, id: USER, joined_at: '2026-05-08T10:00:00Z', joined_at_ms: 1_778_234_400_123 }],
    },
  },
  {
    tool: 'list_members',
    dialect: 'documented',
    args: {},
    asked: [{ method: 'GET', path: '/v1/colony/members' }],
    answers: [
      { json: { members: [{ id: USER, email: 'ada@example.com', role: 'admin', status: 'active' }] } },
    ],
    result: { members: [{ id: USER, user_id: USER, email: 'ada@example.com' }] },
  },
  {
    tool: 'invite_member',
    dialect: 'live',
    args: { payload: { email: 'ada@example.com', role: 'admin' } },
    asked: [
      {
        method: 'POST',
        path: '/v1/colony/invitations',
        type: json,
        body: { invitee_email: 'ada@example.com', role: 'admin' },
      },
    ],
    answers: [{ status: 201, json: { invitation: ISSUED } }],
    result: {
      id: INVITATION,
      team_id: TEAM,
      email: 'ada@example.com',
      role: 'member',
      status: 'pending',
      token: TOKEN,
      expires_at: '2026-05-15T10:00:00Z',
    },
  },
  {
    tool: 'invite_member',
    dialect: 'documented',
    args: { email: 'ada@example.com' },
    asked: [
      {
        method: 'POST',
        path: '/v1/colony/members',
        type: json,
        body: { email: 'ada@example.com', role: 'member' },
      },
    ],
    answers: [
      { status: 201, json: { id: 'm-1', email: 'ada@example.com', role: 'member', status: 'invited' } },
    ],
    result: { id: 'm-1', email: 'ada@example.com', role: 'member', status: 'invited' },
  },
  {
    tool: 'remove_member',
    dialect: 'live',
    args: { user_id: USER },
    asked: [{ method: 'DELETE', path: `/v1/colony/members/${USER}` }],
    answers: [{ status: 204, empty: true }],
    result: { user_id: USER, status: 'removed' },
  },
  {
    tool: 'remove_member',
    dialect: 'documented',
    args: { user_id: USER },
    asked: [{ method: 'DELETE', path: `/v1/colony/members/${USER}` }],
    answers: [{ json: { status: 'removed' } }],
    result: { user_id: USER, status: 'removed' },
  },
  {
    tool: 'update_role',
    dialect: 'live',
    args: { payload: { user_id: USER, role: 'admin' } },
    asked: [{ method: 'PUT', path: '/v1/colony/roles', type: json, body: { user_id: USER, role: 'admin' } }],
    answers: [{ json: { status: 'updated' } }],
    result: { user_id: USER, role: 'admin', status: 'updated' },
  },
  {
    tool: 'update_role',
    dialect: 'documented',
    args: { user_id: USER, role: 'member' },
    asked: [{ method: 'PUT', path: '/v1/colony/roles', type: json, body: { user_id: USER, role: 'member' } }],
    answers: [{ json: { id: USER, email: 'ada@example.com', role: 'member', status: 'active' } }],
    result: { user_id: USER, role: 'member', status: 'updated' },
  },
  {
    tool: 'get_saml_config',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/v1/colony/saml' }],
    answers: [{ json: { ...SAML, certificate: CERTIFICATE } }],
    result: { ...SAML, certificate: CERTIFICATE, configured: true },
  },
  {
    tool: 'get_saml_config',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/v1/colony/saml' }],
    answers: [{ json: { saml: null } }],
    result: { configured: false },
  },
  {
    tool: 'get_saml_config',
    dialect: 'documented',
    args: {},
    asked: [{ method: 'GET', path: '/v1/colony/saml' }],
    answers: [{ json: { entity_id: '', sso_url: '', configured: false } }],
    result: { configured: false },
  },
  {
    tool: 'set_saml_config',
    dialect: 'live',
    args: { payload: { ...SAML, certificate: CERTIFICATE } },
    asked: [
      { method: 'PUT', path: '/v1/colony/saml', type: json, body: { ...SAML, certificate: CERTIFICATE } },
    ],
    answers: [{ json: { status: 'configured' } }],
    result: { ...SAML, status: 'configured' },
  },
  {
    tool: 'get_subscription',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/v1/colony/subscription' }],
    answers: [{ json: SUBSCRIPTION }],
    result: { ...SUBSCRIPTION, members_unlimited: true },
  },
  {
    tool: 'get_subscription',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/v1/colony/subscription' }],
    answers: [{ json: { ...SUBSCRIPTION, tier: 'free', members_limit: 1, status: null } }],
    result: { tier: 'free', members_limit: 1, members_unlimited: false, status: null },
  },
  {
    tool: 'get_subscription',
    dialect: 'documented',
    args: {},
    asked: [{ method: 'GET', path: '/v1/colony/subscription' }],
    answers: [{ json: { tier: 'pro', features: ['sso'], quota_usage: { agents: 3 } } }],
    result: { tier: 'pro', features: ['sso'], quota_usage: { agents: 3 } },
  },
  {
    tool: 'list_teams',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/v1/colony/teams' }],
    answers: [{ json: { teams: [TEAM_ROW], count: 1 } }],
    result: { teams: [TEAM_ROW], count: 1 },
  },
  {
    tool: 'create_team',
    dialect: 'live',
    args: { display_name: ' Tide ', tier: 'business' },
    asked: [
      {
        method: 'POST',
        path: '/v1/colony/teams',
        type: json,
        body: { display_name: 'Tide', tier: 'business' },
      },
    ],
    answers: [
      {
        status: 201,
        json: {
          team: {
            id: TEAM,
            slug: `t-${TEAM}`,
            display_name: 'Tide',
            tier: 'business',
            tenant_id: `t-${TEAM}`,
          },
        },
      },
    ],
    result: { team: { id: TEAM, slug: `t-${TEAM}`, tier: 'business' } },
  },
  {
    tool: 'delete_team',
    dialect: 'live',
    args: { team_id: TEAM },
    asked: [{ method: 'DELETE', path: `/v1/colony/teams/${TEAM}` }],
    answers: [{ status: 204, empty: true }],
    result: { team_id: TEAM, status: 'deleted' },
  },
  {
    tool: 'list_invitations',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/v1/colony/invitations' }],
    answers: [
      {
        json: {
          invitations: [
            {
              id: INVITATION,
              team_id: TEAM,
              invitee_email: 'ada@example.com',
              status: 'pending',
              expires_at: '2026-05-15T10:00:00Z',
              created_at: '2026-05-08T10:00:00Z',
              invited_by: USER,
            },
          ],
          count: 1,
        },
      },
    ],
    result: {
      invitations: [{ id: INVITATION, invitee_email: 'ada@example.com', status: 'pending' }],
      count: 1,
    },
  },
  {
    tool: 'cancel_invitation',
    dialect: 'live',
    args: { invitation_id: INVITATION },
    asked: [{ method: 'DELETE', path: `/v1/colony/invitations/${INVITATION}` }],
    answers: [{ status: 204, empty: true }],
    result: { invitation_id: INVITATION, status: 'cancelled' },
  },
  {
    tool: 'accept_invitation',
    dialect: 'live',
    args: { token: TOKEN },
    asked: [{ method: 'POST', path: `/v1/colony/invitations/${TOKEN}/accept` }],
    answers: [{ json: { team_id: TEAM, user_id: USER, role: 'member', status: 'active' } }],
    result: { team_id: TEAM, user_id: USER, role: 'member', status: 'active' },
  },
];
