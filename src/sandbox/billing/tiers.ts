/** The tiers of AEGIS, lowest first, and what each allows (schemas TierPricing, ColonySubscription). */

export type PaidTier = 'pro' | 'business' | 'enterprise';
export type Tier = 'free' | PaidTier | 'system';

const ORDER: readonly Tier[] = ['free', 'pro', 'business', 'enterprise', 'system'];

export const PAID_TIERS: readonly PaidTier[] = ['pro', 'business', 'enterprise'];

/** Seats the base price includes. */
export const INCLUDED_SEATS: Readonly<Record<PaidTier, number>> = { pro: 0, business: 5, enterprise: 10 };

/** Members a tenant of the tier may have. */
export const MEMBERS_LIMIT: Readonly<Record<Tier, number>> = {
  free: 1,
  pro: 5,
  business: 25,
  enterprise: 4_294_967_295,
  system: 4_294_967_295,
};

/** Higher is more. */
export function rank(tier: Tier): number {
  return ORDER.indexOf(tier);
}

/** The tier of that name, exactly as written; undefined when there is none. */
export function findTier(name: string | undefined): Tier | undefined {
  return ORDER.find((tier) => tier === name);
}

/** The paid tier of that name; undefined for free, system and anything else. */
export function findPaidTier(name: string): PaidTier | undefined {
  return PAID_TIERS.find((tier) => tier === name);
}
