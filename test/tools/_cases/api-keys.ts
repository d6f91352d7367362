/** Literal requests of the API key tools. */
import type { Case } from './_case.js';

const KEY = 'a91e0000-0d0e-4b8e-9c43-6b1f5b1a0c01';
const PLAIN = `aegis_${'k'.repeat(40)}`;
const json = 'application/json';

const LISTED = {
  id: KEY,
  name: 'ci-pipeline',
  scopes: ['agent:list'],
  expires_at: null,
  last_used_at: '2026-05-08T10:00:00Z',
  created_at: '2026-05-01T10:00:00Z',
  status: 'active',
};

export const CASES: readonly Case[] = [
  {
    tool: 'list_api_keys',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/v1/api-keys' }],
    answers: [{ json: { api_keys: [LISTED] } }],
    result: { api_keys: [LISTED] },
  },
  {
    tool: 'list_api_keys',
    dialect: 'documented',
    args: {},
    asked: [{ method: 'GET', path: '/v1/api-keys' }],
    answers: [{ json: { api_keys: [{ id: 'key-1', name: 'ci', last_used: '2026-03-05T14:00:00Z' }] } }],
    result: { api_keys: [{ id: 'key-1', name: 'ci', last_used_at: '2026-03-05T14:00:00Z' }] },
  },
  {
    tool: 'create_api_key',
    dialect: 'live',
    args: { name: 'ci-pipeline' },
    asked: [{ method: 'POST', path: '/v1/api-keys', type: json, body: { name: 'ci-pipeline', scopes: [] } }],
    answers: [
      {
        status: 201,
        json: {
          id: KEY,
          name: 'ci-pipeline',
          key: PLAIN,
          scopes: [],
          expires_at: null,
          created_at: '2026-05-08T10:00:00Z',
        },
      },
    ],
    result: { id: KEY, api_key: PLAIN, name: 'ci-pipeline', scopes: [], expires_at: null },
  },
  {
    tool: 'create_api_key',
    dialect: 'live',
    args: {
      payload: { name: 'ci', scopes: ['agent:list', 'agent:read'], expires_at: '2027-01-01T00:00:00Z' },
    },
    asked: [
      {
        method: 'POST',
        path: '/v1/api-keys',
        type: json,
        body: { name: 'ci', scopes: ['agent:list', 'agent:read'], expires_at: '2027-01-01T00:00:00Z' },
      },
    ],
    answers: [
      {
        status: 201,
        json: {
          id: KEY,
          name: 'ci',
          key: PLAIN,
          scopes: ['agent:list', 'agent:read'],
          expires_at: '2027-01-01T00:00:00Z',
          created_at: '2026-05-08T10:00:00Z',
        },
      },
    ],
    result: { id: KEY, api_key: PLAIN, expires_at: '2027-01-01T00:00:00Z' },
  },
  {
    tool: 'create_api_key',
    dialect: 'documented',
    args: { name: 'ci-pipeline' },
    asked: [{ method: 'POST', path: '/v1/api-keys', type: json, body: { name: 'ci-pipeline', scopes: [] } }],
    answers: [{ json: { id: 'key-1', api_key: PLAIN } }],
    result: { id: 'key-1', api_key: PLAIN },
  },
  {
    tool: 'revoke_api_key',
    dialect: 'live',
    args: { key_id: KEY },
    asked: [{ method: 'DELETE', path: `/v1/api-keys/${KEY}` }],
    answers: [{ json: { message: 'API key revoked' } }],
    result: { key_id: KEY, status: 'revoked' },
  },
  {
    tool: 'validate_api_key',
    dialect: 'live',
    args: { api_key: PLAIN },
    asked: [{ method: 'POST', path: '/v1/api-keys/validate' }],
    headers: { authorization: `Bearer ${PLAIN}` },
    answers: [
      {
        json: {
          user_id: 'user-1',
          tenant_id: 'u-1',
          aegis_role: null,
          scopes: ['agent:list'],
          zaru_tier: 'free',
        },
      },
    ],
    result: { valid: true, user_id: 'user-1', tenant_id: 'u-1', scopes: ['agent:list'], zaru_tier: 'free' },
  },
  {
    tool: 'validate_api_key',
    dialect: 'live',
    args: { api_key: PLAIN },
    asked: [{ method: 'POST', path: '/v1/api-keys/validate' }],
    headers: { authorization: `Bearer ${PLAIN}` },
    answers: [{ status: 401, json: { error: 'Invalid or expired API key' } }],
    result: { valid: false },
  },
];
