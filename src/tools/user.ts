/** User: the rate limits of the caller, provisioning. */
export const user = {};
