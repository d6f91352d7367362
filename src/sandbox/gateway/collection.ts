/** Named records with an owner, in one table each: specs, workflows, CLI tools, sessions, security contexts. */
import type { Store } from '../kernel.js';
import { refuse } from '../replies.js';
import type { GatewayContext } from './kernel.js';

/** What the gateway stores: `tenant_id` null is system-global. */
export interface Owned {
  readonly tenant_id: string | null;
}

/** An operator with this `tenant_id` finds the database out of reach: every store access is 500. */
export const DATABASE_DOWN = 'sandbox-database-down';

/**
 * Records by id and name. On the real server ids and names are unique in the whole database, a put replaces whatever
 * has the id or the name, and a look-up asks for no tenant. The published reference has names and look-ups per tenant.
 */
export interface Collection<T extends Owned> {
  /** Replaces the record of the same id or name. */
  put(id: string, name: string, record: T): void;
  /** The tenant's records and the system-global ones, by name. */
  list(tenant: string | null): readonly T[];
  /** Every record, by name. */
  all(): readonly T[];
  get(id: string, tenant: string | null): T | undefined;
  named(name: string, tenant: string | null): T | undefined;
  remove(id: string, tenant: string | null): void;
}

interface Row<T> {
  readonly row: number;
  readonly record: T;
}

/** Opens a collection, creating its table when it is missing. */
export function openCollection<T extends Owned>(context: GatewayContext, table: string): Collection<T> {
  const rows = createRows<T>(context.store, table);
  const shared = context.dialect === 'live';
  const owns = (tenant: string | null) => (found: Row<T>) => shared || found.record.tenant_id === tenant;
  const find = (column: 'id' | 'name', value: string, tenant: string | null) => {
    requireDatabase(tenant);
    const found = rows.where(column, value);
    return found.find(owns(tenant)) ?? found.find(({ record }) => record.tenant_id === null);
  };
  return {
    put: (id, name, record) => {
      requireDatabase(record.tenant_id);
      const rivals = [...rows.where('id', id), ...rows.where('name', name)].filter(owns(record.tenant_id));
      context.store.transaction(() => {
        for (const { row } of rivals) rows.remove(row);
        rows.insert(id, name, record);
      });
    },
    list: (tenant) => {
      requireDatabase(tenant);
      return rows.all().filter(({ tenant_id }) => tenant_id === null || tenant_id === tenant);
    },
    all: rows.all,
    get: (id, tenant) => find('id', id, tenant)?.record,
    named: (name, tenant) => find('name', name, tenant)?.record,
    remove: (id, tenant) => {
      requireDatabase(tenant);
      for (const { row } of rows.where('id', id).filter(owns(tenant))) rows.remove(row);
    },
  };
}

/** Refuses with the pool's 500 for the tenant that stands for a database out of reach. */
export function requireDatabase(tenant: string | null): void {
  if (tenant === DATABASE_DOWN) refuse(500, 'database pool acquire timeout');
}

function createRows<T>(store: Store, table: string) {
  store.exec(
    `create table if not exists ${table} (id text not null, name text not null, record text not null)`,
  );
  type Stored = { readonly rowid: number; readonly record: string };
  const read = ({ rowid, record }: Stored): Row<T> => ({ row: rowid, record: JSON.parse(record) });
  return {
    where: (column: 'id' | 'name', value: string): readonly Row<T>[] =>
      store.all<Stored>(`select rowid, record from ${table} where ${column} = ?`, value).map(read),
    all: (): readonly T[] =>
      store
        .all<Stored>(`select rowid, record from ${table} order by name, rowid`)
        .map((row) => read(row).record),
    insert: (id: string, name: string, record: T) =>
      store.run(`insert into ${table} values (?, ?, ?)`, id, name, JSON.stringify(record)),
    remove: (row: number) => store.run(`delete from ${table} where rowid = ?`, row),
  };
}
