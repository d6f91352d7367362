/** The SEAL gateway's tools at the orchestrator, which passes their calls on. */
import type { ForwardedTools } from '../../gateway/forwarded.js';
import { type Clock, ReplyError } from '../../kernel.js';
import type { SealFaults } from '../faults.js';
import { refuseCall } from '../refusal.js';
import type { ToolCall } from '../tools/call.js';
import type { RemoteTool } from './remote-tool.js';

export interface GatewayHop {
  readonly tools: ForwardedTools;
  readonly faults: Readonly<SealFaults>;
  readonly clock: Clock;
}

/** What the orchestrator allows a call of the gateway. */
const LIMIT_SECONDS = 30;
const FAILED = 'Internal error: seal tooling gateway';

/** The tools that a tenant sees; null sees the system-global ones. None while the gateway is out of reach. */
export function gatewayTools(hop: GatewayHop, tenant: string | null): readonly RemoteTool[] {
  if (hop.faults.gatewayUnreachable) return [];
  return hop.tools
    .list(tenant)
    .map((tool) => ({ ...tool, source: 'seal_gateway', run: (call) => forward(call, hop) }));
}

/** Ends the call of a tool that only the gateway could know: it is out of reach. */
export function refuseUnreachable(): never {
  return refuseCall(`${FAILED} connect failed: transport error`);
}

/**
 * A call with `subcommand` is one of a CLI tool, which needs the volumes of its execution; a session has none. Any other
 * is one of a workflow, whose failures all read as internal errors.
 */
async function forward(call: ToolCall, hop: GatewayHop): Promise<unknown> {
  const { executionId, tenant } = call.session;
  if ('subcommand' in call.args) return refuseCli(call.args.subcommand, executionId);
  const late = new AbortController();
  const signal = AbortSignal.any([call.signal, late.signal]);
  try {
    const { tool, args } = call;
    const run = hop.tools.runWorkflow({ tool, args, executionId, tenant, signal });
    return await Promise.race([run, refuseLate(hop.clock, signal)]);
  } catch (error) {
    return refuseCall(failureOf(error));
  } finally {
    late.abort();
  }
}

function refuseCli(subcommand: unknown, executionId: string): never {
  if (typeof subcommand !== 'string') {
    refuseCall("Invalid tool arguments: CLI tool invocation requires 'subcommand' string");
  }
  return refuseCall(`Internal error: No FSAL mounts registered for execution ${executionId}`);
}

class Late extends Error {}

async function refuseLate(clock: Clock, signal: AbortSignal): Promise<never> {
  await clock.sleep(LIMIT_SECONDS * 1000, signal);
  throw new Late();
}

function failureOf(error: unknown): string {
  if (error instanceof Late) return `${FAILED} invoke_workflow timeout after ${LIMIT_SECONDS}s`;
  if (!(error instanceof ReplyError)) throw error;
  const { reply } = error;
  const reason = 'json' in reply ? Object(reply.json).error : `HTTP ${reply.status}`;
  return `${FAILED} invoke_workflow failed: ${reason}`;
}
