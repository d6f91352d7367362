/** Literal requests of src/tools/admin.ts; the tenant acme is pinned. */
import type { Case } from './_case.js';

const OVERRIDE = '2c3d4e5f-6071-4829-ab0c-d1e2f3a40677';
const json = 'application/json';

const TENANT = {
  slug: 'tide',
  display_name: 'Tide',
  status: 'active',
  tier: 'enterprise',
  keycloak_realm: 'tenant-tide',
  openbao_namespace: 'tenant-tide',
  quotas: { max_concurrent_executions: 10, max_agents: 100, max_storage_gb: 100 },
  created_at: '2026-05-08T10:00:00Z',
  updated_at: '2026-05-08T10:00:00Z',
};

const ROW = {
  id: OVERRIDE,
  tenant_id: null,
  user_id: 'u-1',
  resource_type: 'llm_call',
  bucket: 'daily',
  limit_value: 500,
  burst_value: null,
  created_at: '2026-05-08T10:00:00Z',
  updated_at: '2026-05-08T10:00:00Z',
};

const LIMIT = { resource_type: 'llm_call', bucket: 'daily', limit_value: 500 };

export const CASES: readonly Case[] = [
  {
    tool: 'create_tenant',
    dialect: 'documented',
    args: { slug: 'tide', display_name: 'Tide' },
    asked: [
      {
        method: 'POST',
        path: '/v1/admin/tenants',
        type: json,
        body: { slug: 'tide', display_name: 'Tide', tier: 'enterprise' },
      },
    ],
    answers: [{ json: TENANT }],
    result: TENANT,
  },
  {
    tool: 'list_tenants',
    dialect: 'documented',
    args: {},
    asked: [{ method: 'GET', path: '/v1/admin/tenants' }],
    answers: [{ json: { tenants: [TENANT], count: 1 } }],
    result: { tenants: [TENANT], count: 1 },
  },
  {
    tool: 'suspend_tenant',
    dialect: 'documented',
    args: { slug: 'tide' },
    asked: [{ method: 'POST', path: '/v1/admin/tenants/tide/suspend' }],
    answers: [{ json: { status: 'suspended', slug: 'tide' } }],
    result: { status: 'suspended', slug: 'tide' },
  },
  {
    tool: 'delete_tenant',
    dialect: 'documented',
    args: { slug: 'tide' },
    asked: [{ method: 'DELETE', path: '/v1/admin/tenants/tide' }],
    answers: [{ json: { status: 'deleted', slug: 'tide' } }],
    result: { status: 'deleted', slug: 'tide' },
  },
  {
    tool: 'list_rate_limit_overrides',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/v1/admin/rate-limits/overrides?tenant_id=acme' }],
    answers: [{ json: { overrides: [], count: 0 } }],
    result: { overrides: [], count: 0 },
  },
  {
    tool: 'list_rate_limit_overrides',
    dialect: 'live',
    args: { user_id: 'u-1' },
    asked: [{ method: 'GET', path: '/v1/admin/rate-limits/overrides?user_id=u-1' }],
    answers: [{ json: { overrides: [ROW], count: 1 } }],
    result: { overrides: [ROW], count: 1 },
  },
  {
    tool: 'create_rate_limit_override',
    dialect: 'live',
    args: { payload: { ...LIMIT, burst_value: 10, user_id: 'u-1' } },
    asked: [
      {
        method: 'POST',
        path: '/v1/admin/rate-limits/overrides',
        type: json,
        body: { ...LIMIT, burst_value: 10, user_id: 'u-1' },
      },
    ],
    answers: [{ json: { ...ROW, burst_value: 10 } }],
    result: { ...ROW, burst_value: 10 },
  },
  {
    tool: 'create_rate_limit_override',
    dialect: 'live',
    args: LIMIT,
    asked: [
      {
        method: 'POST',
        path: '/v1/admin/rate-limits/overrides',
        type: json,
        body: { ...LIMIT, tenant_id: 'acme' },
      },
    ],
    answers: [{ json: { ...ROW, user_id: null, tenant_id: 'acme' } }],
    result: { id: OVERRIDE, user_id: null, tenant_id: 'acme' },
  },
  {
    tool: 'delete_rate_limit_override',
    dialect: 'live',
    args: { override_id: OVERRIDE },
    asked: [{ method: 'DELETE', path: `/v1/admin/rate-limits/overrides/${OVERRIDE}` }],
    answers: [{ json: { status: 'deleted', id: OVERRIDE } }],
    result: { status: 'deleted', id: OVERRIDE },
  },
  {
    tool: 'get_rate_limit_usage',
    dialect: 'live',
    args: { scope_type: 'tenant', scope_id: 'acme' },
    asked: [{ method: 'GET', path: '/v1/admin/rate-limits/usage?scope_type=tenant&scope_id=acme' }],
    answers: [
      {
        json: {
          usage: [
            {
              scope_type: 'tenant',
              scope_id: 'acme',
              resource_type: 'llm_call',
              bucket: 'daily',
              window_start: '2026-05-08T00:00:00Z',
              counter: 7,
            },
          ],
          count: 1,
        },
      },
    ],
    result: { count: 1, usage: [{ bucket: 'daily', counter: 7, window_start: '2026-05-08T00:00:00Z' }] },
  },
];
