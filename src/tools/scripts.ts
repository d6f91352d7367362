/** Stored scripts. Not in the published SDK. */
export const scripts = {};
