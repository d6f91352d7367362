/** Where an operation is called: the base without its trailing slash and the path as written, `{x}` included. */
export function operationUrl(spec: { readonly base_url: string }, path: string): string {
  return `${spec.base_url.replace(/\/$/, '')}${path}`;
}
