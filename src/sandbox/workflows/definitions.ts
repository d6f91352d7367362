/** Registered workflows in the store: one row a version; the row registered last is the current one. */
import type { Store, WorkflowRecord } from '../kernel.js';
import { parseUuid } from '../request.js';
import { type WorkflowManifest, workflowManifestSchema } from './manifest-schema.js';

/** A row with its manifest decoded. */
export interface WorkflowDefinition extends WorkflowRecord {
  readonly manifest: WorkflowManifest;
}

interface Row {
  readonly id: string;
  readonly tenant_id: string;
  readonly name: string;
  readonly version: string | null;
  readonly scope: 'global' | 'tenant';
  readonly manifest: string;
  readonly manifest_yaml: string;
  readonly created_at: string;
  readonly updated_at: string | null;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS workflows (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, name TEXT NOT NULL, version TEXT, scope TEXT NOT NULL,
    manifest TEXT NOT NULL, manifest_yaml TEXT NOT NULL, created_at TEXT NOT NULL, updated_at TEXT
  );
  CREATE INDEX IF NOT EXISTS workflows_by_name ON workflows (name, tenant_id);
`;

/** Registered workflows; lists have the current version first. */
export class Definitions {
  readonly #store: Store;

  constructor({ store }: { readonly store: Store }) {
    this.#store = store;
    store.exec(SCHEMA);
  }

  insert(record: WorkflowDefinition): void {
    insertRow(this.#store, record);
  }

  /** Replaces manifest, version, scope, owner and updated_at of the row with this id. */
  replace(record: WorkflowDefinition): void {
    replaceRow(this.#store, record);
  }

  remove(id: string): void {
    this.#store.run('DELETE FROM workflows WHERE id = ?', id);
  }

  ofTenant(tenant: string): readonly WorkflowDefinition[] {
    return this.#select('tenant_id = ?', tenant);
  }

  global(): readonly WorkflowDefinition[] {
    return this.#select(`scope = 'global'`);
  }

  everywhere(): readonly WorkflowDefinition[] {
    return this.#select('1 = 1');
  }

  /** Versions of a name owned by the tenant, whatever their scope. */
  owned(name: string, tenant: string): readonly WorkflowDefinition[] {
    return this.#select('name = ? AND tenant_id = ?', name, tenant);
  }

  /** All versions of a name the tenant sees, its own before global ones. */
  versions(name: string, tenant: string): readonly WorkflowDefinition[] {
    const rows = this.#select(`name = ? AND (tenant_id = ? OR scope = 'global')`, name, tenant);
    const isOwn = (row: WorkflowDefinition) => row.tenant_id === tenant;
    return [...rows.filter(isOwn), ...rows.filter((row) => !isOwn(row))];
  }

  /** By UUID, when the tenant sees it. */
  byId(id: string, tenant: string): WorkflowDefinition | undefined {
    const uuid = parseUuid(id);
    if (uuid === undefined) return undefined;
    return this.#select(`id = ? AND (tenant_id = ? OR scope = 'global')`, uuid, tenant)[0];
  }

  /** By name in any tenant. */
  anyTenant(name: string): WorkflowDefinition | undefined {
    return this.#select('name = ?', name)[0];
  }

  #select(where: string, ...values: readonly unknown[]): readonly WorkflowDefinition[] {
    const sql = `SELECT * FROM workflows WHERE ${where} ORDER BY rowid DESC`;
    return this.#store.all<Row>(sql, ...values).map(toDefinition);
  }
}

/** Version shown for a manifest that names none. */
export function reportedVersion(record: { readonly version: string | null }): string {
  return record.version ?? '1.0.0';
}

function insertRow(store: Store, record: WorkflowDefinition): void {
  store.run(
    'INSERT INTO workflows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    record.id,
    record.tenant_id,
    record.name,
    record.version,
    record.scope,
    JSON.stringify(record.manifest),
    record.manifest_yaml,
    record.created_at,
    record.updated_at,
  );
}

function replaceRow(store: Store, record: WorkflowDefinition): void {
  store.run(
    `UPDATE workflows SET tenant_id = ?, version = ?, scope = ?, manifest = ?, manifest_yaml = ?, updated_at = ?
      WHERE id = ?`,
    record.tenant_id,
    record.version,
    record.scope,
    JSON.stringify(record.manifest),
    record.manifest_yaml,
    record.updated_at,
    record.id,
  );
}

function toDefinition(row: Row): WorkflowDefinition {
  return { ...row, manifest: workflowManifestSchema.parse(JSON.parse(row.manifest)) };
}
