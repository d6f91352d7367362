import { refuse } from '../router.js';

/** Tenants whose users find credentials and API keys without a database, or with a failing one. */
const NO_DATABASE = 'sandbox-no-database';
const DATABASE_FAULT = 'sandbox-database-fault';

/** Refuses with 503 or 500 `{error}` for a reserved tenant; every other one has its database. */
export function requireDatabase(tenant: string): void {
  if (tenant === NO_DATABASE) refuse(503, 'Database not configured');
  if (tenant === DATABASE_FAULT) refuse(500, 'Database error: connection reset');
}
