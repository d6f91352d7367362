/** Tenant rows: the system tenant, provisioned consumers, teams, and what the documented dialect creates. */
import type { Tier } from '../billing/tiers.js';
import type { Clock, Store } from '../kernel.js';
import { SYSTEM_TENANT } from '../tenant.js';

/** A tenant as stored; times are RFC 3339. */
export interface TenantRecord {
  readonly slug: string;
  readonly display_name: string;
  readonly status: 'active' | 'suspended' | 'deleted';
  readonly tier: Tier;
  readonly created_at: string;
  readonly updated_at: string;
  readonly deleted_at: string | null;
}

export interface Tenants {
  /** Adds a tenant unless the slug is taken, deleted ones included; whether it did. */
  add(slug: string, displayName: string, tier: Tier): boolean;
  find(slug: string): TenantRecord | undefined;
  /** In the order of their creation. */
  all(): readonly TenantRecord[];
  setStatus(slug: string, status: TenantRecord['status']): void;
  /** Forgets the row, as a deleted team's is. */
  drop(slug: string): void;
}

const TABLE = `
create table if not exists tenants (
  slug text primary key, display_name text not null, status text not null, tier text not null,
  created_at text not null, updated_at text not null, deleted_at text
)`;

/** The tenants of a store; the system tenant and that of the realm `tenant-sandbox` are always there. */
export function openTenants({ store, clock }: { store: Store; clock: Clock }): Tenants {
  store.exec(TABLE);
  const tenants = new StoredTenants(store, clock);
  tenants.add(SYSTEM_TENANT, 'AEGIS system', 'system');
  tenants.add('sandbox', 'Sandbox', 'enterprise');
  return tenants;
}

class StoredTenants implements Tenants {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  add(slug: string, displayName: string, tier: Tier): boolean {
    if (this.find(slug) !== undefined) return false;
    const now = this.#clock.now().toISOString();
    const sql = 'insert into tenants values (?, ?, ?, ?, ?, ?, null)';
    this.#store.run(sql, slug, displayName, 'active', tier, now, now);
    return true;
  }

  find(slug: string): TenantRecord | undefined {
    return this.#store.get<TenantRecord>('select * from tenants where slug = ?', slug);
  }

  all(): readonly TenantRecord[] {
    return this.#store.all<TenantRecord>('select * from tenants order by rowid');
  }

  setStatus(slug: string, status: TenantRecord['status']): void {
    const now = this.#clock.now().toISOString();
    const deletedAt = status === 'deleted' ? now : null;
    const sql = 'update tenants set status = ?, updated_at = ?, deleted_at = ? where slug = ?';
    this.#store.run(sql, status, now, deletedAt, slug);
  }

  drop(slug: string): void {
    this.#store.run('delete from tenants where slug = ?', slug);
  }
}
