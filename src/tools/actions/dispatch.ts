/** `dispatch_gateway`: the messages of a bootstrap script, and the two replies it can get. */
import { z } from 'zod';
import { AegisError } from '../../errors.js';
import type { AnyArgs } from '../define.js';
import { count, record, shapeError } from '../results.js';
import type { Advice } from './advice.js';

const UPSTREAM = {
  cause: 'The model provider behind the orchestrator failed',
  next: 'The word after upstream_ tells why: wait for the provider, or have the operator correct model alias and key. Tools of this step may have run: look at the execution before you repeat it.',
  mayHaveRun: true,
};

/** Of the loop: a model that fails in a later round does so after tools have run. */
export const DISPATCH_ADVICE: Advice = { 429: UPSTREAM, 502: UPSTREAM, 503: UPSTREAM };

export interface DispatchArgs extends AnyArgs {
  readonly type: 'generate' | 'dispatch_result';
}

/** Arguments that each message must have, and those it may have besides `type` and `execution_id`. */
const MEMBERS = {
  generate: { must: ['prompt'], may: ['agent_id', 'iteration_number', 'model_alias', 'messages'] },
  dispatch_result: {
    must: ['dispatch_id', 'exit_code'],
    may: ['stdout', 'stderr', 'duration_ms', 'truncated'],
  },
} as const;

/** What the server requires and a caller need not say. */
const DEFAULTS = {
  generate: { iteration_number: 1, model_alias: 'default', messages: [] },
  dispatch_result: { stdout: '', stderr: '', duration_ms: 0, truncated: false },
} as const;

/** The message to send. Throws `invalid_arguments` for what is missing, and for what belongs to the other one. */
export function dispatchMessage(args: DispatchArgs): AnyArgs {
  const { type } = args;
  const { must, may } = MEMBERS[type];
  const missing = must.filter((key) => args[key] === undefined);
  if (missing.length > 0) throw refuse(`${type} needs ${missing.join(' and ')}`);
  const known: readonly string[] = ['type', 'execution_id', ...must, ...may];
  const foreign = Object.keys(args).filter((key) => args[key] !== undefined && !known.includes(key));
  if (foreign.length > 0) throw refuse(`${foreign.join(', ')} is not part of ${type}`);
  const given = Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined));
  return { ...DEFAULTS[type], ...given };
}

function refuse(what: string): AegisError {
  const { generate, dispatch_result } = MEMBERS;
  return new AegisError('invalid_arguments', `dispatch_gateway: ${what}.`, {
    next:
      `generate takes ${[...generate.must, ...generate.may].join(', ')}; ` +
      `dispatch_result takes ${[...dispatch_result.must, ...dispatch_result.may].join(', ')}.`,
  });
}

export const dispatchReply = () =>
  z.looseObject({
    type: z.enum(['final', 'dispatch']),
    content: z.string().nullish(),
    tool_calls_executed: count(),
    conversation: z.array(z.unknown()).nullish(),
    dispatch_id: z.string().nullish(),
    command: z.string().nullish(),
    args: z.array(z.string()).nullish(),
    cwd: z.string().nullish(),
    timeout_secs: count(),
  });

/** The reply with its type: the live server leaves it out of the final one (D53). */
export function toReply(body: unknown): z.input<ReturnType<typeof dispatchReply>> {
  const reply = record(body);
  if (typeof reply.dispatch_id === 'string') return { ...reply, type: 'dispatch' };
  if (typeof reply.content === 'string' || reply.type === 'final') return { ...reply, type: 'final' };
  throw shapeError('a final text or a command to run');
}
