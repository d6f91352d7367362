/** The security token of a signed call: what is read before it is verified, and its verification. */
import { compactVerify, errors } from 'jose';
import type { SigningKey } from '../../identity/keys.js';
import { isObject } from '../../json-schema.js';
import { refuseSeal } from './refusal.js';

type Claims = Readonly<Record<string, unknown>>;

/** A verified token. */
export interface SecurityToken {
  readonly sub: string;
  readonly exec_id: string;
  readonly scp: string;
  readonly jti: string | undefined;
}

const LEEWAY_SECONDS = 60;
const ISSUER = 'aegis-orchestrator';
const AUDIENCE = 'aegis-agents';

/** Claims of a token that nobody has verified; undefined when its middle part is no base64url JSON object. */
export function unverifiedClaims(token: string): Claims | undefined {
  try {
    const part = token.split('.')[1] ?? '';
    const bytes = Buffer.from(part, 'base64url');
    // Buffer skips what is no base64url; the server does not.
    if (bytes.toString('base64url') !== part) return undefined;
    const claims: unknown = JSON.parse(bytes.toString());
    return isObject(claims) ? claims : undefined;
  } catch {
    return undefined;
  }
}

/** The execution a token names. Refuses 1004 a token of other than three parts, or without the claim. */
export function executionOf(token: string): string {
  if (token.split('.').length !== 3) refuseSeal(1004, 'security_token is not a JWT');
  const id = unverifiedClaims(token)?.exec_id;
  return typeof id === 'string' ? id : refuseSeal(1004, 'security_token has no exec_id claim');
}

/**
 * Verifies a token: RS256, exp with 60 s leeway, iss and aud where it has them. Refuses 1002 a bad signature and an
 * expired token (their messages name a signature, and the server goes by the message), 1004 everything else.
 */
export async function verifyToken(token: string, key: SigningKey, now: Date): Promise<SecurityToken> {
  const claims = await signedClaims(token, key);
  const { sub, exec_id, scp, wid, jti, exp, iss, aud } = claims;
  if (typeof sub !== 'string' || typeof exec_id !== 'string' || typeof scp !== 'string') return missing();
  if (typeof wid !== 'string' || typeof exp !== 'number') return missing();
  if (now.getTime() / 1000 > exp + LEEWAY_SECONDS) refuseSeal(1002, 'security_token: ExpiredSignature');
  if (iss !== undefined && iss !== ISSUER) refuseSeal(1004, 'security_token: InvalidIssuer');
  if (aud !== undefined && ![aud].flat().includes(AUDIENCE)) {
    refuseSeal(1004, 'security_token: InvalidAudience');
  }
  if (wid.trim() === '') refuseSeal(1004, 'security_token: the wid claim is blank');
  return { sub, exec_id, scp, jti: typeof jti === 'string' ? jti : undefined };
}

function missing(): never {
  return refuseSeal(1004, 'security_token: a required claim is missing');
}

async function signedClaims(token: string, key: SigningKey): Promise<Claims> {
  try {
    await compactVerify(token, key.publicKey, { algorithms: ['RS256'] });
  } catch (error) {
    const forged = error instanceof errors.JWSSignatureVerificationFailed;
    return refuseSeal(
      forged ? 1002 : 1004,
      `security_token: ${forged ? 'InvalidSignature' : 'InvalidToken'}`,
    );
  }
  return unverifiedClaims(token) ?? missing();
}
