/**
 * The fixed credentials of the sandbox. They are public by design: the sandbox listens on loopback only and holds
 * nothing but its own data.
 *
 * | realm | client | secret | what |
 * |---|---|---|---|
 * | aegis-system | aegis-mcp | sandbox-secret | service account, every scope |
 * | aegis-system | aegis-readonly | sandbox-secret | service account, reading scopes |
 * | aegis-system | aegis-sandbox-short | sandbox-secret | service account whose tokens live 33 s |
 * | aegis-system | aegis-temporal-worker | sandbox-secret | service account that may report Temporal events |
 * | any | sandbox-app | (public) | password grant for the users below |
 *
 * | realm | user | password | what |
 * |---|---|---|---|
 * | aegis-system | admin, operator, auditor | sandbox | operators: aegis:admin, aegis:operator, aegis:readonly |
 * | zaru-consumer | {free,pro,business,enterprise}@sandbox.local | sandbox | consumers of that tier |
 * | tenant-<slug> | member@sandbox.local | sandbox | user of that tenant |
 *
 * API keys, taken by `POST /v1/seal/attest` only (D02): `aegis_sandbox_consumer` (free consumer) and
 * `aegis_sandbox_operator` (operator), beside those that `POST /v1/api-keys` creates.
 */
import { ALL_SCOPES, READ_SCOPES } from './scopes.js';

/** An OAuth client. Without a secret it is public: password grant only. */
export interface Client {
  readonly id: string;
  /** Realm kinds that know the client. */
  readonly realms: readonly ('system' | 'consumer' | 'tenant')[];
  readonly secret?: string;
  /** Subject of the service account. */
  readonly subject: string;
  readonly scopes: readonly string[];
  /** Lifetime of its access tokens in seconds. */
  readonly lifetime: number;
}

/** A person. */
export interface User {
  readonly name: string;
  readonly realm: 'system' | 'consumer' | 'tenant';
  readonly password: string;
  readonly subject: string;
  readonly scopes: readonly string[];
  /** `aegis_role` claim of operators. */
  readonly role?: string;
  /** `zaru_tier` claim of consumers. */
  readonly tier?: string;
}

const SECRET = 'sandbox-secret';
const PASSWORD = 'sandbox';
const LIFETIME = 300;

export const CLIENTS: readonly Client[] = [
  serviceAccount('aegis-mcp', '5b0c5a5e-0a54-4b9c-8f57-6a3a1f0d0001', ALL_SCOPES, LIFETIME),
  serviceAccount('aegis-readonly', '5b0c5a5e-0a54-4b9c-8f57-6a3a1f0d0002', READ_SCOPES, LIFETIME),
  serviceAccount('aegis-sandbox-short', '5b0c5a5e-0a54-4b9c-8f57-6a3a1f0d0003', ALL_SCOPES, 33),
  serviceAccount('aegis-temporal-worker', '5b0c5a5e-0a54-4b9c-8f57-6a3a1f0d0005', [], LIFETIME),
  {
    id: 'sandbox-app',
    realms: ['system', 'consumer', 'tenant'],
    subject: '5b0c5a5e-0a54-4b9c-8f57-6a3a1f0d0004',
    scopes: ALL_SCOPES,
    lifetime: LIFETIME,
  },
];

export const USERS: readonly User[] = [
  operator('admin', '5b0c5a5e-0a54-4b9c-8f57-6a3a1f0d0011', 'aegis:admin', ALL_SCOPES),
  operator('operator', '5b0c5a5e-0a54-4b9c-8f57-6a3a1f0d0012', 'aegis:operator', ALL_SCOPES),
  operator('auditor', '5b0c5a5e-0a54-4b9c-8f57-6a3a1f0d0013', 'aegis:readonly', READ_SCOPES),
  consumer('free', '5b0c5a5e-0a54-4b9c-8f57-6a3a1f0d0021'),
  consumer('pro', '5b0c5a5e-0a54-4b9c-8f57-6a3a1f0d0022'),
  consumer('business', '5b0c5a5e-0a54-4b9c-8f57-6a3a1f0d0023'),
  consumer('enterprise', '5b0c5a5e-0a54-4b9c-8f57-6a3a1f0d0024'),
  {
    name: 'member@sandbox.local',
    realm: 'tenant',
    password: PASSWORD,
    subject: '5b0c5a5e-0a54-4b9c-8f57-6a3a1f0d0031',
    scopes: ALL_SCOPES,
  },
];

/** API key -> the user it acts for. */
export const API_KEYS: ReadonlyMap<string, { readonly user: string; readonly realm: string }> = new Map([
  ['aegis_sandbox_consumer', { user: 'free@sandbox.local', realm: 'zaru-consumer' }],
  ['aegis_sandbox_operator', { user: 'operator', realm: 'aegis-system' }],
]);

function serviceAccount(id: string, subject: string, scopes: readonly string[], lifetime: number): Client {
  return { id, realms: ['system'], secret: SECRET, subject, scopes, lifetime };
}

function operator(name: string, subject: string, role: string, scopes: readonly string[]): User {
  return { name, realm: 'system', password: PASSWORD, subject, scopes, role };
}

function consumer(tier: string, subject: string): User {
  const name = `${tier}@sandbox.local`;
  return { name, realm: 'consumer', password: PASSWORD, subject, scopes: ALL_SCOPES, tier };
}
