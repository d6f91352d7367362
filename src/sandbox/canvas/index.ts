import type { DomainBase } from '../domains.js';
import type { Route } from '../kernel.js';

/** Canvas sessions and their stream (contract tag canvas). */
export function canvasRoutes(_base: DomainBase): readonly Route[] {
  return [];
}
