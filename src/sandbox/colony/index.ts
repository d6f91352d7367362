import type { DomainBase } from '../domains.js';
import type { Route } from '../kernel.js';

/** Teams, members, invitations, SAML, subscription, both dialects (contract tag Colony). */
export function colonyRoutes(_base: DomainBase): readonly Route[] {
  return [];
}
