/** Swarm Coordination. */
export const swarms = {};
