import type { DomainBase } from '../domains.js';
import type { Route } from '../kernel.js';

/** Cluster, swarms, observability and Cortex, both dialects. */
export function clusterRoutes(_base: DomainBase): readonly Route[] {
  return [];
}
