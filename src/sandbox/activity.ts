/** Activity events (CorrelatedActivityEvent): building them, and rebuilding an execution's history. */
import type { ExecutionRecords, IterationState } from './execution-records.js';
import type { ActivityEvent, ExecutionRecord } from './kernel.js';

type Fields = Readonly<Record<string, unknown>> & {
  readonly execution_id: string;
  readonly agent_id: string;
};
type Sentence = (fields: Fields) => string;

interface EventKind {
  readonly variant: string;
  readonly stage: string;
  readonly message: Sentence;
}

const of = (fields: Fields) => `Iteration ${String(fields.iteration_number)}`;

/** Every event of category execution that the sandbox emits, by event_type. */
const EXECUTION = {
  execution_started: kind('ExecutionStarted', 'execution', () => 'Execution started'),
  iteration_started: kind('IterationStarted', 'iteration', (f) => `${of(f)} started`),
  iteration_completed: kind('IterationCompleted', 'iteration', (f) => `${of(f)} completed`),
  iteration_failed: kind('IterationFailed', 'iteration', (f) => `${of(f)} failed`),
  refinement_applied: kind('RefinementApplied', 'iteration', (f) => `${of(f)} refined`),
  execution_completed: kind(
    'ExecutionCompleted',
    'execution',
    (f) => `Execution completed after ${String(f.total_iterations)} iterations`,
  ),
  execution_failed: kind('ExecutionFailed', 'execution', (f) => `Execution failed: ${String(f.reason)}`),
  execution_cancelled: kind('ExecutionCancelled', 'execution', () => 'Execution cancelled'),
  execution_timed_out: kind(
    'ExecutionTimedOut',
    'execution',
    (f) => `Execution timed out after ${String(f.timeout_seconds)} s`,
  ),
  console_output: kind('ConsoleOutput', 'console', (f) => `Output on ${String(f.stream)}`),
  llm_interaction: kind('LlmInteraction', 'llm', (f) => `Model ${String(f.model)} answered`),
  instance_spawned: kind('InstanceSpawned', 'runtime', (f) => `Instance ${String(f.instance_id)} spawned`),
  instance_terminated: kind(
    'InstanceTerminated',
    'runtime',
    (f) => `Instance ${String(f.instance_id)} terminated`,
  ),
} as const satisfies Record<string, EventKind>;

const VALIDATION = {
  gradient_validation_performed: kind(
    'GradientValidationPerformed',
    'iteration',
    (f) => `${of(f)} scored ${String(f.score)}`,
  ),
  multi_judge_consensus: kind(
    'MultiJudgeConsensus',
    'iteration',
    (f) => `Judges agreed on ${String(f.final_score)}`,
  ),
} as const satisfies Record<string, EventKind>;

const TOOLS = {
  tool_invocation_requested: kind(
    'InvocationRequested',
    'tooling',
    (f) => `Tool ${String(f.tool_name)} requested`,
  ),
  tool_invocation_completed: kind(
    'InvocationCompleted',
    'tooling',
    (f) => `Tool ${String(f.tool_name)} completed`,
  ),
} as const satisfies Record<string, EventKind>;

/** event_type of category execution. */
export type ExecutionEventType = keyof typeof EXECUTION;
/** event_type of a validation. */
export type ValidationEventType = keyof typeof VALIDATION;
/** event_type of category mcp. */
export type ToolEventType = keyof typeof TOOLS;

function kind(variant: string, stage: string, message: Sentence): EventKind {
  return { variant, stage, message };
}

/** An event of category execution: details `{type:"execution", <Variant>:{...}}`. */
export function executionEvent(type: ExecutionEventType, timestamp: string, fields: Fields): ActivityEvent {
  const { variant } = EXECUTION[type];
  return envelope(type, EXECUTION[type], timestamp, fields, { type: 'execution', [variant]: fields });
}

/** A validation event nests one deeper: `{type:"execution", Validation:{<Variant>:{...}}}`. */
export function validationEvent(type: ValidationEventType, timestamp: string, fields: Fields): ActivityEvent {
  const details = { type: 'execution', Validation: { [VALIDATION[type].variant]: fields } };
  return envelope(type, VALIDATION[type], timestamp, fields, details);
}

/** A tool call of category mcp: `details.type` is `m_c_p`. */
export function toolEvent(type: ToolEventType, timestamp: string, fields: Fields): ActivityEvent {
  const details = { type: 'm_c_p', [TOOLS[type].variant]: fields };
  return { ...envelope(type, TOOLS[type], timestamp, fields, details), category: 'mcp' };
}

function envelope(
  event_type: string,
  { stage, message }: EventKind,
  timestamp: string,
  fields: Fields,
  details: unknown,
): ActivityEvent {
  return {
    event_type,
    category: 'execution',
    timestamp,
    execution_id: fields.execution_id,
    agent_id: fields.agent_id,
    iteration: typeof fields.iteration_number === 'number' ? fields.iteration_number : null,
    stage,
    message: message(fields),
    details,
  };
}

/**
 * The history the server rebuilds from a stored execution, sorted by timestamp: without console, instance and tool
 * events; a run that timed out shows as failed, one cancelled after its end as cancelled.
 */
export function rebuildHistory(
  records: ExecutionRecords,
  execution: ExecutionRecord,
): readonly ActivityEvent[] {
  const base = { execution_id: execution.id, agent_id: execution.agent_id };
  const started = { ...base, started_at: execution.started_at };
  return [
    executionEvent('execution_started', execution.started_at, started),
    ...records.iterations(execution.id).flatMap((state) => iterationEvents(base, state)),
    ...endEvents(execution),
  ].sort((left, right) => Date.parse(left.timestamp) - Date.parse(right.timestamp));
}

type Base = { readonly execution_id: string; readonly agent_id: string };

/** The event that closes one finished execution; none while it runs. */
export function endEvents(execution: ExecutionRecord): readonly ActivityEvent[] {
  const { id: execution_id, agent_id, status, iterations: total_iterations } = execution;
  const at = execution.ended_at ?? execution.started_at;
  const base = { execution_id, agent_id };
  if (status === 'Completed') {
    const fields = { ...base, final_output: execution.output ?? '', total_iterations, completed_at: at };
    return [executionEvent('execution_completed', at, fields)];
  }
  if (status === 'Failed') {
    const fields = { ...base, reason: execution.error ?? '', total_iterations, failed_at: at };
    return [executionEvent('execution_failed', at, fields)];
  }
  if (status !== 'Cancelled') return [];
  return [executionEvent('execution_cancelled', at, { ...base, reason: execution.error, cancelled_at: at })];
}

function iterationEvents(base: Base, state: IterationState): readonly ActivityEvent[] {
  const fields = { ...base, iteration_number: state.number };
  const { action, started_at, validation, consensus, refined_at, completed, failed } = state;
  const events = [executionEvent('iteration_started', started_at, { ...fields, action, started_at })];
  for (const turn of state.interactions) {
    events.push(executionEvent('llm_interaction', turn.timestamp, { ...fields, ...turn }));
  }
  if (validation) {
    const details = { ...fields, ...validation };
    events.push(validationEvent('gradient_validation_performed', validation.validated_at, details));
  }
  if (consensus) {
    events.push(validationEvent('multi_judge_consensus', consensus.reached_at, { ...base, ...consensus }));
  }
  if (refined_at !== undefined) events.push(refinement(fields, refined_at));
  if (completed) {
    events.push(executionEvent('iteration_completed', completed.completed_at, { ...fields, ...completed }));
  }
  if (failed) events.push(iterationFailed(fields, failed));
  return events;
}

type IterationFields = Base & { readonly iteration_number: number };

/** refinement_applied as the server sends it: the diff is always empty. */
export function refinement(fields: IterationFields, applied_at: string): ActivityEvent {
  const code_diff = { file_path: '', diff: '' };
  return executionEvent('refinement_applied', applied_at, { ...fields, code_diff, applied_at });
}

/** iteration_failed with the error object `{message, details}`. */
export function iterationFailed(
  fields: IterationFields,
  { message, failed_at }: { readonly message: string; readonly failed_at: string },
): ActivityEvent {
  const error = { message, details: null };
  return executionEvent('iteration_failed', failed_at, { ...fields, error, failed_at });
}
