/** The tables of credential bindings and their grants. */
import type { Store } from '../kernel.js';

const SCHEMA = `
create table if not exists credential_bindings (
  id text primary key, owner text not null, tenant_id text not null, type text not null, provider text not null,
  scope text not null, status text not null, label text not null, tags text not null, account text,
  oauth_scopes text, value blob, created_at text not null, updated_at text not null
);
create table if not exists credential_grants (
  id text primary key, binding_id text not null, target text not null, permission text,
  granted_at text not null, granted_by text not null
);`;

/** A binding as stored: names are spelled as clients send them; times are RFC 3339. */
export interface Binding {
  readonly id: string;
  /** Subject of the user who made it. */
  readonly owner: string;
  readonly tenant_id: string;
  readonly type: 'secret' | 'variable' | 'service_account' | 'oauth2';
  readonly provider: string;
  /** `personal`, or `team:` and the team's UUID. */
  readonly scope: string;
  readonly status: 'active' | 'pending_oauth';
  readonly label: string;
  /** Any JSON. */
  readonly tags: unknown;
  /** The account at an OAuth provider, once consent was given. */
  readonly account: string | null;
  readonly oauth_scopes: readonly string[] | null;
  readonly created_at: string;
  readonly updated_at: string;
}

/** Who may use a credential (contract schema GrantTarget). */
export type GrantTarget =
  | { readonly kind: 'agent'; readonly agent_id: string }
  | { readonly kind: 'workflow'; readonly workflow_id: string }
  | { readonly kind: 'all_agents' };

export interface Grant {
  readonly id: string;
  readonly binding_id: string;
  readonly target: GrantTarget;
  /** `permission_type` of the published SDK. */
  readonly permission: string | null;
  readonly granted_at: string;
  readonly granted_by: string;
}

type BindingRow = Omit<Binding, 'tags' | 'oauth_scopes'> & {
  readonly tags: string;
  readonly oauth_scopes: string | null;
};

export interface CredentialRecords {
  /** Oldest first. */
  list(tenant: string, owner?: string): readonly Binding[];
  get(id: string): Binding | undefined;
  insert(binding: Binding, value: Uint8Array | null): void;
  setValue(id: string, value: Uint8Array, updatedAt: string): void;
  activate(id: string, account: string, scopes: readonly string[]): void;
  /** With its grants. */
  remove(id: string): void;
  grants(bindingId: string): readonly Grant[];
  insertGrant(grant: Grant): void;
  removeGrant(bindingId: string, id: string): boolean;
}

/** Opens the tables, creating them where missing. */
export function openCredentialRecords(store: Store): CredentialRecords {
  store.exec(SCHEMA);
  return { ...bindingRecords(store), ...grantRecords(store) };
}

function bindingRecords(store: Store) {
  const select = (where: string, ...values: readonly string[]) =>
    store
      .all<BindingRow>(
        `select * from credential_bindings where ${where} order by created_at, rowid`,
        ...values,
      )
      .map(readBinding);
  return {
    list: (tenant: string, owner?: string) =>
      owner === undefined
        ? select('tenant_id = ?', tenant)
        : select('tenant_id = ? and owner = ?', tenant, owner),
    get: (id: string) => select('id = ?', id)[0],
    insert: (binding: Binding, value: Uint8Array | null) => insertBinding(store, binding, value),
    setValue: (id: string, value: Uint8Array, updatedAt: string) =>
      store.run(
        'update credential_bindings set value = ?, updated_at = ? where id = ?',
        value,
        updatedAt,
        id,
      ),
    activate: (id: string, account: string, scopes: readonly string[]) =>
      store.run(
        "update credential_bindings set status = 'active', account = ?, oauth_scopes = ? where id = ?",
        ...[account, JSON.stringify(scopes), id],
      ),
    remove: (id: string) =>
      store.transaction(() => {
        store.run('delete from credential_grants where binding_id = ?', id);
        store.run('delete from credential_bindings where id = ?', id);
      }),
  };
}

function grantRecords(store: Store) {
  const of = 'select * from credential_grants where binding_id = ?';
  return {
    grants: (bindingId: string) =>
      store
        .all<Omit<Grant, 'target'> & { target: string }>(`${of} order by granted_at, rowid`, bindingId)
        .map((row) => ({ ...row, target: JSON.parse(row.target) })),
    insertGrant: ({ id, binding_id, target, permission, granted_at, granted_by }: Grant) =>
      store.run(
        `insert into credential_grants (id, binding_id, target, permission, granted_at, granted_by)
         values (?, ?, ?, ?, ?, ?)`,
        ...[id, binding_id, JSON.stringify(target), permission, granted_at, granted_by],
      ),
    removeGrant(bindingId: string, id: string) {
      const found = store.get(`${of} and id = ?`, bindingId, id) !== undefined;
      store.run('delete from credential_grants where binding_id = ? and id = ?', bindingId, id);
      return found;
    },
  };
}

function insertBinding(store: Store, binding: Binding, value: Uint8Array | null): void {
  const { id, owner, tenant_id, type, provider, scope, status, label, tags, created_at, updated_at } =
    binding;
  store.run(
    `insert into credential_bindings (id, owner, tenant_id, type, provider, scope, status, label, tags, value,
       created_at, updated_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[id, owner, tenant_id, type, provider, scope, status, label, JSON.stringify(tags), value],
    ...[created_at, updated_at],
  );
}

function readBinding({ tags, oauth_scopes, ...row }: BindingRow): Binding {
  return { ...row, tags: JSON.parse(tags), oauth_scopes: oauth_scopes && JSON.parse(oauth_scopes) };
}
