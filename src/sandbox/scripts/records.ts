/** Scripts in the store. A deleted script keeps its row and its history, and gives its name free. */
import type { Store } from '../kernel.js';

/** A script as stored and as the server shows it (schema Script). */
export interface ScriptRecord {
  readonly id: string;
  readonly tenant_id: string;
  /** Subject of the owner's token. */
  readonly created_by: string;
  readonly name: string;
  readonly description: string;
  readonly code: string;
  readonly tags: readonly string[];
  readonly visibility: 'private';
  /** From 1, one more with each update. */
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
}

/** One version in a script's history (schema ScriptDetail). */
export interface ScriptVersion {
  readonly version: number;
  readonly updated_at: string;
  readonly updated_by: string;
}

/** `name` and `document` are JSON: SQLite would end a text at its first NUL character. */
const SCHEMA = `
create table if not exists scripts (
  id text primary key, tenant_id text not null, created_by text not null, name text not null,
  updated_at text not null, deleted_at text, document text not null
);
create unique index if not exists scripts_by_name on scripts (tenant_id, name) where deleted_at is null;
create table if not exists script_versions (
  script_id text not null, version integer not null, updated_at text not null, updated_by text not null,
  primary key (script_id, version)
);`;

const UPSERT = `insert into scripts values (?, ?, ?, ?, ?, null, ?) on conflict (id) do update
  set name = excluded.name, updated_at = excluded.updated_at, document = excluded.document`;

/** The scripts' tables. Only active scripts are read. */
export class ScriptRecords {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
    store.exec(SCHEMA);
  }

  byId(id: string, tenant: string): ScriptRecord | undefined {
    return this.#select('id = ? and tenant_id = ?', id, tenant)[0];
  }

  byName(name: string, tenant: string): ScriptRecord | undefined {
    return this.#select('name = ? and tenant_id = ?', JSON.stringify(name), tenant)[0];
  }

  /** Last updated first. */
  ofOwner(tenant: string, owner: string): readonly ScriptRecord[] {
    return this.#select('tenant_id = ? and created_by = ?', tenant, owner);
  }

  /** Oldest first. */
  versions(id: string): readonly ScriptVersion[] {
    const sql = 'select version, updated_at, updated_by from script_versions where script_id = ? order by 1';
    return this.#store.all<ScriptVersion>(sql, id);
  }

  /** Writes a new script or a new version of one, and adds it to the history. */
  save(script: ScriptRecord): void {
    const { id, tenant_id, created_by, updated_at, version } = script;
    const texts = [JSON.stringify(script.name), updated_at, JSON.stringify(script)];
    this.#store.transaction(() => {
      this.#store.run(UPSERT, id, tenant_id, created_by, ...texts);
      const history = 'insert into script_versions values (?, ?, ?, ?)';
      this.#store.run(history, id, version, updated_at, created_by);
    });
  }

  remove(id: string, at: string): void {
    this.#store.run('update scripts set deleted_at = ? where id = ?', at, id);
  }

  #select(where: string, ...values: readonly unknown[]): readonly ScriptRecord[] {
    const order = 'order by updated_at desc, rowid desc';
    const sql = `select document from scripts where ${where} and deleted_at is null ${order}`;
    const rows = this.#store.all<{ document: string }>(sql, ...values);
    return rows.map(({ document }): ScriptRecord => JSON.parse(document));
  }
}
