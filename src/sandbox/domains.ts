/** The domains beyond agents, executions, workflows and SEAL: all their routes. */
import { adminRoutes } from './admin/index.js';
import { apiKeyRoutes } from './api-keys/index.js';
import { billingRoutes } from './billing/index.js';
import { canvasRoutes } from './canvas/index.js';
import { clusterRoutes } from './cluster/index.js';
import { colonyRoutes } from './colony/index.js';
import { credentialRoutes } from './credentials/index.js';
import type { DomainBase } from './domain-base.js';
import { gitRoutes } from './git/index.js';
import type { Route } from './kernel.js';
import { scriptRoutes } from './scripts/index.js';
import { secretRoutes } from './secrets/index.js';
import { stimulusRoutes } from './stimuli/index.js';
import { volumeRoutes } from './volumes/index.js';

/** The routes of every domain, both dialects. */
export function domainRoutes(base: DomainBase): readonly Route[] {
  const domains = [
    volumeRoutes,
    gitRoutes,
    credentialRoutes,
    secretRoutes,
    apiKeyRoutes,
    stimulusRoutes,
    colonyRoutes,
    billingRoutes,
    adminRoutes,
    clusterRoutes,
    scriptRoutes,
    canvasRoutes,
  ];
  return domains.flatMap((routes) => routes(base));
}
