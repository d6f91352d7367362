import type { AgentState, Consensus } from '../manifest-schema.js';
import { renderTemplate } from '../templates.js';
import { type AgentResult, runAgent } from './agent-run.js';
import { type Judgement, judgeOutput } from './judges.js';
import { handleOutput } from './output-handler.js';
import { type Services, type Step, StepFailure } from './step.js';

/** Attempts of a judged Agent state without `max_iterations`. */
const DEFAULT_ITERATIONS = 10;
const JUDGING: Consensus = { strategy: 'weighted_average', min_judges_required: 1 };

interface Attempt extends AgentResult, Partial<Judgement> {}

/**
 * Runs the agent; with judges, runs it again with their verdict in the input until they approve or
 * `max_iterations` is reached. Each run is one iteration of the log.
 */
export async function executeAgent(state: AgentState, step: Step, services: Services): Promise<unknown> {
  const input = renderTemplate(state.input, step.view);
  const rejected = await validatePlan(state, input, step, services);
  if (rejected !== undefined) return rejected;
  const attempt = await attemptUntilApproved(state, input, step, services);
  await handleOutput(state.output_handler, attempt.output ?? '', step, services);
  return attempt;
}

async function attemptUntilApproved(
  state: AgentState,
  firstInput: string,
  step: Step,
  services: Services,
): Promise<Attempt> {
  const last = Math.max(1, state.max_iterations ?? DEFAULT_ITERATIONS);
  let input = firstInput;
  for (let iteration = 1; ; iteration += 1) {
    const result = await iterate(state, input, iteration, step, services);
    if (state.judges.length === 0) return result;
    const subject = { task: input, output: result.output ?? '' };
    const judgement = await judgeOutput(subject, state.judges, JUDGING, step, services);
    if (judgement.passed || iteration >= last) return { ...result, ...judgement };
    input = `${input}\n\nValidation failed with score ${judgement.score}. Please refine your response.`;
  }
}

async function iterate(
  state: AgentState,
  input: string,
  iteration: number,
  step: Step,
  services: Services,
): Promise<AgentResult> {
  const at = { state_name: step.stateName, iteration_number: iteration };
  step.log('WorkflowIterationStarted', `Iteration ${iteration} started`, at);
  const agent = renderTemplate(state.agent, step.view);
  const intent = state.intent === undefined ? null : renderTemplate(state.intent, step.view);
  const result = await runAgent({ agent, input, intent }, step, services);
  if (result.status === 'completed') {
    const output = result.output ?? '';
    step.log('WorkflowIterationCompleted', `Iteration ${iteration} completed`, { ...at, output });
    return result;
  }
  const reason = `Agent execution failed: ${result.error}`;
  step.log('WorkflowIterationFailed', `Iteration ${iteration} failed`, { ...at, error: reason });
  throw new StepFailure(reason, { ...result, error: reason });
}

/** Asks `pre_execution_validator`, if there is one. @returns the failed output when it refuses the input */
async function validatePlan(
  state: AgentState,
  input: string,
  step: Step,
  services: Services,
): Promise<unknown> {
  const validator = state.pre_execution_validator;
  if (validator === undefined) return undefined;
  const task = `Pre-execution plan validation for workflow state: ${step.stateName}`;
  const judges = [{ agent_id: validator, weight: 1 }];
  const { passed, score } = await judgeOutput({ task, output: input }, judges, JUDGING, step, services);
  if (passed) return undefined;
  const error = `Pre-execution validator (${validator}) rejected the plan with score ${score}`;
  const at = { state_name: step.stateName, iteration_number: 0 };
  step.log('WorkflowIterationFailed', 'Plan rejected before execution', { ...at, error });
  return { status: 'failed', error, pre_validation_score: score };
}
