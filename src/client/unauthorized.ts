/** Why a server refused the credential, as far as the credential itself tells. */
import { readClaims } from './claims.js';
import type { ErrorBody } from './error-body.js';

/** The credential that a request carried. */
export interface TokenInUse {
  /** Absent when the request carried none. */
  readonly value?: string | undefined;
  /** Where it comes from, as a noun phrase. */
  readonly source?: string | undefined;
  /** What to configure where there is none, as a noun phrase. */
  readonly missing?: string | undefined;
  /** The request is of a kind that carries none, whatever is configured. */
  readonly unsent?: boolean | undefined;
}

export interface UnauthorizedAdvice {
  readonly cause: string;
  readonly next: string;
}

/** Explains a 401: no token, an API key on a JWT route (D02), an expired token, or another issuer. */
export function explainUnauthorized(token: TokenInUse, body: ErrorBody, now: number): UnauthorizedAdvice {
  if (token.unsent === true) return unsigned;
  if (token.value === undefined) return missing(token.missing);
  // A JSON 401 comes from a handler: SEAL attestation, which does take API keys.
  if (token.value.startsWith('aegis_') && body.kind !== 'json') return apiKey;
  const source = token.source ?? 'the bearer token';
  const claims = readClaims(token.value);
  if (claims?.exp !== undefined && claims.exp * 1000 <= now) return expired(claims.exp, source);
  const issuer = claims?.iss === undefined ? '' : ` (issued by ${claims.iss})`;
  // A sentence instead of a code: the handler read the token, and refuses what was asked in its name (attestSeal).
  if (body.kind === 'json' && body.reason === undefined && body.text !== '') {
    return {
      cause: 'The server refuses this to the identity in use',
      next: `Correct what the message names, or use another identity than that of ${source}${issuer}.`,
    };
  }
  return {
    cause: 'The server does not accept the token',
    next: `Check ${source}${issuer}: the server takes only RS256 JWTs of its own realms and audience.`,
  };
}

const missing = (
  what = 'a bearer token, a token file, or Keycloak client credentials',
): UnauthorizedAdvice => ({
  cause: 'The server wants a bearer token and none was sent',
  next: `Configure ${what}.`,
});

/** Webhooks and SEAL are known by their signature. */
const unsigned: UnauthorizedAdvice = {
  cause: 'The server refuses this request, which carries no bearer token by design',
  next: 'Correct what the message names: a signature, a secret, or a key.',
};

const apiKey: UnauthorizedAdvice = {
  cause: 'The server takes AEGIS API keys (aegis_...) only for SEAL attestation; this route wants a JWT',
  next: 'Configure a JWT or Keycloak client credentials instead of the API key.',
};

function expired(exp: number, source: string): UnauthorizedAdvice {
  const at = new Date(exp * 1000).toISOString();
  return { cause: `The token expired at ${at}`, next: `Replace ${source} with a fresh token.` };
}
