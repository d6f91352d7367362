/** `POST /v1/consumer/ensure-provisioned`: the personal tenant of a consumer (operation ensureConsumerProvisioned). */
import { findTier } from '../billing/tiers.js';
import type { Route } from '../kernel.js';
import { caller, empty } from '../router.js';
import type { Tenants } from './tenants.js';

/** Idempotent; 204 for everyone, and nothing happens for those who are not consumers. */
export function provisioningRoute(tenants: Tenants): Route {
  return {
    method: 'POST',
    path: '/v1/consumer/ensure-provisioned',
    handler(request) {
      const { kind, tenant, tier } = caller(request);
      if (kind === 'consumer') tenants.add(tenant, 'Personal', findTier(tier) ?? 'free');
      return empty(204);
    },
  };
}
