/** User: what the caller's own account may use, and that it exists. */
import { z } from 'zod';
import { type Advice, answered } from './actions/advice.js';
import { toUserUsage } from './actions/rate-limits.js';
import { action, op } from './define.js';
import { acknowledge, acknowledged } from './results.js';

/** The call may be repeated at will. */
const PROVISION_ADVICE: Advice = {
  503: {
    cause: 'The identity provider is not ready, or the server makes no tenants',
    next: 'Try again in a minute; if it stays so, have the operator of the orchestrator look at its Keycloak settings.',
    mayHaveRun: false,
  },
};

export const user = {
  get_user_rate_limit_usage: op({
    title: 'Get user rate limit usage',
    description:
      'Lists your own rate limits: how much of each is used and when it starts anew. Look here when runs are refused for a limit. Counters per minute always read 0.',
    toolset: 'user',
    effect: 'read',
    adapted:
      'The counters are given as the server has them ({usage}), each with usage_pct; the published {buckets} is read too.',
    input: () => ({}),
    output: () => z.looseObject({ usage: z.array(z.looseObject({ bucket: z.string() })), count: z.int() }),
    live: { operation: 'getUserRateLimitUsage', route: 'GET /v1/user/rate-limits/usage' },
    result: toUserUsage,
  }),

  ensure_consumer_provisioned: action({
    title: 'Ensure consumer provisioned',
    description:
      'Makes sure that the personal tenant of a signed-in consumer exists. Consumers only: for any other identity it does nothing. Use it when a new user is refused everywhere.',
    toolset: 'user',
    effect: 'write',
    idempotent: true,
    adapted: 'The empty answer (204) becomes {status: ensured}.',
    alternative: 'On a server of the published kind an operator makes tenants: create_tenant.',
    input: () => ({}),
    output: acknowledged,
    live: { operation: 'ensureConsumerProvisioned', route: 'POST /v1/consumer/ensure-provisioned' },
    run: answered(PROVISION_ADVICE, (body) => acknowledge('ensured', body, {})),
  }),
};
