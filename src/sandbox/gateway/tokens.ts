/** Tokens for the embedding process: an operator's for the management API, a session's for signed calls. */
import { SignJWT } from 'jose';
import { USERS } from '../identity/credentials.js';
import { resolveGrant } from '../identity/issue.js';
import type { KeyRing } from '../identity/keys.js';
import { signAccessToken } from '../identity/tokens.js';
import type { Clock } from '../kernel.js';
import { SEAL_KEY, securityClaims } from '../seal/security-token.js';

/** Whom an operator token is for. Nothing given: an `aegis:operator` without tenant, 300 s. */
export interface GatewayTokenOptions {
  /** `aegis_role` claim; the gateway takes `aegis:admin` and `aegis:operator`. */
  readonly role?: string;
  /** `tenant_id` claim; absent: system-global. */
  readonly tenant?: string;
  /** Seconds; negative gives an expired token. */
  readonly expiresIn?: number;
}

/** What a session's security token says; the session is registered with the same three names. */
export interface SealTokenOptions {
  /** `exec_id`: the session's execution_id. */
  readonly execId: string;
  /** `sub`: the session's agent_id. */
  readonly subject: string;
  /** `scp`: the session's security_context. */
  readonly context: string;
  /** `tenant_id`; default `aegis-system`. */
  readonly tenant?: string;
  /** Claims that replace those above; undefined leaves one out. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** Signs an operator token with the key of the system realm. */
export function issueOperatorToken(
  { role = 'aegis:operator', tenant, expiresIn }: GatewayTokenOptions,
  base: string,
  keys: KeyRing,
  clock: Clock,
): Promise<string> {
  const user = USERS.find((each) => each.role === role)?.name ?? 'operator';
  const grant = resolveGrant({ user, role, ...(expiresIn !== undefined && { expiresIn }) });
  return signAccessToken({ ...grant, ...(tenant !== undefined && { tenant }) }, base, keys, clock);
}

/** Signs a security token with the orchestrator's SEAL key; `jti` is new each time, as a token serves one call. */
export async function issueSealToken(
  { execId, subject, context, tenant = 'aegis-system', claims = {} }: SealTokenOptions,
  keys: KeyRing,
  clock: Clock,
): Promise<string> {
  const about = {
    agentId: subject,
    executionId: execId,
    containerId: undefined,
    contextName: context,
    tenant,
    taskSummary: undefined,
    sessionId: clock.uuid(),
  };
  const { privateKey } = await keys(SEAL_KEY);
  return new SignJWT({ ...securityClaims(about, clock.now()), ...claims })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
    .sign(privateKey);
}
