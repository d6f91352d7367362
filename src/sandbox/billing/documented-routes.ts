/** The billing routes of the published reference: less in the bodies, other invoices and subscription. */
import { z } from 'zod';
import type { Reply, Route, SandboxRequest } from '../kernel.js';
import { decodeWith, defineRoute, delegate, json, jsonBody } from '../router.js';
import { option, u32 } from '../shapes.js';
import type { Links } from './links.js';
import type { Billing } from './service.js';
import { documentedInvoice, documentedSubscription, priceListView } from './views.js';

const DOCUMENTED = ['documented'] as const;

const payer = (request: SandboxRequest): string => delegate(request).tenant;

const checkoutBody = decodeWith(
  z.object({
    price_id: z.string(),
    seat_price_id: option(z.string()),
    seats: option(u32),
    success_url: option(z.string()),
  }),
);

export function documentedBillingRoutes(billing: Billing, links: Links): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/billing/checkout',
      dialects: DOCUMENTED,
      decode: (request) => jsonBody(request, checkoutBody),
      run(request, { seats = 0, ...wish }) {
        return json({ url: links.checkout(billing.openCheckout(payer(request), { ...wish, seats })) });
      },
    }),
    route('POST', '/v1/billing/portal', (request) =>
      json({ url: links.portal(billing.openPortal(payer(request), undefined)) }),
    ),
    route('GET', '/v1/billing/prices', () => json(billing.provider(502, () => priceListView('documented')))),
    route('GET', '/v1/billing/subscription', (request) => {
      billing.requireConfigured();
      return json(documentedSubscription(payer(request), billing.subscriptions.of(payer(request))));
    }),
    route('GET', '/v1/billing/invoices', (request) => {
      const latest = billing.provider(500, () => billing.subscriptions.invoices.latest(payer(request)));
      return json({ invoices: latest.map((each) => documentedInvoice(each, links)) });
    }),
  ];
}

function route(method: 'GET' | 'POST', path: string, handler: (request: SandboxRequest) => Reply): Route {
  return { method, path, dialects: DOCUMENTED, handler };
}
