/** Cluster & Infrastructure. */
export const cluster = {};
