/** Billing records as the wire shows them, in both dialects. */
import type { Dialect } from '../kernel.js';
import type { Invoice } from './invoices.js';
import type { Links } from './links.js';
import { CURRENCY, PRICES, type Price } from './prices.js';
import { type Subscription, seatsOf, tierOf } from './subscriptions.js';
import { INCLUDED_SEATS, PAID_TIERS, type PaidTier } from './tiers.js';

/** The server has no description of the enterprise product. */
const DESCRIPTIONS: Readonly<Record<PaidTier, string | null>> = {
  pro: 'For professionals and small teams',
  business: 'For teams that work together',
  enterprise: null,
};

/** `{tiers}`, pro, business, enterprise. The published reference says that pro includes a seat. */
export function priceListView(dialect: Dialect) {
  return { tiers: PAID_TIERS.map((tier) => tierView(tier, dialect)) };
}

function tierView(tier: PaidTier, dialect: Dialect) {
  const [monthly, annual, seat_monthly, seat_annual] = PRICES.filter((price) => price.tier === tier).map(
    priceView,
  );
  return {
    tier,
    product_id: `prod_sandbox_${tier}`,
    name: tier.charAt(0).toUpperCase() + tier.slice(1),
    description: DESCRIPTIONS[tier] ?? (dialect === 'documented' ? '' : null),
    included_seats: dialect === 'documented' ? Math.max(1, INCLUDED_SEATS[tier]) : INCLUDED_SEATS[tier],
    ...{ monthly, annual, seat_monthly, seat_annual },
  };
}

function priceView({ id, amount }: Price) {
  return { price_id: id, amount, currency: CURRENCY };
}

/** BillingSubscription; `seat_count` only with a subscription. */
export function subscriptionView(tenant: string, subscription: Subscription | undefined) {
  return {
    tenant_id: tenant,
    tier: subscription ? tierOf(subscription) : 'free',
    status: subscription?.status ?? 'none',
    stripe_subscription_id: subscription?.id ?? null,
    current_period_end: subscription?.periodEnd ?? null,
    cancel_at_period_end: subscription?.cancelAtPeriodEnd ?? false,
    ...(subscription && { seat_count: seatsOf(subscription) }),
  };
}

/** The subscription of the published reference: with the customer, without tenant and seats. */
export function documentedSubscription(tenant: string, subscription: Subscription | undefined) {
  const view = subscriptionView(tenant, subscription);
  const { tier, status, current_period_end, cancel_at_period_end } = view;
  const stripe_customer_id = `cus_sandbox_${tenant}`;
  return { tier, status, current_period_end, cancel_at_period_end, stripe_customer_id };
}

/** Invoice of the contract; `created` in Unix seconds. */
export function invoiceView({ id, amount, status, created }: Invoice, links: Links) {
  return {
    id,
    amount_due: amount,
    amount_paid: status === 'paid' ? amount : 0,
    currency: CURRENCY,
    status,
    created: Math.floor(Date.parse(created) / 1000),
    hosted_invoice_url: links.invoice(id),
    invoice_pdf: links.invoicePdf(id),
  };
}

/** Invoice of the published reference; `created` RFC 3339. */
export function documentedInvoice({ id, amount, status, created }: Invoice, links: Links) {
  return { id, amount, currency: CURRENCY, status, created, pdf_url: links.invoicePdf(id) };
}
