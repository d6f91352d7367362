/** API keys (contract tag API keys): shown once, kept as a SHA-256, in force until revoked or expired. */
import { createHash, randomInt } from 'node:crypto';
import type { Clock, Identity, IdentityKind, Store } from '../kernel.js';

const SCHEMA = `
create table if not exists api_keys (
  id text primary key, hash text not null unique, name text not null, scopes text not null,
  subject text not null, kind text not null, realm text not null, tenant_id text not null,
  client_id text, role text, tier text,
  expires_at text, last_used_at text, created_at text not null, revoked_at text
)`;

/** A key as its owner sees it; times are RFC 3339. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expires_at: string | null;
  readonly last_used_at: string | null;
  readonly created_at: string;
  readonly status: 'active' | 'revoked';
}

/** What a caller asks for; `expires_at` is RFC 3339. */
export interface ApiKeyRequest {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expires_at: string | null;
}

export interface ApiKeys {
  /** A new key for the caller, with its one-time plain text. */
  create(owner: Identity, request: ApiKeyRequest): ApiKey & { readonly key: string };
  /** The caller's, newest first, revoked ones included. */
  list(owner: Identity): readonly ApiKey[];
  /** False for an unknown key, another one's, or one revoked before. */
  revoke(owner: Identity, id: string): boolean;
  /** Whom a key in force acts for, with the key's own scopes; notes the use. */
  use(key: string): Identity | undefined;
}

interface Row extends Omit<ApiKey, 'scopes' | 'status'> {
  readonly scopes: string;
  readonly subject: string;
  readonly kind: IdentityKind;
  readonly realm: string;
  readonly tenant_id: string;
  readonly client_id: string | null;
  readonly role: string | null;
  readonly tier: string | null;
  readonly revoked_at: string | null;
}

/** Opens the keys' table, creating it where missing. */
export function openApiKeys({ store, clock }: { readonly store: Store; readonly clock: Clock }): ApiKeys {
  store.exec(SCHEMA);
  const now = () => clock.now().toISOString();
  // A subject is unique within its realm only.
  const mine = 'subject = ? and realm = ?';
  const all = `select * from api_keys where ${mine} order by created_at desc, rowid desc`;
  return {
    create: (owner, request) => create(store, owner, request, clock.uuid(), now()),
    list: ({ subject, realm }) => store.all<Row>(all, subject, realm).map(readRow),
    revoke({ subject, realm }, id) {
      const where = `id = ? and ${mine} and revoked_at is null`;
      const found = store.get(`select id from api_keys where ${where}`, id, subject, realm);
      store.run(`update api_keys set revoked_at = ? where ${where}`, now(), id, subject, realm);
      return found !== undefined;
    },
    use: (key) => use(store, key, now()),
  };
}

function create(store: Store, owner: Identity, request: ApiKeyRequest, id: string, now: string) {
  const key = `aegis_${randomText(40)}`;
  const { name, scopes, expires_at } = request;
  const { subject, kind, realm, tenant, clientId, role, tier } = owner;
  store.run(
    `insert into api_keys (id, hash, name, scopes, subject, kind, realm, tenant_id, client_id, role, tier,
       expires_at, created_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[id, hash(key), name, JSON.stringify(scopes), subject, kind, realm, tenant, clientId, role, tier],
    ...[expires_at, now],
  );
  return {
    id,
    name,
    key,
    scopes,
    expires_at,
    last_used_at: null,
    created_at: now,
    status: 'active' as const,
  };
}

function use(store: Store, key: string, now: string): Identity | undefined {
  const row = store.get<Row>('select * from api_keys where hash = ? and revoked_at is null', hash(key));
  if (row === undefined || (row.expires_at !== null && row.expires_at <= now)) return undefined;
  store.run('update api_keys set last_used_at = ? where id = ?', now, row.id);
  const { subject, kind, realm, tenant_id: tenant, client_id, role, tier } = row;
  return {
    ...{ subject, kind, realm, tenant, scopes: new Set<string>(JSON.parse(row.scopes)) },
    ...{ clientId: client_id ?? undefined, role: role ?? undefined, tier: tier ?? undefined },
  };
}

function readRow(row: Row): ApiKey {
  const { id, name, expires_at, last_used_at, created_at } = row;
  const status = row.revoked_at === null ? 'active' : 'revoked';
  return { id, name, scopes: JSON.parse(row.scopes), expires_at, last_used_at, created_at, status };
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function randomText(length: number): string {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

function hash(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
