/** Literal requests of src/tools/user.ts. */
import type { Case } from './_case.js';

export const CASES: readonly Case[] = [
  {
    tool: 'get_user_rate_limit_usage',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/v1/user/rate-limits/usage' }],
    answers: [
      {
        json: {
          usage: [
            {
              resource_type: 'agent_execution',
              bucket: 'daily',
              current_count: 1,
              limit_value: 3,
              window_seconds: 86_400,
              resets_at: '2026-05-09T00:00:00Z',
            },
          ],
          count: 1,
        },
      },
    ],
    result: {
      count: 1,
      usage: [{ resource_type: 'agent_execution', bucket: 'daily', current_count: 1, usage_pct: 33.3 }],
    },
  },
  {
    tool: 'get_user_rate_limit_usage',
    dialect: 'documented',
    args: {},
    asked: [{ method: 'GET', path: '/v1/user/rate-limits/usage' }],
    answers: [{ json: { user_id: 'u-1', buckets: [{ bucket_name: 'daily', usage_pct: 40 }] } }],
    result: { user_id: 'u-1', count: 1, usage: [{ bucket: 'daily', usage_pct: 40 }] },
  },
  {
    tool: 'ensure_consumer_provisioned',
    dialect: 'live',
    args: {},
    asked: [{ method: 'POST', path: '/v1/consumer/ensure-provisioned' }],
    answers: [{ status: 204, empty: true }],
    result: { status: 'ensured' },
  },
];
