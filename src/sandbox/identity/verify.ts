/** Bearer verification as the orchestrator's JWT middleware does it (contract/orchestrator.md section 1). */
import { decodeJwt, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose';
import type { Clock, Identity } from '../kernel.js';
import type { KeyRing } from './keys.js';
import { type Realm, realmOfIssuer } from './realms.js';
import { AUDIENCE } from './tokens.js';

/** The caller, or the plain text of the 401 answer. */
export type Verification = { readonly identity: Identity } | { readonly refusal: string };

const PREFIX = 'Bearer ';
const ROLES = new Set(['aegis:admin', 'aegis:operator', 'aegis:readonly']);
const SYSTEM_TENANT = 'aegis-system';

/**
 * Verifies an `Authorization` header. Refusals: `Missing Authorization header`, `Invalid Authorization header
 * format` (the prefix is case-sensitive), `Unauthorized` for every fault of the token, API keys included (D02).
 */
export async function verifyBearer(
  authorization: string | undefined,
  base: string,
  keys: KeyRing,
  clock: Clock,
): Promise<Verification> {
  if (authorization === undefined) return { refusal: 'Missing Authorization header' };
  if (!authorization.startsWith(PREFIX)) return { refusal: 'Invalid Authorization header format' };
  const identity = await identify(authorization.slice(PREFIX.length), base, keys, clock).catch(
    () => undefined,
  );
  return identity === undefined ? { refusal: 'Unauthorized' } : { identity };
}

async function identify(
  token: string,
  base: string,
  keys: KeyRing,
  clock: Clock,
): Promise<Identity | undefined> {
  const { kid } = decodeProtectedHeader(token);
  const issuer = decodeJwt(token).iss ?? '';
  const realm = realmOfIssuer(issuer, base);
  if (realm === undefined || kid === undefined) return undefined;
  const key = await keys(realm.name);
  if (key.kid !== kid) return undefined;
  const { payload } = await jwtVerify(token, key.publicKey, {
    algorithms: ['RS256'],
    audience: AUDIENCE,
    currentDate: clock.now(),
    requiredClaims: ['exp', 'sub'],
  });
  return identityOf(realm, payload);
}

/** The identity a verified token stands for; undefined when its claims fit no kind. */
function identityOf(realm: Realm, claims: JWTPayload): Identity | undefined {
  const common = {
    subject: claims.sub ?? '',
    realm: realm.name,
    clientId: text(claims.azp),
    role: undefined,
    tier: undefined,
    scopes: new Set((text(claims.scope) ?? '').split(' ').filter((scope) => scope !== '')),
  };
  if (realm.kind === 'tenant') return { ...common, kind: 'tenant_user', tenant: realm.slug };
  if (realm.kind === 'consumer') {
    const tenant = text(claims.tenant_id) ?? `u-${common.subject.replaceAll('-', '')}`;
    return { ...common, kind: 'consumer', tier: text(claims.zaru_tier) ?? 'free', tenant };
  }
  return systemIdentity(common, text(claims.aegis_role));
}

function systemIdentity(
  common: Omit<Identity, 'kind' | 'tenant'>,
  role: string | undefined,
): Identity | undefined {
  if (role !== undefined) {
    return ROLES.has(role) ? { ...common, kind: 'operator', role, tenant: SYSTEM_TENANT } : undefined;
  }
  if (common.clientId === undefined) return undefined;
  return { ...common, kind: 'service_account', tenant: SYSTEM_TENANT };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
