/** A signed call from envelope to result, in the server's order of checks (operation gatewayInvoke). */
import type { KeyRing } from '../../identity/keys.js';
import { SEAL_KEY } from '../../seal/security-token.js';
import type { CliTools } from '../cli-tools/cli-tools.js';
import { runCliTool } from '../cli-tools/run.js';
import type { Contexts } from '../contexts/contexts.js';
import { allowsTool, findViolation } from '../contexts/policy.js';
import type { GatewayContext } from '../kernel.js';
import { forbidden, missing, unauthorized } from '../refusals.js';
import type { SealSession, Sessions } from '../sessions/sessions.js';
import type { Specs } from '../specs/specs.js';
import type { Metrics } from '../system/metrics.js';
import { runWorkflow } from '../workflows/engine.js';
import type { Workflows } from '../workflows/workflows.js';
import { type ToolCall, toolCallOf } from './call.js';
import { readEnvelope, verifyEnvelope } from './envelope.js';
import { refuseSeal, type SealCode } from './refusal.js';
import type { TokenMemory } from './replay.js';
import { executionOf, type SecurityToken, verifyToken } from './token.js';

export interface InvokeParts {
  readonly context: GatewayContext;
  readonly keys: KeyRing;
  readonly sessions: Sessions;
  readonly contexts: Contexts;
  readonly specs: Specs;
  readonly workflows: Workflows;
  readonly tools: CliTools;
  readonly used: TokenMemory;
  readonly metrics: Metrics;
}

/** Who calls: `tenant` is the token's claim, which the middleware demands. */
export interface Caller {
  readonly tenant: string;
  readonly signal: AbortSignal;
}

/**
 * Verifies and runs a call. A token is used up once envelope and token are good, even when a later check refuses.
 * Arguments are never held against the tool's schema.
 */
export async function invoke(body: Uint8Array, caller: Caller, parts: InvokeParts): Promise<unknown> {
  const { clock, dialect } = parts.context;
  const envelope = readEnvelope(body, dialect);
  const session = findSession(executionOf(envelope.securityToken), caller, parts);
  const now = clock.now();
  verifyEnvelope(envelope, session.public_key_b64, now, dialect);
  const token = await verifyToken(envelope.securityToken, await parts.keys(SEAL_KEY), now);
  const call = toolCallOf(envelope.payload);
  useUp(token, session, parts);
  requireSession(token, session, parts, now);
  requireAllowed(call, session, caller, parts);
  return dispatch(call, session, caller, parts);
}

function findSession(
  executionId: string,
  { tenant }: Caller,
  { sessions, context }: InvokeParts,
): SealSession {
  const session = sessions.get(executionId, tenant);
  if (session !== undefined) return session;
  return context.dialect === 'documented' ? refuseSeal(1005, 'session not found') : unauthorized();
}

function useUp(token: SecurityToken, session: SealSession, { used }: InvokeParts): void {
  const jti = token.jti ?? refuseSeal(1004, 'security_token has no jti claim');
  if (!used.record(jti, new Date(session.expires_at))) refuseSeal(1003, 'security_token was used before');
}

/** The published reference has code 1006 for a session that is over; the server a plain refusal. */
function requireSession(token: SecurityToken, session: SealSession, parts: InvokeParts, now: Date): void {
  if (token.scp !== session.security_context) {
    refuseSeal(3001, "the token's scp is not the session's security context");
  }
  if (token.exec_id !== session.execution_id || token.sub !== session.agent_id) unauthorized();
  if (session.session_status === 'Active' && now <= new Date(session.expires_at)) return;
  if (parts.context.dialect === 'documented') refuseSeal(1006, 'session is not active');
  unauthorized();
}

function requireAllowed(
  { tool, args }: ToolCall,
  session: SealSession,
  caller: Caller,
  parts: InvokeParts,
): void {
  if (!session.allowed_tool_patterns.some((pattern) => allowsTool(pattern, tool))) {
    refuseSeal(policyCode(2000, tool), `tool '${tool}' is not allowed by the session`);
  }
  const context = parts.contexts.named(session.security_context, caller.tenant) ?? forbidden();
  const violation = findViolation(context, tool, args);
  if (violation !== undefined) refuseSeal(policyCode(violation.code, tool), violation.message);
}

/** The server reads the code from its message, which names the tool: one named after a signature shifts it. */
function policyCode(code: SealCode, tool: string): SealCode {
  return tool.toLowerCase().includes('signature') ? 1002 : code;
}

/** A CLI tool before a workflow of the same name. */
async function dispatch({ tool, args }: ToolCall, session: SealSession, caller: Caller, parts: InvokeParts) {
  const cli = parts.tools.named(tool, caller.tenant);
  if (cli !== undefined) return runCliTool(cli, args, caller, parts.context);
  const workflow = parts.workflows.named(tool, caller.tenant) ?? missing(`workflow '${tool}' not found`);
  return runWorkflow({ workflow, executionId: session.execution_id, args, ...caller }, parts.specs);
}
