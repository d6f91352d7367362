/** `POST /v1/dispatch-gateway`: the inner loop between an agent's bootstrap and a model, here a scripted one. */
import type { Dialect, Reply, Route, SandboxContext } from '../../kernel.js';
import { composeOutput } from '../../produce.js';
import { json, jsonBody, refuse } from '../../router.js';
import { type Loop, type Loops, openLoops } from './loops.js';
import { type DispatchResult, decodeDispatch, type Generate } from './messages.js';

/** A line of a prompt that makes the model run a command: `sandbox:run python -m pytest`. */
const RUN = /^sandbox:run\s+(\S.*)$/;

/** Text of a prompt that makes the model fail: `sandbox:` and the code. */
const FAULT = /\bsandbox:(upstream_[a-z_]+)/;

const FAULTS: ReadonlyMap<string, readonly [status: number, message: string]> = new Map([
  ['upstream_rate_limit', [429, 'the model provider limits the rate']],
  ['upstream_authentication', [502, 'the model provider refused the key']],
  ['upstream_model_not_found', [502, 'the model provider does not know the model']],
  ['upstream_invalid_input', [502, 'the model provider refused the input']],
  ['upstream_network', [502, 'the model provider cannot be reached']],
  ['upstream_provider', [502, 'the model provider failed']],
  ['upstream_unavailable', [503, 'the model provider is overloaded']],
]);

/**
 * The route, which checks no credentials. The commands that a prompt names are dispatched one after the other, then
 * comes the final answer: with `type` and `conversation` in the published reference only (D53).
 */
export function dispatchRoute(context: SandboxContext): Route {
  const loops = openLoops(context);
  const { dialect } = context;
  return {
    method: 'POST',
    path: '/v1/dispatch-gateway',
    auth: 'none',
    handler(request) {
      const message = jsonBody(request, decodeDispatch[dialect]);
      const loop = message.type === 'generate' ? begin(message) : resume(loops, message);
      return advance(loops, message.execution_id, loop, dialect);
    },
  };
}

function begin({ prompt, messages }: Generate): Loop {
  const code = FAULT.exec(prompt)?.[1] ?? '';
  const fault = FAULTS.get(code);
  if (fault !== undefined) refuse(fault[0], `${code}: ${fault[1]}`);
  return {
    commands: prompt.split('\n').flatMap((line) => RUN.exec(line.trim())?.[1] ?? []),
    executed: 0,
    conversation: [...messages, { role: 'user', content: prompt }],
  };
}

function resume(loops: Loops, result: DispatchResult): Loop {
  const { dispatch_id, execution_id, exit_code, stdout, stderr, truncated } = result;
  const loop = loops.take(dispatch_id.toLowerCase(), execution_id);
  if (loop === undefined) return refuse(500, `No pending dispatch ${dispatch_id} of this execution`);
  const content = JSON.stringify({ exit_code, stdout, stderr, truncated });
  const said = { role: 'tool', content, tool_call_id: dispatch_id };
  return { ...loop, executed: loop.executed + 1, conversation: [...loop.conversation, said] };
}

function advance(loops: Loops, executionId: string, loop: Loop, dialect: Dialect): Reply {
  const [next, ...commands] = loop.commands;
  if (next === undefined) return json(finalMessage(loop, dialect));
  const [command, ...args] = next.split(/\s+/);
  return json({
    type: 'dispatch',
    dispatch_id: loops.wait(executionId, { ...loop, commands }),
    ...{ action: 'exec', command, args, cwd: '/workspace', env_additions: {} },
    ...{ timeout_secs: 60, max_output_bytes: 524_288 },
  });
}

function finalMessage({ executed, conversation }: Loop, dialect: Dialect) {
  const content = answerTo(conversation);
  const reply = { content, tool_calls_executed: executed };
  if (dialect === 'live') return reply;
  return { type: 'final', ...reply, conversation: [...conversation, { role: 'assistant', content }] };
}

/** What the last command printed, or the scripted answer to the prompt. */
function answerTo(conversation: Loop['conversation']): string {
  const last = conversation.at(-1);
  if (last?.role === 'tool') return outcomeOf(JSON.parse(last.content));
  const prompt = last?.content ?? '';
  return composeOutput({ agentName: 'sandbox', instruction: prompt, intent: null, input: prompt });
}

function outcomeOf({ exit_code, stdout, stderr }: Pick<DispatchResult, 'exit_code' | 'stdout' | 'stderr'>) {
  return exit_code === 0 ? stdout.trim() : `The command failed with exit code ${exit_code}: ${stderr.trim()}`;
}
