import type { DomainBase } from '../domains.js';
import type { Route } from '../kernel.js';

/** Prices, checkout, portal, seats, tiers, invoices, both dialects (contract tag Billing). */
export function billingRoutes(_base: DomainBase): readonly Route[] {
  return [];
}
