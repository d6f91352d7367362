import { DATABASE_FAULT, NO_DATABASE } from '../reserved-tenants.js';
import { refuse } from '../router.js';

/** Refuses with 503 or 500 `{error}` for a reserved tenant; every other one has its database. */
export function requireDatabase(tenant: string): void {
  if (tenant === NO_DATABASE) refuse(503, 'Database not configured');
  if (tenant === DATABASE_FAULT) refuse(500, 'Database error: connection reset');
}
