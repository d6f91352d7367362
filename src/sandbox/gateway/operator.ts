/** Operator tokens as the gateway's middleware checks them (x-auth of the contract). Every refusal has no body. */
import { compactVerify, decodeProtectedHeader } from 'jose';
import type { KeyRing } from '../identity/keys.js';
import { realmOfIssuer, SYSTEM_REALM } from '../identity/realms.js';
import { isObject } from '../json-schema.js';
import { type Clock, ReplyError } from '../kernel.js';
import { empty } from '../replies.js';

/** Bearers that stand for an identity provider out of reach: 503, and for one that answers nonsense: 500. */
export const JWKS_DOWN = 'sandbox-jwks-unreachable';
export const JWKS_BROKEN = 'sandbox-jwks-unparsable';

const AUDIENCE = 'aegis-seal-gateway';
const LEEWAY_SECONDS = 60;
const PREFIXES = ['Bearer ', 'bearer '];
const ROLES: readonly unknown[] = ['aegis:admin', 'aegis:operator'];

export interface OperatorCheck {
  readonly keys: KeyRing;
  readonly clock: Clock;
  /** Base URL of the identity provider. */
  readonly baseUrl: () => string;
  /** Requests without an Authorization header pass as system-global, as with `auth.disabled`. */
  readonly open: boolean;
}

type Claims = Readonly<Record<string, unknown>>;

/**
 * Tenant of the operator behind an Authorization header; null is system-global. Throws ReplyError: 401 header,
 * signature, key, exp, iss, aud; 403 role; 503 and 500 for the two reserved bearers.
 */
export async function operatorTenant(
  authorization: string | undefined,
  check: OperatorCheck,
): Promise<string | null> {
  if (authorization === undefined && check.open) return null;
  const prefix = PREFIXES.find((each) => authorization?.startsWith(each));
  if (authorization === undefined || prefix === undefined) return stop(401);
  const token = authorization.slice(prefix.length);
  if (token === JWKS_DOWN) return stop(503);
  if (token === JWKS_BROKEN) return stop(500);
  const claims = await verifiedClaims(token, check.keys).catch(() => stop(401));
  if (!isCurrent(claims, check.clock) || !isMeant(claims, check.baseUrl())) return stop(401);
  if (!ROLES.includes(claims.aegis_role)) return stop(403);
  return typeof claims.tenant_id === 'string' ? claims.tenant_id : null;
}

function stop(status: number): never {
  throw new ReplyError(empty(status));
}

async function verifiedClaims(token: string, keys: KeyRing): Promise<Claims> {
  const { kid } = decodeProtectedHeader(token);
  const key = await keys(SYSTEM_REALM);
  if (key.kid !== kid) throw new Error('no key of that id');
  const { payload } = await compactVerify(token, key.publicKey, { algorithms: ['RS256'] });
  const claims: unknown = JSON.parse(Buffer.from(payload).toString());
  if (!isObject(claims)) throw new Error('the claims are no object');
  return claims;
}

function isCurrent({ exp }: Claims, clock: Clock): boolean {
  return typeof exp === 'number' && clock.now().getTime() / 1000 <= exp + LEEWAY_SECONDS;
}

/** Issuer and audience count only where the token has them. */
function isMeant({ iss, aud }: Claims, base: string): boolean {
  const issued = iss === undefined || realmOfIssuer(String(iss), base)?.kind === 'system';
  return issued && (aud === undefined || [aud].flat().includes(AUDIENCE));
}
