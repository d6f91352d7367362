/** Hosted pages that were opened: checkout sessions and customer portal sessions. */
import type { Clock, Store } from '../kernel.js';
import type { Plan } from './prices.js';

/** A checkout: the plan is subscribed to once it is completed. */
export interface CheckoutSession {
  readonly id: string;
  readonly tenant: string;
  readonly plan: Plan;
  /** Where the payer goes on to; absent in the documented dialect, which sends none. */
  readonly successUrl: string | undefined;
  readonly complete: boolean;
}

/** A visit of the customer portal. */
export interface PortalSession {
  readonly id: string;
  readonly tenant: string;
  readonly returnUrl: string | undefined;
}

export interface HostedSessions {
  openCheckout(session: Omit<CheckoutSession, 'id' | 'complete'>): CheckoutSession;
  checkout(id: string): CheckoutSession | undefined;
  completeCheckout(session: CheckoutSession): void;
  openPortal(session: Omit<PortalSession, 'id'>): PortalSession;
  portal(id: string): PortalSession | undefined;
}

const TABLE = `
create table if not exists billing_sessions (
  id text primary key, kind text not null, document text not null
)`;

/** The hosted sessions of a store. */
export function openHostedSessions({ store, clock }: { store: Store; clock: Clock }): HostedSessions {
  store.exec(TABLE);
  const newId = (prefix: string) => `${prefix}_sandbox_${clock.uuid().replaceAll('-', '')}`;
  const save = <T extends { id: string }>(kind: string, session: T): T => {
    const document = JSON.stringify(session);
    store.run('insert or replace into billing_sessions values (?, ?, ?)', session.id, kind, document);
    return session;
  };
  const read = (kind: string, id: string) => {
    const sql = 'select document from billing_sessions where kind = ? and id = ?';
    const row = store.get<{ document: string }>(sql, kind, id);
    return row === undefined ? undefined : JSON.parse(row.document);
  };
  return {
    openCheckout: (session) => save('checkout', { ...session, id: newId('cs'), complete: false }),
    checkout: (id) => read('checkout', id),
    completeCheckout: (session) => void save('checkout', { ...session, complete: true }),
    openPortal: (session) => save('portal', { ...session, id: newId('bps') }),
    portal: (id) => read('portal', id),
  };
}
