/** What a call of the SEAL gateway meets where none is configured. */
import type { TokenSource } from '../client/types.js';
import { AegisError } from '../errors.js';

/** The credential of a gateway for which none is given. */
export const NO_GATEWAY_TOKEN: TokenSource = {
  missing:
    "an operator token of the SEAL gateway: AEGIS_GATEWAY_TOKEN, --gateway-token-file or --gateway-client-id (the orchestrator's credential is not used for it)",
  token: async () => undefined,
  renew: async () => undefined,
};

/** @throws AegisError `not_configured`. */
export function noGateway(): never {
  throw new AegisError('not_configured', 'No SEAL gateway is configured.', {
    next: 'Give its address with --gateway-url (AEGIS_GATEWAY_URL) and an operator token with AEGIS_GATEWAY_TOKEN.',
  });
}
