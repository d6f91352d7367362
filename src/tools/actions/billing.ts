/** Billing: answers as published with readable amounts, and refusals that never invite to pay twice. */
import { isObject } from '../../client/json-object.js';
import { AegisError } from '../../errors.js';
import type { AnyArgs, AnyWire, Call } from '../define.js';
import { type Money, money } from '../money.js';
import { listOf, record, shapeError, textOf } from '../results.js';
import { rfc3339 } from '../time.js';
import { type Advice, advised } from './advice.js';

const LOOK = 'look at get_subscription_billing and get_invoices';

/** Of every billing tool. */
export const BILLING_ADVICE: Advice = {
  billing_not_configured: {
    code: 'unsupported',
    cause: 'Billing is off on this server: it has no key of the payment provider (Stripe)',
    next: 'Nothing was charged. Have the operator of the orchestrator set STRIPE_SECRET_KEY; without it there are no plans, seats or invoices here.',
  },
};

/** Of checkout: what the payment provider refuses comes as 500, before anything is charged. */
const CHECKOUT_ADVICE: Advice = {
  ...BILLING_ADVICE,
  500: {
    next: 'Take price_id and seat_price_id from list_prices; nothing was charged.',
  },
};

const NOTHING_TO_CHANGE = {
  cause: 'There is nothing to change',
  next: 'Look at get_subscription_billing; a first subscription starts with create_checkout_session.',
};

/** Of what changes the subscription. Nothing of this is ever repeated. */
export const CHARGE_ADVICE: Advice = {
  ...BILLING_ADVICE,
  // A 402 too, but of the check before any route.
  colony_suspended: {
    next: 'Nothing was changed. The team is suspended: have its owner renew the subscription, or leave the tenant out.',
    mayHaveRun: false,
  },
  402: {
    cause: 'The change WAS made, but its payment failed',
    next: `Do not repeat the call: settle the open invoice with create_portal_session, then ${LOOK}.`,
    mayHaveRun: true,
  },
  404: NOTHING_TO_CHANGE,
  502: {
    cause: 'The payment provider failed; the change may have been made and charged',
    next: `Do not repeat the call: ${LOOK} first.`,
    mayHaveRun: true,
  },
};

/** Of the preview, which changes nothing. */
export const PREVIEW_ADVICE: Advice = { ...BILLING_ADVICE, 404: NOTHING_TO_CHANGE };

/** The price list, which is public; a server of the published kind tells it only to those who are known. */
export async function priceList<A>(call: Call<A>): Promise<unknown> {
  try {
    return await call.send();
  } catch (error) {
    if (!(error instanceof AegisError) || error.status !== 401) throw error;
    return await call.read({ operation: 'listPrices', route: 'GET /v1/billing/prices' }, {});
  }
}

interface Checkout {
  readonly seat_price_id?: string | undefined;
  readonly seats?: number | undefined;
  readonly success_url?: string | undefined;
  readonly cancel_url?: string | undefined;
}

/** Throws `invalid_arguments` for seats that the server would leave out of the purchase without a word. */
export async function checkout<A extends Checkout>(call: Call<A>): Promise<{ url: string }> {
  const { args } = call;
  if ((args.seats ?? 0) > 0 && args.seat_price_id === undefined)
    throw new AegisError('invalid_arguments', 'create_checkout_session: seats: needs seat_price_id.', {
      next: 'Give the seat_price_id of the tier (seat_monthly or seat_annual of list_prices), or leave seats out; nothing was sent.',
    });
  const { success_url = backTo(call, 'success'), cancel_url = backTo(call, 'cancelled') } = args;
  return await hostedPage(call, { ...args, success_url, cancel_url }, CHECKOUT_ADVICE);
}

export async function portal<A extends { readonly return_url?: string | undefined }>(
  call: Call<A>,
): Promise<{ url: string }> {
  const { return_url = backTo(call, 'returned') } = call.args;
  return await hostedPage(call, { ...call.args, return_url }, BILLING_ADVICE);
}

/** The address that the operator has configured is the only one that is surely theirs. */
function backTo<A>({ context }: Call<A>, how: string): string {
  return `${context.upstream('orchestrator').http.baseUrl.replace(/\/$/, '')}/?billing=${how}`;
}

async function hostedPage<A>(call: Call<A>, args: A, advice: Advice): Promise<{ url: string }> {
  const answer = record(await advised(advice, call.send(args)));
  const url = textOf(answer, 'url');
  if (url !== '') return { ...answer, url };
  throw new AegisError('failed', 'The payment provider gave no page to open; nothing was charged.', {
    next: 'Check the price ids against list_prices.',
  });
}

/** PriceInfo with its amount as people read it; null where the tier has no such price. */
function toPrice(value: unknown): AnyArgs | null {
  if (!isObject(value)) return null;
  const { minor_units, text } = money(value.amount, value.currency);
  return { ...value, amount: minor_units, text };
}

/** TierPricing. */
export function toTier(tier: AnyArgs): AnyArgs & { tier: string } {
  return {
    ...tier,
    tier: textOf(tier, 'tier'),
    monthly: toPrice(tier.monthly),
    annual: toPrice(tier.annual),
    seat_monthly: toPrice(tier.seat_monthly),
    seat_annual: toPrice(tier.seat_annual),
  };
}

interface Invoice {
  /** In the smallest unit. */
  readonly amount: number | string;
  readonly amount_text: string;
  readonly currency: string;
}

/** An invoice as published: what was due is its amount. The hosted page, an open link, is left out. */
export function toInvoice(value: AnyArgs): AnyArgs & Invoice {
  const { hosted_invoice_url: _open, invoice_pdf, created, ...rest } = value;
  const due = money(value.amount_due ?? value.amount, value.currency);
  const { amount_paid = null } = value;
  const paid = amount_paid === null ? undefined : money(amount_paid, value.currency);
  return {
    ...rest,
    amount: due.minor_units,
    amount_text: due.text,
    ...(paid && { amount_paid: paid.minor_units, amount_paid_text: paid.text }),
    currency: textOf(value, 'currency'),
    created: typeof created === 'number' ? rfc3339(created * 1000) : created,
    pdf_url: value.pdf_url ?? invoice_pdf ?? null,
  };
}

/** BillingSubscription; the published customer id is null where the server does not tell it. */
export function toBilling(body: unknown) {
  const answer = record(body);
  const { current_period_end = null, stripe_customer_id = null } = answer;
  const { cancel_at_period_end } = answer;
  if (typeof cancel_at_period_end !== 'boolean') throw shapeError('a subscription');
  return {
    ...answer,
    tier: textOf(answer, 'tier'),
    status: textOf(answer, 'status'),
    current_period_end: nullableText(current_period_end),
    cancel_at_period_end,
    stripe_customer_id: nullableText(stripe_customer_id),
  };
}

const nullableText = (value: unknown): string | null => (typeof value === 'string' ? value : null);

interface TierChange {
  readonly target_tier: string;
  readonly billing_interval: string;
}

/** A preview or a change of tier. Its amounts have no currency: that is read from the prices, beforehand. */
export async function changeTier<A extends TierChange>(
  call: Call<A>,
  prices: AnyWire,
  advice: Advice,
): Promise<AnyArgs & { action: string; target_tier: string; proration: Money }> {
  const currency = await currencyOf(call, prices);
  const answer = record(await advised(advice, call.send()));
  const { next_renewal_amount_cents: renewal } = answer;
  return {
    ...answer,
    action: textOf(answer, 'action'),
    target_tier: textOf(answer, 'target_tier'),
    proration: money(answer.proration_amount_cents, currency),
    // 0 says that the server does not know.
    ...(renewal !== undefined && { next_renewal: renewal ? money(renewal, currency) : null }),
  };
}

/** The currency of the price in question, else the one of all prices; undefined when the prices do not tell. */
async function currencyOf<A extends TierChange>(call: Call<A>, prices: AnyWire): Promise<unknown> {
  const tiers = await pricesOf(call, prices);
  const { target_tier, billing_interval } = call.args;
  const target = tiers.find(({ tier }) => tier === target_tier);
  const price = target?.[billing_interval === 'year' ? 'annual' : 'monthly'];
  if (isObject(price)) return price.currency;
  const all = tiers.flatMap(({ monthly, annual }) => [monthly, annual].filter(isObject));
  const known = new Set(all.map(({ currency }) => currency));
  return known.size === 1 ? [...known][0] : undefined;
}

/** An amount without a currency is better than no answer; what stops the call stops it here too. */
async function pricesOf<A>(call: Call<A>, prices: AnyWire): Promise<AnyArgs[]> {
  try {
    return listOf('tiers', await call.read(prices, {}), (tier) => tier);
  } catch (error) {
    if (!(error instanceof AegisError) || error.code === 'cancelled') throw error;
    return [];
  }
}
