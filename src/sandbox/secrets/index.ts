import type { DomainBase } from '../domain-base.js';
import type { Route } from '../kernel.js';
import { documentedRoutes } from './documented-routes.js';
import { liveRoutes } from './live-routes.js';
import { Secrets } from './service.js';

/** Secrets by path, both dialects (contract tag Secrets). */
export function secretRoutes({ context }: DomainBase): readonly Route[] {
  const secrets = new Secrets(context);
  return [...liveRoutes(secrets), ...documentedRoutes(secrets)];
}
