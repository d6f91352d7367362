/** Canvas sessions and their stream. Not in the published SDK. */
export const canvas = {};
