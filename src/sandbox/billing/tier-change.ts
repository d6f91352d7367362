/** What a change of tier, interval and seats comes to (operations previewTierChange and changeTier). */
import { type Interval, type Plan, ProviderError, periodEnd, renewalAmount } from './prices.js';
import type { Subscription } from './subscriptions.js';
import { findPaidTier, INCLUDED_SEATS, rank } from './tiers.js';

/** What the caller asks for, as sent. */
export interface TierWish {
  readonly target_tier: string;
  readonly billing_interval: string;
  /** Total seats, the included ones too. */
  readonly seats: number;
}

export type TierAction =
  | 'upgrade_immediate'
  | 'downgrade_at_period_end'
  | 'cancel_at_period_end'
  | 'no_change';

/** The outcome before anything is done. */
export interface TierChange {
  readonly action: TierAction;
  /** Undefined: back to free. */
  readonly plan: Plan | undefined;
  /** Cents charged at once. */
  readonly charge: number;
  /** RFC 3339; null when nothing happens. */
  readonly effectiveAt: string | null;
}

/**
 * Upgrades happen now, downgrades and cancellation at the end of the period. What is higher is decided by tier, then
 * interval (a year above a month), then seats. Unknown tiers mean free. Throws ProviderError on an unknown interval
 * where a price is needed.
 */
export function decideChange(current: Subscription, wish: TierWish, now: string): TierChange {
  const tier = findPaidTier(wish.target_tier);
  const later = { charge: 0, effectiveAt: current.periodEnd };
  if (tier === undefined) return { action: 'cancel_at_period_end', plan: undefined, ...later };
  const extraSeats = Math.max(0, wish.seats - INCLUDED_SEATS[tier]);
  const plan = { tier, interval: requireInterval(wish.billing_interval), extraSeats };
  const difference = compare(current.plan, plan);
  if (difference === 0) return { action: 'no_change', plan, charge: 0, effectiveAt: null };
  if (difference < 0) return { action: 'downgrade_at_period_end', plan, ...later };
  return { action: 'upgrade_immediate', plan, charge: upgradeCharge(current, plan, now), effectiveAt: now };
}

/** Cents for what is left of the period; a new interval starts a new period, less what was paid for the old. */
export function upgradeCharge(current: Subscription, plan: Plan, now: string): number {
  const left = fractionLeft(current, now);
  const credit = renewalAmount(current.plan) * left;
  const cost = renewalAmount(plan) * (plan.interval === current.plan.interval ? left : 1);
  return Math.max(0, Math.round(cost - credit));
}

/** The period of the plan from now on. */
export function periodAfter(current: Subscription, plan: Plan, now: string) {
  if (plan.interval === current.plan.interval) return {};
  return { periodStart: now, periodEnd: periodEnd(now, plan.interval) };
}

function requireInterval(text: string): Interval {
  if (text === 'month' || text === 'year') return text;
  throw new ProviderError(`No price for the billing interval '${text}'`);
}

/** Positive when the second plan is the higher one. */
function compare(from: Plan, to: Plan): number {
  const years = ({ interval }: Plan) => (interval === 'year' ? 1 : 0);
  const steps = [rank(to.tier) - rank(from.tier), years(to) - years(from), to.extraSeats - from.extraSeats];
  return steps.find((step) => step !== 0) ?? 0;
}

function fractionLeft({ periodStart, periodEnd: end }: Subscription, now: string): number {
  const [from, to, at] = [Date.parse(periodStart), Date.parse(end), Date.parse(now)];
  return Math.min(1, Math.max(0, (to - at) / (to - from)));
}
