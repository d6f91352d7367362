/** Billing: the five methods of the published section, and the changes of seats and tier behind them. */
import { z } from 'zod';
import { advised, answered } from './actions/advice.js';
import {
  BILLING_ADVICE,
  CHARGE_ADVICE,
  changeTier,
  checkout,
  PREVIEW_ADVICE,
  portal,
  priceList,
  toBilling,
  toInvoice,
  toTier,
} from './actions/billing.js';
import { action } from './define.js';
import { acknowledge, acknowledged, around, listOf } from './results.js';
import { text } from './shapes.js';

/** Whole seats; the server counts them as unsigned 32-bit numbers. */
const seats = (what: string) => z.int().min(0).max(4_294_967_295).describe(what);

const page = (what: string) => z.url({ protocol: /^https?$/ }).describe(what);

const amount = () =>
  z.looseObject({ minor_units: z.unknown(), currency: z.string().nullable(), text: z.string() });

const tierChange = () => ({
  target_tier: z
    .enum(['free', 'pro', 'business', 'enterprise'])
    .describe('Tier to change to. free cancels at the end of the paid period.'),
  billing_interval: z.enum(['month', 'year']).describe('How often the plan is billed.'),
  seats: seats(
    'TOTAL seats, those included in the tier among them. 0, or any number up to the included ones, drops all extra seats.',
  ),
});

const tierChangeBody = (args: {
  readonly target_tier: string;
  readonly billing_interval: string;
  readonly seats: number;
}) => {
  const { target_tier, billing_interval, seats } = args;
  return { json: { target_tier, billing_interval, seats } };
};

const tierChanged = () =>
  z.looseObject({
    action: z.string(),
    target_tier: z.string(),
    proration: amount(),
    next_renewal: amount().nullish(),
    effective_at: z.string().nullish(),
  });

const IN_PORTAL =
  'On a server of the published kind plan and seats are changed in the customer portal: create_portal_session.';

export const billing = {
  list_prices: action({
    title: 'List prices',
    description:
      'Lists the plans with their price ids: per month and year, for the plan and for each extra seat. Amounts are in the smallest unit (cents), with text for people. Public.',
    toolset: 'billing',
    effect: 'read',
    adapted:
      'Asked without a token, because the real route is public, and with it where that is refused (401); each amount gets a readable text.',
    input: () => ({}),
    output: () => z.looseObject({ tiers: z.array(z.looseObject({ tier: z.string() })) }),
    live: prices(),
    async run(call) {
      const body = await advised(BILLING_ADVICE, priceList(call));
      return { value: { ...around('tiers', body), tiers: listOf('tiers', body, toTier) } };
    },
  }),

  create_checkout_session: action({
    title: 'Create checkout session',
    description:
      'Starts the purchase of a first subscription: gives the page of the payment provider where a person pays. Charges nothing by itself. Always for your personal tenant. Treat the url as a secret.',
    toolset: 'billing',
    effect: 'write',
    classes: ['cost', 'secret'],
    sensitive: true,
    wrapper: 'options',
    adapted:
      'success_url and cancel_url, which the real server demands and the published method lacks, default to the address of the orchestrator.',
    input: () => ({
      price_id: text('Price id of the plan, from list_prices.').min(1),
      seat_price_id: text('Price id of extra seats, from list_prices.').min(1).optional(),
      seats: seats('EXTRA seats beyond the included ones; needs seat_price_id. Default 0.').optional(),
      success_url: page(
        'Where the browser goes after payment. Default: the orchestrator address.',
      ).optional(),
      cancel_url: page(
        'Where it goes when the person turns back. Default: the orchestrator address.',
      ).optional(),
      tier: z
        .enum(['pro', 'business', 'enterprise'])
        .describe('Tier of the plan, noted at the payment provider.')
        .optional(),
    }),
    output: () => z.looseObject({ url: z.string() }),
    live: {
      operation: 'createCheckoutSession',
      route: 'POST /v1/billing/checkout',
      body: ({ price_id, seat_price_id, seats, success_url, cancel_url, tier }) => ({
        json: { price_id, success_url, cancel_url, seat_price_id, seats, tier },
      }),
    },
    documented: {
      operation: 'createCheckoutSession',
      route: 'POST /v1/billing/checkout',
      body: ({ price_id, seat_price_id, seats }) => ({ json: { price_id, seat_price_id, seats } }),
    },
    run: async (call) => ({ value: await checkout(call) }),
  }),

  create_portal_session: action({
    title: 'Create portal session',
    description:
      'Gives the page where a person manages payment methods, invoices and cancellation. Whoever has the url can change and cancel: give it to the paying person only.',
    toolset: 'billing',
    effect: 'write',
    classes: ['secret'],
    sensitive: true,
    adapted:
      'return_url, which the real server demands and the published method lacks, defaults to the address of the orchestrator.',
    input: () => ({
      return_url: page(
        'Where the browser goes from the portal. Default: the orchestrator address.',
      ).optional(),
    }),
    output: () => z.looseObject({ url: z.string() }),
    live: {
      operation: 'createPortalSession',
      route: 'POST /v1/billing/portal',
      body: ({ return_url }) => ({ json: { return_url } }),
    },
    documented: { operation: 'createPortalSession', route: 'POST /v1/billing/portal' },
    run: async (call) => ({ value: await portal(call) }),
  }),

  get_subscription_billing: action({
    title: 'Get subscription billing',
    description:
      'Gets the subscription of the caller: tier, status, end of the paid period, and whether it ends then. tier free with status none means that there is none.',
    toolset: 'billing',
    effect: 'read',
    adapted: 'stripe_customer_id is null, because the real server never tells it.',
    input: () => ({}),
    output: () =>
      z.looseObject({
        tier: z.string(),
        status: z.string(),
        current_period_end: z.string().nullable(),
        cancel_at_period_end: z.boolean(),
        stripe_customer_id: z.string().nullable(),
      }),
    live: { operation: 'getSubscriptionBilling', route: 'GET /v1/billing/subscription' },
    run: answered(BILLING_ADVICE, toBilling),
  }),

  get_invoices: action({
    title: 'Get invoices',
    description:
      'Lists the ten latest invoices: amount due and paid, currency, status, date. pdf_url opens without signing in: pass it on with care.',
    toolset: 'billing',
    effect: 'read',
    classes: ['secret'],
    adapted:
      'amount is amount_due, created (Unix seconds) becomes RFC 3339 text, invoice_pdf becomes pdf_url; hosted_invoice_url, an open link, is left out.',
    input: () => ({}),
    output: () =>
      z.looseObject({
        invoices: z.array(
          z.looseObject({
            id: z.string().nullish(),
            amount: z.unknown(),
            amount_text: z.string(),
            currency: z.string(),
            status: z.string().nullish(),
            created: z.string().nullish(),
            pdf_url: z.string().nullish(),
          }),
        ),
      }),
    live: { operation: 'getInvoices', route: 'GET /v1/billing/invoices' },
    run: answered(BILLING_ADVICE, (body) => ({
      ...around('invoices', body),
      invoices: listOf('invoices', body, toInvoice),
    })),
  }),

  update_seats: action({
    title: 'Update seats',
    description:
      'Sets the number of EXTRA seats of the subscription and charges the difference at once. 0 drops them all. Only when a person has decided to pay; never repeat it after an error.',
    toolset: 'billing',
    effect: 'destructive',
    classes: ['cost'],
    sensitive: true,
    alternative: IN_PORTAL,
    input: () => ({
      extra_seats: seats(
        'Extra seats from now on, beyond the included ones: the new number, not the difference.',
      ),
      seat_price_id: text('Price id of extra seats, from list_prices.').min(1),
    }),
    output: acknowledged,
    live: {
      operation: 'updateSeats',
      route: 'POST /v1/billing/seats',
      body: ({ extra_seats, seat_price_id }) => ({ json: { extra_seats, seat_price_id } }),
    },
    run: answered(CHARGE_ADVICE, (body, { extra_seats }) => acknowledge('updated', body, { extra_seats })),
  }),

  preview_tier_change: action({
    title: 'Preview tier change',
    description:
      'Tells what change_tier would do, when, and what it would cost, without doing it. Show it to the person who pays before change_tier.',
    toolset: 'billing',
    effect: 'read',
    alternative: IN_PORTAL,
    input: tierChange,
    output: tierChanged,
    live: {
      operation: 'previewTierChange',
      route: 'POST /v1/billing/preview-tier-change',
      body: tierChangeBody,
    },
    reads: [prices()],
    run: async (call) => ({ value: await changeTier(call, prices(), PREVIEW_ADVICE) }),
  }),

  change_tier: action({
    title: 'Change tier',
    description:
      'Changes the plan: an upgrade is charged at once, a downgrade or free takes effect at the end of the paid period. Preview it first; only when a person has decided; never repeat it after an error.',
    toolset: 'billing',
    effect: 'destructive',
    classes: ['cost'],
    sensitive: true,
    alternative: IN_PORTAL,
    input: tierChange,
    output: tierChanged,
    live: { operation: 'changeTier', route: 'POST /v1/billing/change-tier', body: tierChangeBody },
    reads: [prices()],
    run: async (call) => ({ value: await changeTier(call, prices(), CHARGE_ADVICE) }),
  }),
};

function prices() {
  return { operation: 'listPrices', route: 'GET /v1/billing/prices', auth: 'none' } as const;
}
