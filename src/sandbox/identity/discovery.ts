/** OpenID Connect Discovery 1.0 document of a realm: only what the sandbox serves. */
import { issuerOf, type Realm } from './realms.js';
import { ALL_SCOPES } from './scopes.js';

/** The provider metadata below the base URL the caller used. */
export function discoveryDocument(base: string, realm: Realm): Readonly<Record<string, unknown>> {
  const issuer = issuerOf(base, realm.name);
  return {
    issuer,
    token_endpoint: `${issuer}/protocol/openid-connect/token`,
    jwks_uri: `${issuer}/protocol/openid-connect/certs`,
    grant_types_supported: ['client_credentials', 'password'],
    response_types_supported: [],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    scopes_supported: ['openid', ...ALL_SCOPES],
    claims_supported: ['sub', 'iss', 'aud', 'azp', 'scope', 'aegis_role', 'zaru_tier', 'tenant_id'],
  };
}
