/** Subscriptions of the simulated payment provider: one per tenant, renewed as time passes. */
import type { Clock, Store } from '../kernel.js';
import { type Invoices, openInvoices } from './invoices.js';
import { type Plan, periodEnd, renewalAmount } from './prices.js';
import { INCLUDED_SEATS, type Tier } from './tiers.js';

/** `declines`: the card paid once and is declined from then on. */
export type Card = 'good' | 'declines';

/** A subscription; times are RFC 3339. */
export interface Subscription {
  readonly id: string;
  readonly tenant: string;
  readonly plan: Plan;
  readonly status: 'active' | 'past_due' | 'canceled';
  readonly periodStart: string;
  readonly periodEnd: string;
  readonly cancelAtPeriodEnd: boolean;
  /** The plan of the next period, after a downgrade. */
  readonly pending: Plan | null;
  readonly card: Card;
}

const TABLE = `
create table if not exists billing_subscriptions (tenant_id text primary key, document text not null)`;

export interface Subscriptions {
  readonly invoices: Invoices;
  /** The subscription as it stands now: due renewals, downgrades and cancellations are carried out first. */
  of(tenant: string): Subscription | undefined;
  save(subscription: Subscription): void;
  /** Starts one, in place of any other; the first period is paid. */
  start(tenant: string, plan: Plan, card: Card): Subscription;
  /** Bills the amount (nothing for 0). Gives the invoice id, and whether the card paid. */
  charge(subscription: Subscription, amount: number, at: string): { invoice: string | null; paid: boolean };
}

/** The subscriptions of a store. */
export function openSubscriptions(context: { store: Store; clock: Clock }): Subscriptions {
  context.store.exec(TABLE);
  return new StoredSubscriptions(context.store, context.clock, openInvoices(context));
}

/** The tier a subscription grants. */
export function tierOf({ status, plan }: Subscription): Tier {
  return status === 'canceled' ? 'free' : plan.tier;
}

/** Paid seats, the included ones too. */
export function seatsOf({ status, plan }: Subscription): number {
  return status === 'canceled' ? 0 : INCLUDED_SEATS[plan.tier] + plan.extraSeats;
}

class StoredSubscriptions implements Subscriptions {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly invoices: Invoices;

  constructor(store: Store, clock: Clock, invoices: Invoices) {
    this.#store = store;
    this.#clock = clock;
    this.invoices = invoices;
  }

  of(tenant: string): Subscription | undefined {
    const sql = 'select document from billing_subscriptions where tenant_id = ?';
    const row = this.#store.get<{ document: string }>(sql, tenant);
    if (row === undefined) return undefined;
    const stored: Subscription = JSON.parse(row.document);
    return this.#store.transaction(() => this.#catchUp(stored));
  }

  save(subscription: Subscription): void {
    const sql = 'insert or replace into billing_subscriptions values (?, ?)';
    this.#store.run(sql, subscription.tenant, JSON.stringify(subscription));
  }

  start(tenant: string, plan: Plan, card: Card): Subscription {
    const now = this.#clock.now().toISOString();
    const started: Subscription = {
      id: `sub_sandbox_${this.#clock.uuid().replaceAll('-', '')}`,
      ...{ tenant, plan, card, status: 'active', cancelAtPeriodEnd: false, pending: null },
      ...{ periodStart: now, periodEnd: periodEnd(now, plan.interval) },
    };
    this.#store.transaction(() => {
      this.invoices.issue(tenant, renewalAmount(plan), true, now);
      this.save(started);
    });
    return started;
  }

  charge({ tenant, card }: Subscription, amount: number, at: string) {
    if (amount === 0) return { invoice: null, paid: true };
    const paid = card === 'good';
    return { invoice: this.invoices.issue(tenant, amount, paid, at).id, paid };
  }

  #catchUp(stored: Subscription): Subscription {
    const now = this.#clock.now().toISOString();
    let current = stored;
    while (current.status !== 'canceled' && current.periodEnd <= now) current = this.#nextPeriod(current);
    if (current !== stored) this.save(current);
    return current;
  }

  #nextPeriod(ended: Subscription): Subscription {
    const settled = { ...ended, pending: null, cancelAtPeriodEnd: false };
    if (ended.cancelAtPeriodEnd) return { ...settled, status: 'canceled' };
    const plan = ended.pending ?? ended.plan;
    const { paid } = this.charge(ended, renewalAmount(plan), ended.periodEnd);
    const period = { periodStart: ended.periodEnd, periodEnd: periodEnd(ended.periodEnd, plan.interval) };
    return { ...settled, plan, ...period, status: paid ? ended.status : 'past_due' };
  }
}
