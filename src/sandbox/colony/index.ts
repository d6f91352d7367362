import type { DomainBase } from '../domain-base.js';
import type { Route, SandboxContext } from '../kernel.js';
import type { TeamDirectory } from '../tenant.js';
import { documentedColonyRoutes } from './documented-routes.js';
import { invitationRoutes } from './invitation-routes.js';
import { memberRoutes } from './member-routes.js';
import { samlRoutes } from './saml-routes.js';
import { Colony } from './service.js';
import { subscriptionRoute } from './subscription.js';
import { teamRoutes } from './team-routes.js';

/** Teams, members, invitations, SAML, subscription, both dialects (contract tag Colony). */
export function colonyRoutes({ context }: DomainBase): readonly Route[] {
  const colony = new Colony(context);
  return [
    ...teamRoutes(colony),
    ...memberRoutes(colony),
    ...invitationRoutes(colony, () => context.clock.now()),
    ...samlRoutes(colony),
    subscriptionRoute(colony),
    ...documentedColonyRoutes(colony, context.clock),
  ];
}

/** The teams that X-Tenant-Id is held against. */
export function teamDirectory(context: SandboxContext): TeamDirectory {
  return new Colony(context).directory();
}
