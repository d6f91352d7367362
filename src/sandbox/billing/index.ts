import type { DomainBase } from '../domain-base.js';
import type { Route } from '../kernel.js';
import { documentedBillingRoutes } from './documented-routes.js';
import { createLinks } from './links.js';
import { hostedPages } from './pages.js';
import { liveBillingRoutes } from './routes.js';
import { Billing } from './service.js';

/** Prices, checkout, portal, seats, tiers, invoices, both dialects (contract tag Billing), and hosted pages. */
export function billingRoutes({ context, identity }: DomainBase): readonly Route[] {
  const billing = new Billing(context);
  const links = createLinks(() => new URL(identity.issuer('aegis-system')).origin);
  return [
    ...liveBillingRoutes(billing, links),
    ...documentedBillingRoutes(billing, links),
    ...hostedPages(billing),
  ];
}
