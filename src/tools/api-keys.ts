/** API Key Management: keys of the caller at AEGIS itself. */
export const apiKeys = {};
