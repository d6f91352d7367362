import type { DomainBase } from '../domain-base.js';
import { SYSTEM_REALM } from '../identity/realms.js';
import type { Route } from '../kernel.js';
import { documentedRoutes } from './documented-routes.js';
import { liveRoutes } from './live-routes.js';
import { OAuthFlows } from './oauth-flows.js';
import { providerRoutes } from './oauth-pages.js';
import { OAuthProviders } from './oauth-provider.js';
import { Credentials } from './service.js';

/** Credentials, OAuth and device flows, grants, both dialects (contract tag Credentials). */
export function credentialRoutes(base: DomainBase): readonly Route[] {
  const { context, identity } = base;
  const credentials = new Credentials(context);
  const providers = new OAuthProviders(context);
  const address = () => new URL(identity.issuer(SYSTEM_REALM)).origin;
  const flows = new OAuthFlows({ context, credentials, providers, address });
  return [
    ...liveRoutes(credentials, flows),
    ...documentedRoutes(credentials, flows, { ...base, address }),
    ...providerRoutes(providers),
  ];
}
