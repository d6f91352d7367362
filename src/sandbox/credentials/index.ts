import type { DomainBase } from '../domains.js';
import type { Route } from '../kernel.js';

/** Credentials, OAuth and device flows, grants, both dialects (contract tag Credentials). */
export function credentialRoutes(_base: DomainBase): readonly Route[] {
  return [];
}
