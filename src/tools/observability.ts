/** Observability: dashboard, security incidents, storage violations. */
export const observability = {};
