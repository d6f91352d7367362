/** Tokens for the embedding process, without a login. */
import { CLIENTS, type Client, USERS, type User } from './credentials.js';
import { CONSUMER_REALM, findRealm, type Realm, SYSTEM_REALM } from './realms.js';
import type { Grant } from './tokens.js';

/** Whom a token is for. Nothing given: the service account `aegis-mcp` with every scope. */
export interface TokenOptions {
  readonly realm?: string;
  readonly client?: string;
  /** A user of the sandbox's table; the realm follows from it. */
  readonly user?: string;
  readonly scopes?: readonly string[];
  /** `aegis_role` claim: makes an operator of a system-realm token. */
  readonly role?: string;
  /** Without realm: the tenant whose user is meant. With the consumer realm: the `tenant_id` claim. */
  readonly tenant?: string;
  /** Seconds; negative gives an expired token. */
  readonly expiresIn?: number;
}

/** The grant these options describe. Throws an Error that names the unknown realm, client or user. */
export function resolveGrant(options: TokenOptions): Grant {
  const realm = resolveRealm(options);
  const user = resolveUser(options, realm);
  const client = resolveClient(options.client ?? (user === undefined ? 'aegis-mcp' : 'sandbox-app'));
  return {
    realm,
    client,
    ...(user !== undefined && { user }),
    scopes: options.scopes ?? (user ?? client).scopes,
    lifetime: options.expiresIn ?? client.lifetime,
    ...(options.role !== undefined && { role: options.role }),
    ...(options.tenant !== undefined && realm.kind === 'consumer' && { tenant: options.tenant }),
  };
}

function resolveRealm({ realm, user, tenant }: TokenOptions): Realm {
  const name = realm ?? realmOfUser(user, tenant);
  const found = findRealm(name);
  if (found === undefined) throw new Error(`The sandbox has no realm "${name}".`);
  return found;
}

function realmOfUser(user: string | undefined, tenant: string | undefined): string {
  if (tenant !== undefined) return `tenant-${tenant}`;
  const kind = USERS.find(({ name }) => name === user)?.realm;
  if (kind === 'consumer') return CONSUMER_REALM;
  return kind === 'tenant' ? 'tenant-sandbox' : SYSTEM_REALM;
}

function resolveUser({ user }: TokenOptions, realm: Realm): User | undefined {
  if (user === undefined && realm.kind === 'system') return undefined;
  const found = USERS.find(({ name, realm: kind }) => kind === realm.kind && (user ?? name) === name);
  if (found === undefined) throw new Error(`The realm "${realm.name}" has no user "${user}".`);
  return found;
}

function resolveClient(id: string): Client {
  const client = CLIENTS.find((candidate) => candidate.id === id);
  if (client === undefined) throw new Error(`The sandbox has no client "${id}".`);
  return client;
}
