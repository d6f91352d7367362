import type { DomainBase } from '../domain-base.js';
import type { Route } from '../kernel.js';
import { RateLimits } from './limits.js';
import { provisioningRoute } from './provisioning.js';
import { rateLimitRoutes } from './rate-limit-routes.js';
import { tenantRoutes } from './tenant-routes.js';
import { openTenants } from './tenants.js';

/** Rate limits, their usage, tenants (documented only) and provisioning, both dialects. */
export function adminRoutes({ context }: DomainBase): readonly Route[] {
  const tenants = openTenants(context);
  const limits = new RateLimits(context);
  return [
    ...rateLimitRoutes({ limits, tenants }, context.dialect),
    ...tenantRoutes(tenants),
    provisioningRoute(tenants),
  ];
}
