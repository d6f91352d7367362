import type { DomainBase } from '../domains.js';
import type { Route } from '../kernel.js';

/** Stimuli, webhooks and the dispatch gateway, both dialects (contract tags stimuli, webhooks, dispatch). */
export function stimulusRoutes(_base: DomainBase): readonly Route[] {
  return [];
}
