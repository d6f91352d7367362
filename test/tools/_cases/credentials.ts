/** Literal requests of the credential tools. */
import type { Case } from './_case.js';

const CREDENTIAL = 'c3a1d5a2-0d0e-4b8e-9c43-6b1f5b1a0c01';
const GRANT = 'c3a1d5a2-0d0e-4b8e-9c43-6b1f5b1a0c02';
const AGENT = '3f0e8a52-6a0e-4c57-9a37-0b6a3e1f4c11';
const FLOW = '5b2f1a90-10c4-4b3f-9d5e-77c1c2a3b433';
const STATE = 'ab'.repeat(32);
const json = 'application/json';

/** CredentialGrant */
const LIVE_GRANT = {
  id: GRANT,
  binding_id: CREDENTIAL,
  target: { kind: 'agent', agent_id: AGENT },
  granted_at: '2026-05-08T10:00:00Z',
  granted_by: 'user-1',
};
const GRANTED = {
  grant_id: GRANT,
  credential_id: CREDENTIAL,
  target_type: 'agent',
  agent_id: AGENT,
  granted_by: 'user-1',
};

/** CredentialBinding */
const BINDING = {
  id: CREDENTIAL,
  owner_user_id: 'user-1',
  tenant_id: 'u-1',
  credential_type: 'o_auth2',
  provider: 'git_hub',
  secret_path: { namespace: 'tenants/u-1', mount_point: 'kv', path: 'users/user-1/1', tenant_id: 'u-1' },
  scope: { team: { team_id: AGENT } },
  status: 'pending_o_auth',
  metadata: {
    label: 'github-token',
    tags: null,
    service_url: null,
    external_account_id: null,
    oauth_scopes: ['repo'],
  },
  grants: [LIVE_GRANT],
  created_at: '2026-05-08T10:00:00Z',
  updated_at: '2026-05-08T10:00:00Z',
};
const READ = {
  id: CREDENTIAL,
  provider: 'github',
  label: 'github-token',
  credential_type: 'oauth2',
  scope: `team:${AGENT}`,
  status: 'pending_oauth',
  grants: [GRANTED],
};

export const CASES: readonly Case[] = [
  {
    tool: 'list_credentials',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/v1/credentials' }],
    answers: [
      {
        json: {
          credentials: [
            BINDING,
            { ...BINDING, provider: { custom: 'acme-crm' }, scope: 'personal', status: 'active' },
            { ...BINDING, provider: 'open_a_i', credential_type: 'secret', grants: [] },
          ],
          count: 3,
        },
      },
    ],
    result: {
      count: 3,
      credentials: [
        READ,
        { provider: 'acme-crm', scope: 'personal', status: 'active' },
        { provider: 'openai', credential_type: 'secret', grants: [] },
      ],
    },
  },
  {
    tool: 'list_credentials',
    dialect: 'documented',
    args: {},
    asked: [{ method: 'GET', path: '/v1/credentials' }],
    answers: [
      {
        json: {
          credentials: [
            { id: 'cred-1', provider: 'github', created_at: '2026-03-05T14:00:00Z', scopes: ['repo'] },
          ],
        },
      },
    ],
    result: { credentials: [{ id: 'cred-1', provider: 'github', scopes: ['repo'] }] },
  },
  {
    tool: 'get_credential',
    dialect: 'live',
    args: { credential_id: CREDENTIAL },
    asked: [{ method: 'GET', path: `/v1/credentials/${CREDENTIAL}` }],
    answers: [{ json: { credential: BINDING } }],
    result: READ,
  },
  {
    tool: 'get_credential',
    dialect: 'documented',
    args: { credential_id: 'cred-1' },
    asked: [{ method: 'GET', path: '/v1/credentials/cred-1' }],
    answers: [{ json: { id: 'cred-1', provider: 'github' } }],
    result: { id: 'cred-1', provider: 'github' },
  },
  {
    tool: 'store_api_key_credential',
    dialect: 'live',
    args: { payload: { name: 'github-token', provider: 'github', api_key: 'ghp_xxxxxxxx' } },
    asked: [
      {
        method: 'POST',
        path: '/v1/credentials/api-keys',
        type: json,
        body: {
          provider: 'github',
          label: 'github-token',
          value: 'ghp_xxxxxxxx',
          credential_type: 'secret',
          scope: 'personal',
        },
      },
    ],
    answers: [{ status: 201, json: { id: CREDENTIAL } }],
    result: { id: CREDENTIAL },
  },
  {
    tool: 'store_api_key_credential',
    dialect: 'live',
    args: {
      label: 'robot',
      provider: 'google',
      value: '{"type":"service_account"}',
      credential_type: 'service_account',
      scope: `team:${AGENT}`,
    },
    asked: [
      {
        method: 'POST',
        path: '/v1/credentials/api-keys',
        type: json,
        body: {
          provider: 'google',
          label: 'robot',
          value: '{"type":"service_account"}',
          credential_type: 'service_account',
          scope: `team:${AGENT}`,
        },
      },
    ],
    answers: [{ status: 201, json: { id: CREDENTIAL } }],
    result: { id: CREDENTIAL },
  },
  {
    tool: 'store_api_key_credential',
    dialect: 'documented',
    args: { name: 'github-token', provider: 'github', api_key: 'ghp_xxxxxxxx' },
    asked: [
      {
        method: 'POST',
        path: '/v1/credentials/api-keys',
        type: json,
        body: { name: 'github-token', provider: 'github', api_key: 'ghp_xxxxxxxx' },
      },
    ],
    answers: [{ status: 201, json: { id: 'cred-1', provider: 'github' } }],
    result: { id: 'cred-1', provider: 'github' },
  },
  {
    tool: 'revoke_credential',
    dialect: 'live',
    args: { credential_id: CREDENTIAL },
    asked: [{ method: 'DELETE', path: `/v1/credentials/${CREDENTIAL}` }],
    answers: [{ json: { status: 'revoked', id: CREDENTIAL } }],
    result: { credential_id: CREDENTIAL, status: 'revoked' },
  },
  {
    tool: 'rotate_credential',
    dialect: 'live',
    args: { credential_id: CREDENTIAL, payload: { new_value: 'ghp_yyyyyyyy' } },
    asked: [
      {
        method: 'POST',
        path: `/v1/credentials/${CREDENTIAL}/rotate`,
        type: json,
        body: { value: 'ghp_yyyyyyyy', new_value: 'ghp_yyyyyyyy' },
      },
    ],
    answers: [{ json: { status: 'rotated', id: CREDENTIAL } }],
    result: { credential_id: CREDENTIAL, status: 'rotated' },
  },
  {
    tool: 'rotate_credential',
    dialect: 'documented',
    args: { credential_id: 'cred-1' },
    asked: [{ method: 'POST', path: '/v1/credentials/cred-1/rotate', type: json, body: {} }],
    answers: [{ json: { id: 'cred-1', provider: 'github', status: 'active' } }],
    result: { credential_id: 'cred-1', provider: 'github', status: 'rotated' },
  },
  {
    tool: 'oauth_initiate',
    dialect: 'live',
    args: { provider: 'github', redirect_uri: 'https://app.example.com/oauth', scopes: ['repo'] },
    asked: [
      {
        method: 'POST',
        path: '/v1/credentials/oauth/initiate',
        type: json,
        body: { provider: 'github', redirect_uri: 'https://app.example.com/oauth', scopes: ['repo'] },
      },
    ],
    answers: [{ json: { authorization_url: `https://github.example.com/a?state=${STATE}`, state: STATE } }],
    result: { authorization_url: `https://github.example.com/a?state=${STATE}`, state: STATE },
  },
  {
    tool: 'oauth_initiate',
    dialect: 'documented',
    args: { payload: { provider: 'github', redirect_uri: 'https://app.example.com/oauth' } },
    asked: [
      {
        method: 'POST',
        path: '/v1/credentials/oauth/initiate',
        type: json,
        body: { provider: 'github', redirect_uri: 'https://app.example.com/oauth' },
      },
    ],
    answers: [{ json: { auth_url: 'https://github.example.com/a', state_token: 'st-1', expires_at: null } }],
    result: { authorization_url: 'https://github.example.com/a', state: 'st-1' },
  },
  {
    tool: 'oauth_callback',
    dialect: 'live',
    args: { params: { state: STATE, code: 'c/0 de' } },
    asked: [{ method: 'GET', path: `/v1/credentials/oauth/callback?state=${STATE}&code=c%2F0%20de` }],
    answers: [{ json: { id: CREDENTIAL, status: 'active' } }],
    result: { id: CREDENTIAL, status: 'active' },
  },
  {
    tool: 'oauth_callback',
    dialect: 'documented',
    args: { state: 'st-1', code: 'c0de' },
    asked: [{ method: 'GET', path: '/v1/credentials/oauth/callback?state=st-1&code=c0de' }],
    answers: [{ json: { credential_id: 'cred-1', stored: true } }],
    result: { id: 'cred-1', status: 'active' },
  },
  {
    tool: 'device_poll',
    dialect: 'live',
    args: { payload: { device_code: 'dev-code-1', provider: 'github' } },
    asked: [
      {
        method: 'POST',
        path: '/v1/credentials/oauth/device/poll',
        type: json,
        body: { device_code: 'dev-code-1', provider: 'github' },
      },
    ],
    answers: [{ status: 202, json: { status: 'pending', provider: 'github' } }],
    result: { status: 'pending', provider: 'github', polls: 1, interval_seconds: 5 },
  },
  {
    tool: 'device_poll',
    dialect: 'live',
    args: { device_code: 'dev-code-1', provider: 'github', max_seconds: 60 },
    asked: [
      {
        method: 'POST',
        path: '/v1/credentials/oauth/device/poll',
        type: json,
        body: { device_code: 'dev-code-1', provider: 'github' },
      },
    ],
    answers: [{ json: { status: 'complete', binding_id: CREDENTIAL } }],
    result: { status: 'approved', credential_id: CREDENTIAL, polls: 1 },
  },
  {
    tool: 'device_poll',
    dialect: 'documented',
    args: { device_code: 'dev-code-1', provider: 'github' },
    asked: [
      {
        method: 'POST',
        path: '/v1/credentials/oauth/device/poll',
        type: json,
        body: { device_code: 'dev-code-1', provider: 'github' },
      },
    ],
    answers: [{ json: { status: 'denied' } }],
    result: { status: 'denied', polls: 1 },
  },
  {
    tool: 'list_grants',
    dialect: 'live',
    args: { credential_id: CREDENTIAL },
    asked: [{ method: 'GET', path: `/v1/credentials/${CREDENTIAL}/grants` }],
    answers: [
      {
        json: {
          grants: [
            LIVE_GRANT,
            { ...LIVE_GRANT, target: { kind: 'workflow', workflow_id: FLOW } },
            { ...LIVE_GRANT, target: { kind: 'all_agents' } },
          ],
          count: 3,
        },
      },
    ],
    result: {
      grants: [GRANTED, { target_type: 'workflow', workflow_id: FLOW }, { target_type: 'all_agents' }],
      count: 3,
    },
  },
  {
    tool: 'list_grants',
    dialect: 'documented',
    args: { credential_id: 'cred-1' },
    asked: [{ method: 'GET', path: '/v1/credentials/cred-1/grants' }],
    answers: [{ json: { grants: [{ credential_id: 'cred-1', agent_id: 'agt-1', permission_type: 'use' }] } }],
    result: { grants: [{ credential_id: 'cred-1', agent_id: 'agt-1', permission_type: 'use' }] },
  },
  {
    tool: 'add_grant',
    dialect: 'live',
    args: { credential_id: CREDENTIAL, payload: { agent_id: AGENT } },
    asked: [
      {
        method: 'POST',
        path: `/v1/credentials/${CREDENTIAL}/grants`,
        type: json,
        body: { target_type: 'agent', target_value: AGENT, agent_id: AGENT, permission_type: 'use' },
      },
    ],
    answers: [{ status: 201, json: { grant_id: GRANT } }],
    result: { grant_id: GRANT, credential_id: CREDENTIAL, target_type: 'agent', agent_id: AGENT },
  },
  {
    tool: 'add_grant',
    dialect: 'live',
    args: { credential_id: CREDENTIAL, workflow_name: 'count-once' },
    asked: [
      { method: 'GET', path: '/v1/workflows/count-once' },
      {
        method: 'POST',
        path: `/v1/credentials/${CREDENTIAL}/grants`,
        type: json,
        body: {
          target_type: 'workflow',
          target_value: FLOW,
          workflow_name: 'count-once',
          permission_type: 'use',
        },
      },
    ],
    answers: [{ json: { id: FLOW, name: 'count-once' } }, { status: 201, json: { grant_id: GRANT } }],
    result: { grant_id: GRANT, target_type: 'workflow', workflow_name: 'count-once' },
  },
  {
    tool: 'add_grant',
    dialect: 'live',
    args: { credential_id: CREDENTIAL, workflow_id: FLOW },
    asked: [
      {
        method: 'POST',
        path: `/v1/credentials/${CREDENTIAL}/grants`,
        type: json,
        body: { target_type: 'workflow', target_value: FLOW, workflow_name: FLOW, permission_type: 'use' },
      },
    ],
    answers: [{ status: 201, json: { grant_id: GRANT } }],
    result: { grant_id: GRANT, target_type: 'workflow' },
  },
  {
    tool: 'add_grant',
    dialect: 'live',
    args: { credential_id: CREDENTIAL, all_agents: true },
    asked: [
      {
        method: 'POST',
        path: `/v1/credentials/${CREDENTIAL}/grants`,
        type: json,
        body: { target_type: 'all_agents', permission_type: 'use' },
      },
    ],
    answers: [{ status: 201, json: { grant_id: GRANT } }],
    result: { grant_id: GRANT, target_type: 'all_agents' },
  },
  {
    tool: 'add_grant',
    dialect: 'documented',
    args: { credential_id: 'cred-1', agent_id: 'agt-1', permission_type: 'read' },
    asked: [
      {
        method: 'POST',
        path: '/v1/credentials/cred-1/grants',
        type: json,
        body: { target_type: 'agent', target_value: 'agt-1', agent_id: 'agt-1', permission_type: 'read' },
      },
    ],
    answers: [{ status: 201, json: { credential_id: 'cred-1', agent_id: 'agt-1', permission_type: 'read' } }],
    result: { credential_id: 'cred-1', agent_id: 'agt-1', permission_type: 'read' },
  },
  {
    tool: 'revoke_grant',
    dialect: 'live',
    args: { credential_id: CREDENTIAL, grant_id: GRANT },
    asked: [{ method: 'DELETE', path: `/v1/credentials/${CREDENTIAL}/grants/${GRANT}` }],
    answers: [{ json: { status: 'revoked', grant_id: GRANT } }],
    result: { status: 'revoked', grant_id: GRANT, credential_id: CREDENTIAL },
  },
];
