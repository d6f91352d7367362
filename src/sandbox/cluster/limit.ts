import type { SandboxRequest } from '../kernel.js';
import { intQuery } from '../router.js';

const MOST = 500;

/** How many of `all` a list shows: `?limit=` between 1 and 500, by default all up to 500; 400 text on no number. */
export function limitQuery(request: SandboxRequest): number {
  return Math.min(Math.max(intQuery(request, 'limit', MOST), 1), MOST);
}
