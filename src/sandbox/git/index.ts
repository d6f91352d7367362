import type { DomainBase } from '../domains.js';
import type { Route } from '../kernel.js';

/** Git repositories cloned into volumes (contract tag Git storage). */
export function gitRoutes(_base: DomainBase): readonly Route[] {
  return [];
}
