/** The billing routes of the live server (contract tag Billing). */
import { z } from 'zod';
import type { Reply, Route, SandboxRequest } from '../kernel.js';
import { caller, decodeWith, defineRoute, json, jsonBody } from '../router.js';
import { option, u32 } from '../shapes.js';
import type { Links } from './links.js';
import type { Billing, TierOutcome } from './service.js';
import { invoiceView, priceListView, subscriptionView } from './views.js';

const LIVE = ['live'] as const;

const checkoutBody = decodeWith(
  z.object({
    price_id: z.string(),
    success_url: z.string(),
    cancel_url: z.string(),
    seat_price_id: option(z.string()),
    seats: u32.default(0),
    tier: option(z.string()),
  }),
);
const portalBody = decodeWith(z.object({ return_url: z.string() }));
const seatsBody = decodeWith(z.object({ extra_seats: u32, seat_price_id: z.string() }));
const tierBody = decodeWith(
  z.object({ target_tier: z.string(), billing_interval: z.string(), seats: u32.default(0) }),
);

/** Billing is always of the token's own tenant; X-Tenant-Id selects no team here. */
export const payer = (request: SandboxRequest): string => caller(request).tenant;

export function liveBillingRoutes(billing: Billing, links: Links): readonly Route[] {
  return [
    ...hostedRoutes(billing, links),
    ...changeRoutes(billing),
    get('/v1/billing/prices', () => json(billing.provider(502, () => priceListView('live')))),
    get('/v1/billing/subscription', (request) => {
      billing.requireConfigured();
      return json(subscriptionView(payer(request), billing.subscriptions.of(payer(request))));
    }),
    get('/v1/billing/invoices', (request) => {
      const latest = billing.provider(500, () => billing.subscriptions.invoices.latest(payer(request)));
      return json({ invoices: latest.map((each) => invoiceView(each, links)), count: latest.length });
    }),
  ];
}

function get(path: string, handler: (request: SandboxRequest) => Reply): Route {
  return { method: 'GET', path, dialects: LIVE, handler };
}

function post<T>(
  path: string,
  decode: (value: unknown) => T,
  run: (request: SandboxRequest, body: T) => Reply,
): Route {
  const decodeBody = (request: SandboxRequest) => jsonBody(request, decode);
  return defineRoute({ method: 'POST', path, dialects: LIVE, decode: decodeBody, run });
}

function hostedRoutes(billing: Billing, links: Links): readonly Route[] {
  return [
    post('/v1/billing/checkout', checkoutBody, (request, body) =>
      json({ url: links.checkout(billing.openCheckout(payer(request), body)) }),
    ),
    post('/v1/billing/portal', portalBody, (request, { return_url }) =>
      json({ url: links.portal(billing.openPortal(payer(request), return_url)) }),
    ),
  ];
}

function changeRoutes(billing: Billing): readonly Route[] {
  return [
    post('/v1/billing/seats', seatsBody, (request, { extra_seats, seat_price_id }) => {
      billing.updateSeats(payer(request), extra_seats, seat_price_id);
      return json({ success: true, extra_seats });
    }),
    post('/v1/billing/preview-tier-change', tierBody, (request, wish) => {
      const outcome = billing.preview(payer(request), wish);
      return json({ ...outcomeView(outcome), next_renewal_amount_cents: outcome.renewal });
    }),
    post('/v1/billing/change-tier', tierBody, (request, wish) => {
      const outcome = billing.changeTier(payer(request), wish);
      return json({ ...outcomeView(outcome), proration_invoice_id: outcome.invoice });
    }),
  ];
}

function outcomeView({ action, tier, seats, charge, effectiveAt }: TierOutcome) {
  return { action, target_tier: tier, seats, proration_amount_cents: charge, effective_at: effectiveAt };
}
