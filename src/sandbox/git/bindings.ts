import type { Identity, Store } from '../kernel.js';
import type { BackendName } from '../volumes/backends.js';
import type { GitRef } from './remotes.js';

/** States of a binding; `Failed` comes with an error. */
export type BindingStatus = 'Pending' | 'Cloning' | 'Ready' | 'Refreshing' | 'Failed';

/** A repository bound to a volume; times are RFC 3339. */
export interface Binding {
  readonly id: string;
  readonly tenant: string;
  readonly owner: string;
  readonly volume_id: string;
  readonly repo_url: string;
  readonly git_ref: GitRef;
  readonly sparse_paths: readonly string[] | null;
  readonly label: string;
  readonly credential_binding_id: string | null;
  readonly backend: BackendName;
  readonly auto_refresh: boolean;
  /** SHA-256 of the webhook secret, hex. */
  readonly webhook_hash: string | null;
  readonly status: BindingStatus;
  readonly error: string | null;
  readonly last_cloned_at: string | null;
  readonly last_commit_sha: string | null;
  /** Null while HEAD is detached. */
  readonly head_branch: string | null;
  readonly head_commit: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

type Row = Omit<Binding, 'git_ref' | 'sparse_paths' | 'auto_refresh'> & {
  readonly git_ref: string;
  readonly sparse_paths: string;
  readonly auto_refresh: number;
};

/** Members that change. */
export type BindingChange = Partial<
  Pick<
    Binding,
    'status' | 'error' | 'last_cloned_at' | 'last_commit_sha' | 'head_branch' | 'head_commit' | 'updated_at'
  >
>;

/** The bindings' tables: bindings, and the branches of each clone. */
export class Bindings {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
    store.exec(`create table if not exists git_bindings (
      id text primary key, tenant text not null, owner text not null, volume_id text not null,
      repo_url text not null, git_ref text not null, sparse_paths text not null, label text not null,
      credential_binding_id text, backend text not null, auto_refresh integer not null, webhook_hash text,
      status text not null, error text, last_cloned_at text, last_commit_sha text, head_branch text,
      head_commit text, created_at text not null, updated_at text not null);
      create table if not exists git_local_branches (
      binding_id text, branch text, commit_id text not null, primary key (binding_id, branch))`);
  }

  add(binding: Binding): void {
    const { git_ref, sparse_paths, ...plain } = binding;
    const row = { ...plain, git_ref: JSON.stringify(git_ref), sparse_paths: JSON.stringify(sparse_paths) };
    const names = Object.keys(row);
    const sql = `insert into git_bindings (${names}) values (${names.map(() => '?')})`;
    this.#store.run(sql, ...Object.values(row));
  }

  get(id: string): Binding | undefined {
    return this.#select('id = ?', id)[0];
  }

  ownedBy({ tenant, subject }: Identity): readonly Binding[] {
    return this.#select('tenant = ? and owner = ?', tenant, subject);
  }

  byWebhook(hash: string): Binding | undefined {
    return this.#select('webhook_hash = ?', hash)[0];
  }

  /** Those in one of these states. */
  inState(...states: readonly BindingStatus[]): readonly Binding[] {
    return this.#select('status in (select value from json_each(?))', JSON.stringify(states));
  }

  update(id: string, change: BindingChange): void {
    const names = Object.keys(change).map((name) => `${name} = ?`);
    this.#store.run(`update git_bindings set ${names} where id = ?`, ...Object.values(change), id);
  }

  remove(id: string): void {
    this.#store.run('delete from git_bindings where id = ?', id);
    this.#store.run('delete from git_local_branches where binding_id = ?', id);
  }

  /** The commit a branch of the clone stands at. */
  branch(id: string, branch: string): string | undefined {
    const sql = 'select commit_id from git_local_branches where binding_id = ? and branch = ?';
    return this.#store.get<{ commit_id: string }>(sql, id, branch)?.commit_id;
  }

  setBranch(id: string, branch: string, commit: string): void {
    this.#store.run('insert or replace into git_local_branches values (?, ?, ?)', id, branch, commit);
  }

  #select(where: string, ...values: readonly string[]): Binding[] {
    const rows = this.#store.all<Row>(`select * from git_bindings where ${where} order by rowid`, ...values);
    return rows.map((row) => ({
      ...row,
      git_ref: JSON.parse(row.git_ref),
      sparse_paths: JSON.parse(row.sparse_paths),
      auto_refresh: row.auto_refresh !== 0,
    }));
  }
}
