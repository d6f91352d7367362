/** Git storage: repositories cloned into volumes. Not in the published SDK. */
export const gitStorage = {};
