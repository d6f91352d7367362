/** Billing of the sandbox: what the routes and the hosted pages do (contract tag Billing). */
import { ReplyError, type SandboxContext } from '../kernel.js';
import { errorReply, json, refuse } from '../router.js';
import { type Plan, ProviderError, renewalAmount, requirePrice } from './prices.js';
import { type CheckoutSession, type HostedSessions, openHostedSessions } from './sessions.js';
import { type Card, openSubscriptions, type Subscription, type Subscriptions } from './subscriptions.js';
import { decideChange, periodAfter, type TierChange, type TierWish, upgradeCharge } from './tier-change.js';
import { INCLUDED_SEATS } from './tiers.js';

/** What a checkout is for, as sent. */
export interface CheckoutWish {
  readonly price_id: string;
  readonly seat_price_id?: string | undefined;
  readonly seats: number;
  readonly success_url?: string | undefined;
}

/** The answers of previewTierChange and changeTier, before they are written as JSON. */
export interface TierOutcome extends TierChange {
  readonly tier: string;
  /** Total seats of the plan. */
  readonly seats: number;
  /** Cents; 0 back to free. */
  readonly renewal: number;
}

export class Billing {
  readonly subscriptions: Subscriptions;
  readonly sessions: HostedSessions;
  readonly #context: SandboxContext;

  constructor(context: SandboxContext) {
    this.#context = context;
    this.subscriptions = openSubscriptions(context);
    this.sessions = openHostedSessions(context);
  }

  /** 501 `billing_not_configured` when there is no payment provider. */
  requireConfigured(): void {
    if (this.#context.billing !== 'off') return;
    const body = { error: 'billing_not_configured', message: 'Billing is not configured on this node.' };
    throw new ReplyError(json(body, 501));
  }

  /** Does what needs the provider; its refusals and failures become this status. */
  provider<T>(status: 500 | 502, work: () => T): T {
    this.requireConfigured();
    try {
      if (this.#context.billing === 'failing')
        throw new ProviderError('the payment provider does not answer');
      return work();
    } catch (error) {
      if (error instanceof ProviderError) return refuse(status, `Stripe error: ${error.message}`);
      throw error;
    }
  }

  /** Opens a checkout; gives its id. */
  openCheckout(tenant: string, wish: CheckoutWish): string {
    return this.provider(500, () => {
      const plan = planOf(wish);
      return this.sessions.openCheckout({ tenant, plan, successUrl: wish.success_url }).id;
    });
  }

  /** Starts what the checkout is for. */
  completeCheckout(session: CheckoutSession, card: Card): void {
    this.#context.store.transaction(() => {
      this.subscriptions.start(session.tenant, session.plan, card);
      this.sessions.completeCheckout(session);
    });
  }

  /** Opens the customer portal; gives the id of the visit. */
  openPortal(tenant: string, returnUrl: string | undefined): string {
    return this.provider(500, () => this.sessions.openPortal({ tenant, returnUrl }).id);
  }

  /** Sets the extra seats and bills what is left of the period; 402 when that fails, after the change. */
  updateSeats(tenant: string, extraSeats: number, seatPriceId: string): void {
    this.provider(502, () => {
      const current = this.#requireSubscription(tenant);
      if (extraSeats > 0) requireSeatPrice(seatPriceId, current.plan);
      const plan = { ...current.plan, extraSeats };
      this.#billChange(current, { ...current, plan }, upgradeCharge(current, plan, this.#now()));
    });
  }

  preview(tenant: string, wish: TierWish): TierOutcome {
    return this.provider(502, () => this.#decide(this.#requireSubscription(tenant), wish));
  }

  /** Carries the change out; 402 when the payment of an upgrade fails, after the change. */
  changeTier(tenant: string, wish: TierWish): TierOutcome & { readonly invoice: string | null } {
    return this.provider(502, () => {
      const current = { ...this.#requireSubscription(tenant), pending: null };
      this.subscriptions.save(current);
      const outcome = this.#decide(current, wish);
      return { ...outcome, invoice: this.#carryOut(current, outcome) };
    });
  }

  #carryOut(current: Subscription, { action, plan = current.plan, charge }: TierChange): string | null {
    if (action === 'upgrade_immediate') {
      const period = periodAfter(current, plan, this.#now());
      return this.#billChange(current, { ...current, ...period, plan, cancelAtPeriodEnd: false }, charge);
    }
    if (action === 'cancel_at_period_end') this.subscriptions.save({ ...current, cancelAtPeriodEnd: true });
    if (action === 'downgrade_at_period_end') {
      this.subscriptions.save({ ...current, pending: plan, cancelAtPeriodEnd: false });
    }
    return null;
  }

  /** The change holds even if the card is declined: then the subscription is past due. */
  #billChange(current: Subscription, changed: Subscription, amount: number): string | null {
    const { invoice, paid } = this.#context.store.transaction(() => {
      const bill = this.subscriptions.charge(current, amount, this.#now());
      this.subscriptions.save(bill.paid ? changed : { ...changed, status: 'past_due' });
      return bill;
    });
    if (paid) return invoice;
    throw new ReplyError(errorReply(402, 'The change was made, but the payment failed: card declined'));
  }

  #decide(current: Subscription, wish: TierWish): TierOutcome {
    const change = decideChange(current, wish, this.#now());
    const { plan } = change;
    if (plan === undefined) return { ...change, tier: 'free', seats: 0, renewal: 0 };
    const seats = INCLUDED_SEATS[plan.tier] + plan.extraSeats;
    return { ...change, tier: plan.tier, seats, renewal: renewalAmount(plan) };
  }

  #requireSubscription(tenant: string): Subscription {
    const current = this.subscriptions.of(tenant);
    if (current !== undefined && current.status !== 'canceled') return current;
    return refuse(404, 'No active subscription');
  }

  #now(): string {
    return this.#context.clock.now().toISOString();
  }
}

/** Extra seats count only with a seat price. */
function planOf({ price_id, seat_price_id, seats }: CheckoutWish): Plan {
  const { tier, interval } = requirePrice(price_id, false);
  const plan = { tier, interval, extraSeats: seat_price_id === undefined ? 0 : seats };
  if (seat_price_id !== undefined) requireSeatPrice(seat_price_id, plan);
  return plan;
}

function requireSeatPrice(id: string, { tier, interval }: Plan): void {
  const price = requirePrice(id, true);
  if (price.tier === tier && price.interval === interval) return;
  throw new ProviderError(`The price '${id}' does not fit a plan of ${tier} per ${interval}`);
}
