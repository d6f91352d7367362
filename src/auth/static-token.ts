/** A bearer token given in the configuration. */
import type { TokenSource } from '../client/types.js';
import { checkToken } from './check-token.js';

/** Always the same token. Throws `invalid_configuration` for one that no header can carry. */
export function createStaticToken(token: string): TokenSource {
  const description = 'the configured bearer token';
  const checked = checkToken(token, description);
  return { description, token: async () => checked, renew: async () => undefined };
}
