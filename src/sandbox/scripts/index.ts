import type { DomainBase } from '../domains.js';
import type { Route } from '../kernel.js';

/** Stored scripts (contract tag scripts). */
export function scriptRoutes(_base: DomainBase): readonly Route[] {
  return [];
}
