/** Credential Management: API keys of providers, OAuth and device flows, grants. */
export const credentials = {};
