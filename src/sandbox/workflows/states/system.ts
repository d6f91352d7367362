import type { SystemState } from '../manifest-schema.js';
import { renderTemplate, renderValues } from '../templates.js';
import { simulateScript } from './shell.js';
import type { Services, Step } from './step.js';

/** Runs the command in the simulated shell. */
export async function executeSystem(state: SystemState, step: Step, { clock }: Services): Promise<unknown> {
  const env = renderValues(state.env, step.view);
  const command = renderTemplate(state.command, step.view);
  const result = await simulateScript(command, { env, clock, signal: step.signal });
  return { status: result.exit_code === 0 ? 'success' : 'failed', ...result };
}
