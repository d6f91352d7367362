import { isReserved } from '../blackboard.js';
import { parseJson } from '../json.js';
import type { Services, Step } from './step.js';

/** How one agent execution ended, as a state output carries it. */
export interface AgentResult {
  readonly status: 'completed' | 'failed';
  readonly output: string | null;
  readonly iterations: number;
  readonly execution_id: string | null;
  readonly error?: string;
}

/** Which agent to run on what; without intent the run's own. */
export interface AgentCall {
  /** Name or UUID. */
  readonly agent: string;
  readonly input: string;
  readonly intent?: string | null;
}

/**
 * Starts an agent through the execution service and waits for its end. An agent that cannot be started or
 * does not complete is a failed result. When the signal aborts, the execution is cancelled and the reason
 * thrown.
 */
export async function runAgent(
  call: AgentCall,
  step: Step,
  services: Services,
  signal: AbortSignal = step.signal,
): Promise<AgentResult> {
  signal.throwIfAborted();
  const { run } = step;
  const { executions, agents } = services;
  const agent = agents.find(call.agent, run.tenant_id);
  if (agent === undefined) return failed(`Agent not found: ${call.agent}`);
  const started = executions.start({
    agent,
    tenant: run.tenant_id,
    input: call.input,
    intent: call.intent ?? run.intent,
    contextOverrides: shareableContext(run.blackboard),
    schemaSubject: readSubject(call.input),
    workflowId: run.workflow_id,
  });
  if (!started.ok) return failed(started.error);
  return awaitEnd(started.value.id, step, services, signal);
}

async function awaitEnd(
  id: string,
  step: Step,
  { executions }: Services,
  signal: AbortSignal,
): Promise<AgentResult> {
  try {
    const ended = await executions.ended(id, signal);
    const result = { iterations: ended.iterations, output: ended.output, execution_id: id };
    if (ended.status === 'Completed') return { status: 'completed', ...result };
    return { status: 'failed', ...result, error: ended.error ?? `execution ${ended.status.toLowerCase()}` };
  } catch (error) {
    if (signal.aborted && step.alive()) executions.cancel(id, step.run.tenant_id);
    if (signal.aborted) throw error;
    return failed(error instanceof Error ? error.message : String(error));
  }
}

/** The blackboard without the keys that prompts reserve for themselves. */
function shareableContext(blackboard: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(blackboard).filter(([key]) => !isReserved(key)));
}

/** What an agent's input_schema is held against: the input when it is a JSON object, else `{input}`. */
function readSubject(input: string): unknown {
  const value = parseJson(input);
  return typeof value === 'object' && value !== null ? value : { input };
}

function failed(error: string): AgentResult {
  return { status: 'failed', output: null, iterations: 0, execution_id: null, error };
}
