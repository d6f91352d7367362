import type { DomainBase } from '../domain-base.js';
import type { Route } from '../kernel.js';
import { dispatchRoute } from './dispatch/index.js';
import { keycloakRoute } from './keycloak.js';
import { Stimuli } from './service.js';
import { stimulusRoutes as stimulusApiRoutes } from './stimulus-routes.js';
import { webhookRoute } from './webhook-routes.js';

/** Stimuli, webhooks and the dispatch gateway, both dialects (contract tags stimuli, webhooks, dispatch). */
export function stimulusRoutes({ context, workflows }: DomainBase): readonly Route[] {
  const stimuli = new Stimuli(context, workflows);
  return [
    ...stimulusApiRoutes(stimuli, context.dialect),
    webhookRoute(stimuli, context.dialect, context.clock),
    keycloakRoute,
    dispatchRoute(context),
  ];
}
