import type { DomainBase } from '../domains.js';
import type { Route } from '../kernel.js';

/** Volumes with their files, both dialects (contract tag Volumes). */
export function volumeRoutes(_base: DomainBase): readonly Route[] {
  return [];
}
