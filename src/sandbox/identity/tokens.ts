/** Access tokens in Keycloak's layout: which claims a client or user gets, and how they are signed. */
import { type JWTPayload, SignJWT } from 'jose';
import type { Clock } from '../kernel.js';
import type { Client, User } from './credentials.js';
import type { KeyRing } from './keys.js';
import { issuerOf, type Realm } from './realms.js';

/**
 * Audience the orchestrator demands. Tokens name the SEAL gateway too, as an audience mapper does where one login
 * serves both.
 */
export const AUDIENCE = 'aegis-orchestrator';
const AUDIENCES = [AUDIENCE, 'aegis-seal-gateway'];

/** What an access token says. */
export interface Grant {
  readonly realm: Realm;
  readonly client: Client;
  /** Absent for a service account. */
  readonly user?: User;
  readonly scopes: readonly string[];
  /** Seconds. */
  readonly lifetime: number;
  /** Overrides the `aegis_role` claim. */
  readonly role?: string;
  /** `tenant_id` claim. */
  readonly tenant?: string;
}

/** Signs an RS256 access token for the grant; `base` is the base URL its issuer is built from. */
export async function signAccessToken(
  grant: Grant,
  base: string,
  keys: KeyRing,
  clock: Clock,
): Promise<string> {
  const { kid, privateKey } = await keys(grant.realm.name);
  return new SignJWT(claimsOf(grant, base, clock))
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
    .sign(privateKey);
}

function claimsOf(grant: Grant, base: string, clock: Clock): JWTPayload {
  const now = Math.floor(clock.now().getTime() / 1000);
  return {
    exp: now + grant.lifetime,
    iat: now,
    jti: clock.uuid(),
    iss: issuerOf(base, grant.realm.name),
    aud: AUDIENCES,
    sub: grant.user?.subject ?? grant.client.subject,
    typ: 'Bearer',
    azp: grant.client.id,
    scope: grant.scopes.join(' '),
    preferred_username: grant.user?.name ?? `service-account-${grant.client.id}`,
    ...realmClaims(grant),
  };
}

function realmClaims({ realm, user, role, tenant }: Grant): JWTPayload {
  const aegisRole = role ?? user?.role;
  return {
    ...(realm.kind === 'system' && aegisRole !== undefined && { aegis_role: aegisRole }),
    ...(realm.kind === 'consumer' && user?.tier !== undefined && { zaru_tier: user.tier }),
    ...(tenant !== undefined && { tenant_id: tenant }),
  };
}
