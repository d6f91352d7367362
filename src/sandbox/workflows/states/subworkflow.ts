import { parseJson } from '../json.js';
import type { SubworkflowState } from '../manifest-schema.js';
import type { Run } from '../runs.js';
import { renderTemplate } from '../templates.js';
import { type Services, type Step, StepFailure } from './step.js';

/**
 * Starts another workflow of the tenant. `fire_and_forget` goes on at once; `blocking` waits for the end,
 * whose status decides on_success and on_failure. A run that was waiting before a restart follows the same
 * child again.
 */
export async function executeSubworkflow(
  state: SubworkflowState,
  step: Step,
  services: Services,
): Promise<unknown> {
  const known = step.run.cursor.child;
  const child = known ?? startChild(state, step, services);
  if (state.mode === 'fire_and_forget') return { child_execution_id: child, mode: state.mode };
  if (known === null) step.rememberChild(child);
  const ended = await awaitChild(child, step, services);
  return reportEnd(state, child, ended, step);
}

function startChild(state: SubworkflowState, step: Step, { children }: Services): string {
  const { run, stateName, view } = step;
  const child = children.start(run, renderTemplate(state.workflow_id, view), childInput(state, step));
  step.log('SubworkflowTriggered', `Subworkflow ${child.workflow_name} started`, {
    state_name: stateName,
    parent_state_name: stateName,
    parent_execution_id: run.execution_id,
    child_execution_id: child.execution_id,
    child_workflow_id: child.workflow_id,
    mode: state.mode,
  });
  return child.execution_id;
}

function childInput(state: SubworkflowState, step: Step): unknown {
  if (state.input === undefined) return {};
  const text = renderTemplate(state.input, step.view);
  return parseJson(text) ?? text;
}

async function awaitChild(id: string, step: Step, { children }: Services): Promise<Run | undefined> {
  try {
    return await children.ended(id, step.signal);
  } catch (error) {
    if (step.signal.aborted && step.alive()) children.cancel(id);
    throw error;
  }
}

function reportEnd(state: SubworkflowState, id: string, child: Run | undefined, step: Step): unknown {
  const at = {
    state_name: step.stateName,
    parent_execution_id: step.run.execution_id,
    child_execution_id: id,
  };
  if (child?.status !== 'completed') {
    const error = child?.error ?? `subworkflow execution ${child?.status ?? 'removed'}`;
    step.log('SubworkflowFailed', `Subworkflow ${id} did not complete`, { ...at, error });
    if (child === undefined) throw new StepFailure(error, { execution_id: id });
    return { ...describe(child), error };
  }
  const key = state.result_key === undefined ? {} : { result_key: state.result_key };
  step.log('SubworkflowCompleted', `Subworkflow ${id} completed`, { ...at, ...key });
  return describe(child);
}

function describe(child: Run): Readonly<Record<string, unknown>> {
  return {
    status: child.status,
    execution_id: child.execution_id,
    output: child.state_outputs[child.current_state] ?? null,
    final_output: child.final_output,
    final_state: child.current_state,
    blackboard: child.blackboard,
  };
}
