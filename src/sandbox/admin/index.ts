import type { DomainBase } from '../domains.js';
import type { Route } from '../kernel.js';

/** Rate limits, their usage, tenants (documented only) and provisioning, both dialects. */
export function adminRoutes(_base: DomainBase): readonly Route[] {
  return [];
}
