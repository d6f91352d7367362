/** Secrets Management: secrets by path. */
export const secrets = {};
