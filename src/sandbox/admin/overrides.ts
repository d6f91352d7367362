/** Rate-limit overrides (contract tag Admin rate limits). */
import type { Clock, Store } from '../kernel.js';

/** An override as stored and shown; exactly one of `tenant_id` and `user_id` is set. Times are RFC 3339. */
export interface OverrideRecord {
  readonly id: string;
  readonly tenant_id: string | null;
  readonly user_id: string | null;
  readonly resource_type: string;
  readonly bucket: string;
  readonly limit_value: number;
  readonly burst_value: number | null;
  readonly created_at: string;
  readonly updated_at: string;
}

/** Members of a new override. */
export type OverrideWish = Omit<OverrideRecord, 'id' | 'created_at' | 'updated_at'>;

export interface OverrideFilter {
  readonly tenant_id?: string | undefined;
  readonly user_id?: string | undefined;
}

export interface Overrides {
  /** Newest first. */
  list(filter: OverrideFilter): readonly OverrideRecord[];
  add(wish: OverrideWish): OverrideRecord;
  /** Changes the newest override of the same owner, resource and bucket, or adds one. */
  put(wish: OverrideWish): OverrideRecord;
  /** Whether there was one. */
  remove(id: string): boolean;
}

const TABLE = `
create table if not exists rate_limit_overrides (
  id text primary key, tenant_id text, user_id text, resource_type text not null, bucket text not null,
  limit_value integer not null, burst_value integer, created_at text not null, updated_at text not null
)`;

const SAME = 'tenant_id is ? and user_id is ? and resource_type = ? and bucket = ?';

/** The overrides of a store. */
export function openOverrides({ store, clock }: { store: Store; clock: Clock }): Overrides {
  store.exec(TABLE);
  const select = (where: string, ...values: readonly unknown[]) => {
    const sql = `select * from rate_limit_overrides where ${where} order by rowid desc`;
    return store.all<OverrideRecord>(sql, ...values);
  };
  const add = (wish: OverrideWish) => insert(store, clock, wish);
  return {
    list({ tenant_id, user_id }) {
      const unlessAbsent = '(? is null or tenant_id = ?) and (? is null or user_id = ?)';
      return select(unlessAbsent, tenant_id, tenant_id, user_id, user_id);
    },
    add,
    put(wish) {
      const { tenant_id, user_id, resource_type, bucket } = wish;
      const [known] = select(SAME, tenant_id, user_id, resource_type, bucket);
      return known ? update(store, clock, known, wish) : add(wish);
    },
    remove(id) {
      const found = select('id = ?', id).length > 0;
      store.run('delete from rate_limit_overrides where id = ?', id);
      return found;
    },
  };
}

function insert(store: Store, clock: Clock, wish: OverrideWish): OverrideRecord {
  const now = clock.now().toISOString();
  const { tenant_id, user_id, resource_type, bucket, limit_value, burst_value } = wish;
  const id = clock.uuid();
  const values = [id, tenant_id, user_id, resource_type, bucket, limit_value, burst_value, now, now];
  store.run('insert into rate_limit_overrides values (?, ?, ?, ?, ?, ?, ?, ?, ?)', ...values);
  return { id, ...wish, created_at: now, updated_at: now };
}

function update(store: Store, clock: Clock, known: OverrideRecord, wish: OverrideWish): OverrideRecord {
  const { limit_value, burst_value } = wish;
  const updated_at = clock.now().toISOString();
  const sql = 'update rate_limit_overrides set limit_value = ?, burst_value = ?, updated_at = ? where id = ?';
  store.run(sql, limit_value, burst_value, updated_at, known.id);
  return { ...known, limit_value, burst_value, updated_at };
}
