/** Who this process is to the orchestrator, read from its token, and the security context that follows. */
import { type Claims, readClaims } from '../client/claims.js';
import type { Config } from '../config.js';
import type { AttestationFields } from '../seal/attestation.js';
import { hash } from '../seal/receipt.js';

export type ActorKind =
  | 'anonymous'
  | 'api_key'
  | 'operator'
  | 'service_account'
  | 'consumer'
  | 'tenant_user'
  | 'unknown';

export interface Actor {
  readonly kind: ActorKind;
  /** For receipts: user name, client id or subject. */
  readonly name: string;
  /** Tenant that the orchestrator takes the caller to act for; undefined where the token does not tell. */
  readonly tenant: string | undefined;
  readonly claims: Claims | undefined;
}

export interface SealIdentity {
  readonly securityContext: string;
  readonly fields: AttestationFields;
}

/** The realm of the platform itself; see the identity rules of the orchestrator. */
const SYSTEM_REALM = 'aegis-system';

/** Reads a token for display and for choosing a context; the orchestrator verifies it. */
export function readActor(token: string | undefined): Actor {
  if (token === undefined)
    return { kind: 'anonymous', name: 'anonymous', tenant: undefined, claims: undefined };
  const claims = readClaims(token);
  if (claims === undefined)
    return {
      kind: token.startsWith('aegis_') ? 'api_key' : 'unknown',
      name: 'unknown',
      tenant: undefined,
      claims,
    };
  const name = claims.preferred_username ?? claims.azp ?? claims.sub ?? 'unknown';
  const realm = realmOf(claims);
  const kind = kindOf(claims, realm);
  return { kind, name, tenant: tenantOf(kind, claims, realm), claims };
}

const TENANT_REALM = 'tenant-';

function realmOf({ iss }: Claims): string | undefined {
  return /\/realms\/([^/]+)\/?$/.exec(iss ?? '')?.[1];
}

function kindOf({ aegis_role }: Claims, realm: string | undefined): ActorKind {
  if (realm === undefined) return 'unknown';
  if (realm.startsWith(TENANT_REALM)) return 'tenant_user';
  if (realm !== SYSTEM_REALM) return 'consumer';
  return aegis_role === undefined ? 'service_account' : 'operator';
}

/** Effective tenant (D03). */
function tenantOf(
  kind: ActorKind,
  { tenant_id, sub }: Claims,
  realm: string | undefined,
): string | undefined {
  if (kind === 'operator' || kind === 'service_account') return SYSTEM_REALM;
  if (kind === 'tenant_user') return realm?.slice(TENANT_REALM.length);
  if (kind !== 'consumer' || tenant_id !== undefined) return tenant_id;
  return sub === undefined ? undefined : `u-${sub.replaceAll('-', '')}`;
}

/**
 * The security context to attest for: the configured one, else by identity: operators and service accounts
 * `aegis-system-operator`, consumers `zaru-<tier>`. Undefined when none can be told: then nothing is signed.
 * Operators must name a tenant to attest; their own is aegis-system.
 */
export function sealIdentity(
  actor: Actor,
  config: Pick<Config, 'securityContext' | 'tenant'>,
): SealIdentity | undefined {
  const securityContext = config.securityContext ?? contextOf(actor);
  if (securityContext === undefined) return undefined;
  const tenant_id = config.tenant ?? (actor.kind === 'operator' ? SYSTEM_REALM : undefined);
  const tier = actor.claims?.zaru_tier;
  const user_id = actor.kind === 'consumer' ? actor.claims?.sub : undefined;
  return {
    securityContext,
    fields: {
      workload_id: 'aegis-mcp',
      ...(tenant_id !== undefined && { tenant_id }),
      ...(user_id !== undefined && { user_id }),
      ...(tier !== undefined && { zaru_tier: tier }),
    },
  };
}

function contextOf({ kind, claims }: Actor): string | undefined {
  if (kind === 'operator' || kind === 'service_account') return 'aegis-system-operator';
  return kind === 'consumer' ? `zaru-${claims?.zaru_tier ?? 'free'}` : undefined;
}

/** What tells one caller from another. A token that says nothing readable is a caller of its own. */
export function ownerOf(actor: Actor, token: string | undefined, seal: SealIdentity | undefined): string {
  const { kind, name, tenant, claims } = actor;
  const said = claims === undefined ? hash(token ?? '') : [claims.iss, claims.sub];
  return JSON.stringify([kind, name, tenant, said, seal]);
}
