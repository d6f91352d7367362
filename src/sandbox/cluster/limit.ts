import type { SandboxRequest } from '../kernel.js';
import { intQuery } from '../router.js';

const MOST = 500;

/** How many entries a list shows: `?limit=` brought between 1 and 500, by default 500; 400 text for no number. */
export function limitQuery(request: SandboxRequest): number {
  return Math.min(Math.max(intQuery(request, 'limit', MOST), 1), MOST);
}
