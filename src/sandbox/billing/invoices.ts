/** Invoices of the simulated payment provider. */
import type { Clock, Store } from '../kernel.js';

const TABLE = `
create table if not exists billing_invoices (
  id text primary key, tenant_id text not null, amount integer not null, status text not null,
  created text not null
)`;

/** One invoice; amounts in US cents, `created` RFC 3339. */
export interface Invoice {
  readonly id: string;
  readonly tenant_id: string;
  readonly amount: number;
  readonly status: 'paid' | 'open';
  readonly created: string;
}

export interface Invoices {
  issue(tenant: string, amount: number, paid: boolean, created: string): Invoice;
  /** The ten newest, newest first: the provider's default page. */
  latest(tenant: string): readonly Invoice[];
  find(id: string): Invoice | undefined;
  payOpen(tenant: string): void;
}

/** The invoices of a store. */
export function openInvoices({ store, clock }: { store: Store; clock: Clock }): Invoices {
  store.exec(TABLE);
  return {
    issue(tenant, amount, paid, created) {
      const id = `in_sandbox_${clock.uuid().replaceAll('-', '')}`;
      const status = paid ? 'paid' : 'open';
      store.run('insert into billing_invoices values (?, ?, ?, ?, ?)', id, tenant, amount, status, created);
      return { id, tenant_id: tenant, amount, status, created };
    },
    latest: (tenant) =>
      store.all<Invoice>(
        'select * from billing_invoices where tenant_id = ? order by created desc, rowid desc limit 10',
        tenant,
      ),
    find: (id) => store.get<Invoice>('select * from billing_invoices where id = ?', id),
    payOpen: (tenant) =>
      store.run(
        "update billing_invoices set status = 'paid' where tenant_id = ? and status = 'open'",
        tenant,
      ),
  };
}
