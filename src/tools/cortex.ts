/** Cortex: what the system has learned. */
export const cortex = {};
