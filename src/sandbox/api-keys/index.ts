import type { DomainBase } from '../domains.js';
import type { Route } from '../kernel.js';

/** API keys of the caller, both dialects (contract tag API keys). */
export function apiKeyRoutes(_base: DomainBase): readonly Route[] {
  return [];
}
