/** `POST /v1/seal/attest`: opens a SEAL session. */
import type { SigningKey } from '../identity/keys.js';
import type { Identity, Reply, SandboxContext, SandboxRequest } from '../kernel.js';
import { json, refuse } from '../replies.js';
import { type AttestRequest, readAttestRequest } from './attest-request.js';
import {
  type ExecutionTenant,
  requestedContext,
  resolveContext,
  resolveIds,
  resolveTenant,
} from './attest-rules.js';
import type { SealFaults } from './faults.js';
import { readPublicKey } from './public-key.js';
import { SESSION_SECONDS, signSecurityToken } from './security-token.js';
import type { Session, Sessions } from './sessions.js';

/** Who a bearer credential stands for; undefined when it is no good. */
export interface CredentialCheck {
  verify(authorization: string | undefined): Promise<{ identity: Identity } | { refusal: string }>;
  verifyApiKey(key: string): Promise<Identity | undefined>;
}

export interface AttestParts {
  readonly context: SandboxContext;
  readonly credentials: CredentialCheck;
  readonly sessions: Sessions;
  readonly signingKey: () => Promise<SigningKey>;
  readonly tenantOfExecution: ExecutionTenant;
  /** Tools of the agent that an execution runs; empty when it names none. */
  readonly toolsOfExecution: (executionId: string) => readonly string[];
  readonly faults: Readonly<SealFaults>;
  /** Told of every session: the orchestrator makes it known to the SEAL gateway. */
  readonly publish: (session: AttestedSession) => void;
}

/** A session as the gateway registers it. */
export interface AttestedSession {
  readonly execution_id: string;
  readonly agent_id: string;
  readonly security_context: string;
  readonly public_key_b64: string;
  readonly security_token: string;
  /** RFC 3339. */
  readonly expires_at: string;
  /** The agent's own tools, or else the patterns of the context. */
  readonly allowed_tool_patterns: readonly string[];
}

const PREFIX = 'Bearer ';
const API_KEY_PREFIX = 'aegis_';

/**
 * Attests a key: 200 `{status, security_token, expires_at, session_id}`. No container runtime is reachable from the
 * sandbox, so a container_id is taken as given, as the server does then.
 */
export async function attest(request: SandboxRequest, parts: AttestParts): Promise<Reply> {
  const body = readAttestRequest(request.body);
  const caller = await authenticate(request, parts.credentials);
  await parts.context.clock.sleep(parts.faults.attestDelay, request.signal);
  const tenant = resolveTenant(body, caller, parts.tenantOfExecution);
  const { session, sessionId, ids } = await openSession(body, caller, tenant, parts);
  parts.sessions.add(session);
  if (!parts.faults.gatewayUnreachable) parts.publish(describeSession(session, ids.agentId, parts));
  return json({
    status: 'success',
    security_token: session.token,
    expires_at: `${session.expiresAt.toISOString().slice(0, 19)}+00:00`,
    session_id: sessionId,
  });
}

async function openSession(body: AttestRequest, caller: Identity, tenant: string, parts: AttestParts) {
  const { clock, dialect } = parts.context;
  const contextName = requestedContext(body, caller, dialect);
  const ids = resolveIds(body, contextName, () => clock.uuid());
  const context = resolveContext(contextName, caller, tenant);
  const publicKey = readPublicKey(body.publicKey);
  if (publicKey === undefined) {
    return refuse(401, 'Signature verification failed: unsupported Ed25519 public key encoding');
  }
  const [sessionId, now] = [clock.uuid(), clock.now()];
  const { containerId, taskSummary } = body;
  const subject = { ...ids, containerId, contextName: context.name, tenant, taskSummary, sessionId };
  const token = await signSecurityToken(subject, await parts.signingKey(), now);
  const expiresAt = new Date((Math.floor(now.getTime() / 1000) + SESSION_SECONDS) * 1000);
  const { executionId } = ids;
  const session: Session = { token, publicKey, context, tenant, executionId, identity: caller, expiresAt };
  return { session, sessionId, ids };
}

function describeSession(
  { publicKey, context, token, executionId, expiresAt }: Session,
  agentId: string,
  { toolsOfExecution }: AttestParts,
): AttestedSession {
  const tools = toolsOfExecution(executionId);
  const patterns = context.capabilities.map(({ tool_pattern }) => tool_pattern);
  return {
    execution_id: executionId,
    agent_id: agentId,
    security_context: context.name,
    public_key_b64: publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64'),
    security_token: token,
    expires_at: expiresAt.toISOString(),
    allowed_tool_patterns: tools.length > 0 ? tools : patterns,
  };
}

async function authenticate(request: SandboxRequest, credentials: CredentialCheck): Promise<Identity> {
  const header = request.headers.authorization ?? '';
  const credential = header.startsWith(PREFIX) ? header.slice(PREFIX.length).trim() : '';
  const identity = await identify(credential, credentials);
  return identity ?? refuse(401, 'unauthorized');
}

async function identify(credential: string, credentials: CredentialCheck): Promise<Identity | undefined> {
  if (credential.startsWith(API_KEY_PREFIX)) return credentials.verifyApiKey(credential);
  const result = await credentials.verify(`${PREFIX}${credential}`);
  return 'identity' in result ? result.identity : undefined;
}
