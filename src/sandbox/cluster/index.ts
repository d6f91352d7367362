import type { DomainBase } from '../domain-base.js';
import type { Route } from '../kernel.js';
import { cortexRoutes } from './cortex-routes.js';
import { SandboxNode } from './node.js';
import { nodeRoutes } from './node-routes.js';
import { observabilityRoutes } from './observability-routes.js';
import { swarmRoutes } from './swarm-routes.js';

/** Cluster, swarms, observability and Cortex, both dialects. */
export function clusterRoutes(base: DomainBase): readonly Route[] {
  const node = new SandboxNode(base.context);
  return [
    ...nodeRoutes(node),
    ...swarmRoutes(base),
    ...observabilityRoutes(base, node),
    ...cortexRoutes(base),
  ];
}
