import type { Identity, Store } from '../kernel.js';
import type { BackendName } from './backends.js';
import { MIB } from './tiers.js';

/** A volume as stored; `created_at` is RFC 3339. */
export interface VolumeRecord {
  readonly id: string;
  readonly tenant: string;
  /** Subject of the owner's token. */
  readonly owner: string;
  readonly label: string;
  /** Whole MiB. */
  readonly size_mib: number;
  readonly backend: BackendName;
  readonly created_at: string;
}

/** The volumes' table. Volumes belong to one subject of one tenant. */
export class VolumeRecords {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
    store.exec(`create table if not exists volumes (
      id text primary key, tenant text not null, owner text not null, label text not null,
      size_mib integer not null, backend text not null, created_at text not null,
      unique (tenant, owner, label))`);
  }

  add({ id, tenant, owner, label, size_mib, backend, created_at }: VolumeRecord): void {
    const values = [id, tenant, owner, label, size_mib, backend, created_at];
    this.#store.run('insert into volumes values (?, ?, ?, ?, ?, ?, ?)', ...values);
  }

  get(id: string): VolumeRecord | undefined {
    return this.#store.get<VolumeRecord>('select * from volumes where id = ?', id);
  }

  /** In the order they were created. */
  ownedBy({ tenant, subject }: Identity): readonly VolumeRecord[] {
    const sql = 'select * from volumes where tenant = ? and owner = ? order by rowid';
    return this.#store.all<VolumeRecord>(sql, tenant, subject);
  }

  rename(id: string, label: string): void {
    this.#store.run('update volumes set label = ? where id = ?', label, id);
  }

  remove(id: string): void {
    this.#store.run('delete from volumes where id = ?', id);
  }
}

/** Reserved bytes of a volume. */
export function sizeOf({ size_mib }: VolumeRecord): number {
  return size_mib * MIB;
}
