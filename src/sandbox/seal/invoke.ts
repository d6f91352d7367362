/** `POST /v1/seal/invoke`: a signed tool call (operation invokeSeal). */
import type { Reply, SandboxRequest } from '../kernel.js';
import { json } from '../replies.js';
import { findTool } from './catalogue/index.js';
import { readEnvelope, toolCallOf, verifyEnvelope } from './envelope.js';
import { findViolation } from './policy.js';
import { refuseCall } from './refusal.js';
import type { ReplayMemory } from './replay.js';
import type { Session, Sessions } from './sessions.js';
import { asRecord, type ToolCall } from './tools/call.js';
import { findHandler } from './tools/index.js';
import type { ToolServices } from './tools/services.js';

export interface InvokeParts {
  readonly services: ToolServices;
  readonly sessions: Sessions;
  readonly replays: ReplayMemory;
}

/** Removed from the arguments of consumer contexts after verification. */
const OPERATOR_ONLY = ['force', 'version'];

/**
 * Checks in the server's order: session, lifetime, signature encoding, protocol, timestamp, freshness, Ed25519, tool
 * and arguments, security context, replay; then strips, requires arguments, and runs the tool. The 200 body is the
 * tool's own result. Refusals: 400 `{error}`, 422 text for a body of the wrong shape.
 *
 * Only built-in tools have required arguments; those of other tools are passed on as they are.
 *
 * A repeated signature within 30 s is refused here; the real server has the check but its daemon leaves it out.
 */
export async function invoke(request: SandboxRequest, parts: InvokeParts): Promise<Reply> {
  const { clock, signal } = parts.services.context;
  const envelope = readEnvelope(request.body);
  const now = clock.now();
  const session = parts.sessions.require(envelope.securityToken, now);
  verifyEnvelope(envelope, session.publicKey, now);
  const { tool, args } = toolCallOf(envelope.payload);
  const violation = findViolation(session.context, tool, args);
  if (violation !== undefined) refuseCall(`Policy violation: ${violation}`);
  if (!parts.replays.record(envelope.signature, now)) {
    refuseCall('Replay protection failed: envelope nonce already seen within freshness window');
  }
  const call = {
    tool,
    session,
    signal: AbortSignal.any([request.signal, signal]),
    args: cleanArgs(session, args),
  };
  return json(await runTool(call, parts.services));
}

async function runTool(call: ToolCall, services: ToolServices): Promise<unknown> {
  requireArguments(call);
  requireTenant(call);
  const handler = findHandler(call.tool);
  if (handler !== undefined) return handler(call, services);
  if (findTool(call.tool) === undefined) return runRemoteTool(call, services);
  return refuseCall(`Upstream service unavailable: the sandbox does not simulate '${call.tool}'`);
}

/** Built-in tools go before all others of their name. */
function runRemoteTool(call: ToolCall, { remotes }: ToolServices): unknown {
  const tool = remotes.find(call.tool, call.session.tenant);
  return tool === undefined ? refuseCall(`Not found: Tool '${call.tool}' not found`) : tool.run(call);
}

function cleanArgs({ context }: Session, args: unknown): Readonly<Record<string, unknown>> {
  const given = asRecord(args) ?? {};
  if (!context.name.startsWith('zaru-')) return given;
  return Object.fromEntries(Object.entries(given).filter(([name]) => !OPERATOR_ONLY.includes(name)));
}

function requireArguments({ tool, args }: ToolCall): void {
  const missing = findTool(tool)?.required.filter((name) => !Object.hasOwn(args, name)) ?? [];
  if (missing.length === 0) return;
  refuseCall(`Invalid tool arguments: Tool '${tool}' is missing required argument(s): ${missing.join(', ')}`);
}

/** A tenant named in the arguments must be the session's. */
function requireTenant({ tool, args, session }: ToolCall): void {
  const named = args.tenant_id ?? args.tenant;
  if (!tool.startsWith('aegis.') || typeof named !== 'string' || named === session.tenant) return;
  refuseCall(
    `Tenant mismatch: caller is authenticated as tenant '${session.tenant}' but requested operation on tenant '${named}'`,
  );
}
