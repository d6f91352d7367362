/** The security token of a SEAL session. */
import { type JWTPayload, SignJWT } from 'jose';
import type { SigningKey } from '../identity/keys.js';

/** Name of the orchestrator's RSA key in the key ring: a SEAL gateway verifies tokens with its public half. */
export const SEAL_KEY = 'aegis-orchestrator-seal';
/** Life of a session and its token. There is no refresh: attest anew. */
export const SESSION_SECONDS = 3600;

const MAX_SUMMARY_BYTES = 256;

export interface TokenSubject {
  readonly agentId: string;
  readonly executionId: string;
  readonly containerId: string | undefined;
  readonly contextName: string;
  readonly tenant: string;
  readonly taskSummary: string | undefined;
  /** Becomes `jti` and the answer's session_id. */
  readonly sessionId: string;
}

/** Signs the token: RS256, typ JWT, no kid; the key binding exists only in the session. */
export async function signSecurityToken(subject: TokenSubject, key: SigningKey, now: Date): Promise<string> {
  return new SignJWT(securityClaims(subject, now))
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
    .sign(key.privateKey);
}

/** What the token says. */
export function securityClaims(subject: TokenSubject, now: Date): JWTPayload {
  const issuedAt = Math.floor(now.getTime() / 1000);
  return {
    sub: subject.agentId,
    security_context: subject.contextName,
    iss: 'aegis-orchestrator',
    aud: 'aegis-agents',
    exp: issuedAt + SESSION_SECONDS,
    iat: issuedAt,
    jti: subject.sessionId,
    scp: subject.contextName,
    wid: subject.containerId ?? subject.executionId,
    exec_id: subject.executionId,
    tenant_id: subject.tenant,
    ...summaryClaim(subject.taskSummary),
  };
}

function summaryClaim(summary: string | undefined): { readonly task_summary?: string } {
  if (summary === undefined || Buffer.byteLength(summary) > MAX_SUMMARY_BYTES) return {};
  return { task_summary: summary };
}
