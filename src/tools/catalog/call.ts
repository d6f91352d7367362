/** Calls SEAL tools with a session of this server, and with what is known of the built-in ones. */
import { isObject } from '../../client/json-object.js';
import { AegisError } from '../../errors.js';
import { toolFailure } from '../../seal/failure.js';
import { inTurn, newestRun } from '../actions/newest-run.js';
import type { Context, ServerName } from '../context.js';
import type { AnyArgs } from '../define.js';
import { quirkOf, sendableArguments } from './quirks.js';
import { waitBriefly } from './wait.js';

export interface SealCall {
  /** The name by which its server knows the tool. */
  readonly tool: string;
  readonly arguments: AnyArgs;
  readonly server: ServerName;
  /** Name of the MCP tool, for the receipt. */
  readonly as: string;
}

/**
 * The tool's own JSON, which may still report a failure: see toolFailure. The tools of the orchestrator get no claims
 * of identity and wait in short calls, and a start answers with the id of its run.
 */
export async function callSealTool(context: Context, call: SealCall): Promise<unknown> {
  const { tool, server, as } = call;
  const send = (args: AnyArgs) => context.sealInvoke(tool, args, { server, as });
  if (server === 'gateway') return await send(call.arguments);
  const args = sendableArguments(tool, call.arguments, context.tenant);
  const { waits, starts } = quirkOf(tool);
  if (waits !== undefined) return await waitBriefly(context, args, waits, send);
  if (starts === undefined) return await send(args);
  return await inTurn(context, String(args[starts] ?? tool), async () => {
    return await withRun(context, as, await send(args));
  });
}

/** The answer to a start, its `execution_id` that of the run. */
async function withRun(context: Context, as: string, answer: unknown): Promise<unknown> {
  if (!isObject(answer) || toolFailure(answer) !== undefined) return answer;
  const { execution_id: answered } = answer;
  if (typeof answered !== 'string') return answer;
  const { execution_id } = await newestRun(context, answered, as).catch((error) => {
    throw lostRun(AegisError.from(error));
  });
  return { ...answer, execution_id, ...(execution_id !== answered && { workflow_id: answered }) };
}

function lostRun(cause: AegisError): AegisError {
  return new AegisError(cause.code, `The workflow was started, but its run was not found: ${cause.message}`, {
    mayHaveRun: true,
    next: 'Look for the run with list_workflow_executions; do not start it again.',
    cause,
  });
}
