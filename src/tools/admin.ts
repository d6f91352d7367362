/** Admin: tenants and rate limits. */
export const admin = {};
