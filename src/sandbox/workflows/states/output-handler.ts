import { DeadlineExceeded, withDeadline } from '../durations.js';
import type { OutputHandler } from '../manifest-schema.js';
import { renderTemplate } from '../templates.js';
import { runAgent } from './agent-run.js';
import { type Services, type Step, StepFailure } from './step.js';

/**
 * Hands a state's output on. Handlers of type `agent` run; `container` and `mcp_tool` exist on no server, and
 * `webhook` would leave the machine, which the sandbox never does. A handler that does not succeed fails the
 * state only when it is `required`.
 */
export async function handleOutput(
  handler: OutputHandler | undefined,
  output: string,
  step: Step,
  services: Services,
): Promise<void> {
  if (handler === undefined) return;
  const fault =
    handler.type === 'agent'
      ? await runHandler(handler, output, step, services)
      : `type ${handler.type} is not available in the sandbox`;
  if (fault !== undefined && handler.required) throw new StepFailure(`Output handler failed: ${fault}`);
}

async function runHandler(
  handler: Extract<OutputHandler, { type: 'agent' }>,
  output: string,
  step: Step,
  services: Services,
): Promise<string | undefined> {
  const template = handler.input_template;
  const input = template === undefined ? output : renderTemplate(template, { ...step.view, output });
  const ms = handler.timeout_seconds === undefined ? undefined : handler.timeout_seconds * 1000;
  try {
    const result = await withDeadline(services.clock, ms, step.signal, (signal) => {
      return runAgent({ agent: handler.agent_id, input }, step, services, signal);
    });
    return result.status === 'completed' ? undefined : result.error;
  } catch (error) {
    if (error instanceof DeadlineExceeded) return `timed out after ${handler.timeout_seconds} s`;
    throw error;
  }
}
