/** Canvas sessions and their persistent volumes in the store. */
import type { Store } from '../kernel.js';
import type { WorkspaceMode } from './modes.js';

/** A session as stored and as the server shows it (schema CanvasSession). */
export interface CanvasSession {
  readonly id: string;
  readonly tenant_id: string;
  readonly conversation_id: string;
  readonly workspace_volume_id: string;
  readonly git_binding_id: string | null;
  readonly workspace_mode: WorkspaceMode;
  readonly status: 'Initializing' | 'Terminated';
  readonly name: string | null;
  readonly archived: boolean;
  readonly created_at: string;
  readonly last_active_at: string;
}

const SCHEMA = `
create table if not exists canvas_sessions (
  id text primary key, tenant_id text not null, archived integer not null, document text not null
);
create table if not exists canvas_volumes (
  tenant_id text not null, label text not null, volume_id text not null, primary key (tenant_id, label)
);`;

/** The canvas tables. */
export class CanvasRecords {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
    store.exec(SCHEMA);
  }

  byId(id: string, tenant: string): CanvasSession | undefined {
    return this.#select('id = ? and tenant_id = ?', id, tenant)[0];
  }

  /** Newest first. */
  ofTenant(tenant: string, withArchived: boolean): readonly CanvasSession[] {
    return this.#select('tenant_id = ? and archived <= ?', tenant, withArchived);
  }

  /** Writes a new session or replaces one. */
  save(session: CanvasSession): void {
    const { id, tenant_id, archived } = session;
    const sql = `insert into canvas_sessions values (?, ?, ?, ?)
      on conflict (id) do update set archived = excluded.archived, document = excluded.document`;
    this.#store.run(sql, id, tenant_id, archived, JSON.stringify(session));
  }

  /** The volume that a tenant has under this label; at first `created`. */
  persistentVolume(tenant: string, label: string, created: string): string {
    const insert = 'insert or ignore into canvas_volumes values (?, ?, ?)';
    this.#store.run(insert, tenant, JSON.stringify(label), created);
    const find = 'select volume_id from canvas_volumes where tenant_id = ? and label = ?';
    return this.#store.get<{ volume_id: string }>(find, tenant, JSON.stringify(label))?.volume_id ?? created;
  }

  #select(where: string, ...values: readonly unknown[]): readonly CanvasSession[] {
    const sql = `select document from canvas_sessions where ${where} order by rowid desc`;
    const rows = this.#store.all<{ document: string }>(sql, ...values);
    return rows.map(({ document }): CanvasSession => JSON.parse(document));
  }
}
