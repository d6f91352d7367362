/** Container states. No container is started: commands run in the simulated shell. */
import { parseDuration, sleepLong } from '../durations.js';
import type { ContainerRunState, ContainerStep, ParallelContainerRunState } from '../manifest-schema.js';
import { renderValues } from '../templates.js';
import { handleOutput } from './output-handler.js';
import { type CommandResult, type ShellHost, simulateCommand, simulateScript } from './shell.js';
import type { Services, Step } from './step.js';

interface ContainerResult extends CommandResult {
  readonly duration_ms: number;
  readonly attempts: number;
}

/** Runs the container, again after a failure up to `retry.max_attempts` attempts in all. */
export async function executeContainerRun(
  state: ContainerRunState,
  step: Step,
  services: Services,
): Promise<unknown> {
  const at = { state_name: step.stateName, name: state.name };
  step.log('ContainerRunStarted', `Container ${state.name} started`, { ...at, image: state.image });
  const result = await runContainer(state, step, services, state.retry);
  const { exit_code, duration_ms, stderr } = result;
  if (exit_code === 0) {
    step.log('ContainerRunCompleted', `Container ${state.name} completed`, { ...at, exit_code, duration_ms });
  } else {
    const fields = { ...at, exit_code, duration_ms, stderr };
    step.log('ContainerRunFailed', `Container ${state.name} failed with exit code ${exit_code}`, fields);
  }
  await handleOutput(state.output_handler, result.stdout, step, services);
  return { status: exit_code === 0 ? 'success' : 'failed', output: result, ...result };
}

/** Runs all steps at once; `completion` says when the state as a whole succeeded. */
export async function executeParallelContainerRun(
  state: ParallelContainerRunState,
  step: Step,
  services: Services,
): Promise<unknown> {
  const { completion, steps } = state;
  const at = { state_name: step.stateName, completion };
  step.log('ContainerRunStarted', `${steps.length} containers started`, { ...at, step_count: steps.length });
  const results = await Promise.all(steps.map((each) => runContainer(each, step, services)));
  const succeeded = results.filter((result) => result.exit_code === 0).length;
  const failed = results.length - succeeded;
  const success = isSuccess(completion, succeeded, failed);
  const eventType = success ? 'ContainerRunCompleted' : 'ContainerRunFailed';
  step.log(eventType, `${succeeded} of ${results.length} containers succeeded`, { ...at, succeeded, failed });
  return {
    status: success ? 'success' : 'failed',
    overall_success: success,
    completion,
    succeeded,
    failed,
    output: Object.fromEntries(steps.map((each, index) => [each.name, results[index]])),
    results: steps.map((each, index) => ({ name: each.name, ...results[index] })),
  };
}

function isSuccess(completion: ParallelContainerRunState['completion'], succeeded: number, failed: number) {
  if (completion === 'all_succeed') return failed === 0;
  return completion === 'best_effort' || succeeded > 0;
}

async function runContainer(
  container: ContainerStep,
  step: Step,
  { clock }: Services,
  retry: ContainerRunState['retry'] = undefined,
): Promise<ContainerResult> {
  const host = { env: renderValues(container.env, step.view), clock, signal: step.signal };
  const started = clock.now().getTime();
  const pause = parseDuration(retry?.backoff ?? '') ?? 0;
  for (let attempts = 1; ; attempts += 1) {
    const result = await runCommand(container, host);
    if (result.exit_code === 0 || attempts >= (retry?.max_attempts ?? 1)) {
      return { ...result, duration_ms: clock.now().getTime() - started, attempts };
    }
    await sleepLong(clock, pause, step.signal);
  }
}

function runCommand(container: ContainerStep, host: ShellHost): Promise<CommandResult> {
  return container.shell
    ? simulateScript(container.command.join(' '), host)
    : simulateCommand(container.command, host);
}
