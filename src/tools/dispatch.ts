/** Dispatch Gateway: the inner loop in one call. */
import { z } from 'zod';
import { answered } from './actions/advice.js';
import { DISPATCH_ADVICE, dispatchMessage, dispatchReply, toReply } from './actions/dispatch.js';
import { action } from './define.js';
import { executionId, flag, text } from './shapes.js';

export const dispatch = {
  dispatch_gateway: action({
    title: 'Dispatch gateway',
    description:
      'Runs one step of the inner loop of an execution: model, tools, model, until a final text or a command to run comes back. For bootstrap scripts in agent containers; spends model tokens and may take minutes.',
    toolset: 'dispatch',
    effect: 'write',
    classes: ['cost'],
    untrusted: true,
    wrapper: 'payload',
    adapted:
      'The final reply of the live server has neither type nor conversation (D53): type is added. The route takes no bearer.',
    input: () => ({
      type: z
        .enum(['generate', 'dispatch_result'])
        .describe('generate begins an iteration; dispatch_result reports a command that was run.'),
      execution_id: executionId(),
      agent_id: text(
        'generate: UUID of the agent. Give it: without it the server may refuse the call.',
      ).optional(),
      iteration_number: z
        .int()
        .min(0)
        .max(255)
        .describe('generate: number of the iteration, from 1. Default 1.')
        .optional(),
      prompt: text('generate: the rendered prompt.').optional(),
      messages: z
        .array(z.record(z.string(), z.unknown()))
        .describe(
          'generate: earlier conversation, as {role, content, tool_calls?, tool_call_id?}. Default none.',
        )
        .optional(),
      model_alias: text('generate: alias of the model. Default default.').optional(),
      dispatch_id: text('dispatch_result: id of the dispatch reply that asked for the command.').optional(),
      exit_code: z.int().describe('dispatch_result: exit code; -1 when it could not be run.').optional(),
      stdout: text('dispatch_result: output. Default empty.').optional(),
      stderr: text('dispatch_result: error output. Default empty.').optional(),
      duration_ms: z
        .int()
        .min(0)
        .describe('dispatch_result: time it ran, milliseconds. Default 0.')
        .optional(),
      truncated: flag('dispatch_result: true when the output was cut. Default false.'),
    }),
    output: dispatchReply,
    live: {
      operation: 'dispatchGateway',
      route: 'POST /v1/dispatch-gateway',
      auth: 'none',
      leastSeconds: 600,
      body: (args) => ({ json: dispatchMessage({ ...args }) }),
    },
    run: answered(DISPATCH_ADVICE, toReply),
  }),
};
