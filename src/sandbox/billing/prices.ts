/** The price list of the sandbox: amounts in US cents, ids that never change. */
import { PAID_TIERS, type PaidTier } from './tiers.js';

export type Interval = 'month' | 'year';

/** One price, as a price id stands for it. */
export interface Price {
  readonly id: string;
  readonly tier: PaidTier;
  readonly interval: Interval;
  /** Per extra seat; otherwise the base price of the plan. */
  readonly perSeat: boolean;
  /** US cents per interval. */
  readonly amount: number;
}

/** What a subscription is for. */
export interface Plan {
  readonly tier: PaidTier;
  readonly interval: Interval;
  /** Seats beyond the included ones. */
  readonly extraSeats: number;
}

/** The payment provider refuses or fails; the message is its text. */
export class ProviderError extends Error {}

/** Columns: base price per month and year, seat price per month and year. */
const AMOUNTS: Readonly<Record<PaidTier, readonly [number, number, number, number]>> = {
  pro: [2900, 29_000, 1500, 15_000],
  business: [9900, 99_000, 1200, 12_000],
  enterprise: [49_900, 499_000, 1000, 10_000],
};

export const CURRENCY = 'usd';

export const PRICES: readonly Price[] = PAID_TIERS.flatMap((tier) => {
  const [month, year, seatMonth, seatYear] = AMOUNTS[tier];
  return [
    price(tier, 'month', false, month),
    price(tier, 'year', false, year),
    price(tier, 'month', true, seatMonth),
    price(tier, 'year', true, seatYear),
  ];
});

function price(tier: PaidTier, interval: Interval, perSeat: boolean, amount: number): Price {
  return {
    id: `price_sandbox_${tier}${perSeat ? '_seat' : ''}_${interval}`,
    tier,
    interval,
    perSeat,
    amount,
  };
}

/** The price of an id, of the kind asked for. Throws ProviderError. */
export function requirePrice(id: string, perSeat: boolean): Price {
  const found = PRICES.find((each) => each.id === id && each.perSeat === perSeat);
  if (found === undefined) throw new ProviderError(`No such price: '${id}'`);
  return found;
}

/** The price of a tier. */
export function priceOf(tier: PaidTier, interval: Interval, perSeat: boolean): Price {
  const wanted = PRICES.find(
    (each) => each.tier === tier && each.interval === interval && each.perSeat === perSeat,
  );
  if (wanted === undefined) throw new ProviderError(`No price for ${tier} per ${interval}`);
  return wanted;
}

/** What one period of the plan costs, in cents. */
export function renewalAmount({ tier, interval, extraSeats }: Plan): number {
  return priceOf(tier, interval, false).amount + extraSeats * priceOf(tier, interval, true).amount;
}

/** When a period that starts then ends: the same day a month or year on, or that month's last. */
export function periodEnd(start: string, interval: Interval): string {
  const from = new Date(start);
  const end = new Date(from);
  end.setUTCDate(1);
  end.setUTCMonth(from.getUTCMonth() + (interval === 'month' ? 1 : 12));
  const days = new Date(Date.UTC(end.getUTCFullYear(), end.getUTCMonth() + 1, 0)).getUTCDate();
  end.setUTCDate(Math.min(from.getUTCDate(), days));
  return end.toISOString();
}
