/** Realms of the identity provider: which names exist, and how an issuer URL is built and read. */

import { isLoopbackHost } from '../loopback.js';

/** What kind of principals a realm holds (contract/orchestrator.md section 1). */
export type Realm =
  | { readonly name: string; readonly kind: 'system' }
  | { readonly name: string; readonly kind: 'consumer' }
  | { readonly name: string; readonly kind: 'tenant'; readonly slug: string };

export const SYSTEM_REALM = 'aegis-system';
export const CONSUMER_REALM = 'zaru-consumer';

const TENANT_REALM = /^tenant-([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)$/;

/** The realm of that name, or undefined: `aegis-system`, `zaru-consumer` and `tenant-<slug>` exist. */
export function findRealm(name: string): Realm | undefined {
  if (name === SYSTEM_REALM) return { name, kind: 'system' };
  if (name === CONSUMER_REALM) return { name, kind: 'consumer' };
  const slug = TENANT_REALM.exec(name)?.[1];
  return slug === undefined ? undefined : { name, kind: 'tenant', slug };
}

/** Issuer of a realm below a base URL, in Keycloak's layout. */
export function issuerOf(base: string, realm: string): string {
  return `${base}/realms/${realm}`;
}

/**
 * The base URL a caller used: the `Host` header when it is a loopback name, as Keycloak does without a fixed
 * hostname, so that `localhost` and `127.0.0.1` both pass the issuer check of an OpenID client.
 */
export function baseSeenBy(host: string | undefined, base: string): string {
  if (host === undefined || !URL.canParse(`http://${host}`)) return base;
  const seen = new URL(`http://${host}`);
  return isLoopbackHost(seen.hostname) ? seen.origin : base;
}

/** The realm named by an issuer of this sandbox; undefined for any other issuer. */
export function realmOfIssuer(issuer: string, base: string): Realm | undefined {
  const [origin, name, ...rest] = issuer.split('/realms/');
  if (origin === undefined || name === undefined || rest.length > 0) return undefined;
  return isOwnOrigin(origin, base) ? findRealm(name) : undefined;
}

function isOwnOrigin(origin: string, base: string): boolean {
  if (origin === base) return true;
  if (!URL.canParse(origin)) return false;
  const [theirs, ours] = [new URL(origin), new URL(base)];
  return theirs.origin === origin && isLoopbackHost(theirs.hostname) && theirs.port === ours.port;
}
