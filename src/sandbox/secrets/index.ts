import type { DomainBase } from '../domains.js';
import type { Route } from '../kernel.js';

/** Secrets by path, both dialects (contract tag Secrets). */
export function secretRoutes(_base: DomainBase): readonly Route[] {
  return [];
}
