/** Starting workflows, over REST and through SEAL, and what waiting ones are told. */
import { isObject } from '../../client/json-object.js';
import { AegisError } from '../../errors.js';
import { jsonObject } from '../arguments.js';
import type { AnyArgs, Call, Ran, SealTwin } from '../define.js';
import { asObject } from '../manifest/values.js';
import { idOf, record, textOf } from '../results.js';
import { inTurn, newestRun } from './newest-run.js';

/** Arguments of the two tools that start a workflow, beside its name. */
export interface RunArguments {
  readonly input?: unknown;
  readonly blackboard?: AnyArgs | undefined;
  readonly context_overrides?: AnyArgs | undefined;
  readonly intent?: string | undefined;
  readonly version?: string | undefined;
  readonly payload?: AnyArgs | undefined;
}

interface RunInput {
  readonly input: unknown;
  readonly blackboard: AnyArgs | undefined;
  readonly intent: string | undefined;
}

const PAYLOAD_KEYS = ['input', 'blackboard', 'context_overrides', 'intent'];

/**
 * What to start with. The server wants `input` and reads `blackboard`; the published clients send
 * `context_overrides`, which the server ignores, and may leave `input` out (D36). Throws `invalid_arguments` for a
 * payload of the published form with members it does not have.
 */
export function runInput(args: RunArguments): RunInput {
  const given = { ...fromPayload(args.payload), ...withoutUndefined(args) };
  const blackboard = { ...asObject(given.context_overrides), ...asObject(given.blackboard) };
  return {
    input: readInput(given.input),
    blackboard: Object.keys(blackboard).length > 0 ? blackboard : undefined,
    intent: typeof given.intent === 'string' ? given.intent : undefined,
  };
}

function fromPayload(payload: AnyArgs | undefined): AnyArgs {
  if (payload === undefined) return {};
  const keys = Object.keys(payload);
  const foreign = keys.filter((key) => !PAYLOAD_KEYS.includes(key));
  if (keys.length > 0 && foreign.length === 0) return payload;
  if (isObject(payload.input)) throw ambiguous(foreign);
  return { input: payload };
}

/** An object called input beside other keys: as the input as a whole, `version` and the like would be lost in it. */
function ambiguous(foreign: readonly string[]): AegisError {
  const names = foreign.slice(0, 5).join(', ');
  return new AegisError('invalid_arguments', `payload: unknown beside input: ${names.slice(0, 200)}.`, {
    next: `A payload holds ${PAYLOAD_KEYS.join(', ')}; give version beside it, and any other input as input.`,
  });
}

/** Models often send an object as its JSON text. */
function readInput(input: unknown): unknown {
  return (typeof input === 'string' ? jsonObject(input) : undefined) ?? input ?? {};
}

function withoutUndefined(args: RunArguments): AnyArgs {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined));
}

type Started = AnyArgs & { readonly execution_id: string };

/**
 * Starts a workflow (StartedWorkflowExecution). Starts of one workflow go one after another, because through SEAL
 * the newest run is taken for the one just started.
 */
export async function startWorkflow<A>(call: Call<A>, name: string): Promise<Ran<Started>> {
  return await inTurn(call.context, name, async () => {
    const body = record(await call.send());
    return { value: { ...body, execution_id: idOf('execution_id', body) } };
  });
}

/**
 * `aegis.workflow.run`, for the tool `as`. A wanted version is not said through SEAL, because consumer contexts drop
 * it silently.
 */
export function runThroughSeal<A extends RunArguments>(as: string, nameOf: (args: A) => string): SealTwin<A> {
  return {
    tool: () => 'aegis.workflow.run',
    arguments(args) {
      if (args.version !== undefined) return undefined;
      const { input, blackboard, intent } = runInput(args);
      const object = isObject(input) ? input : { input };
      return {
        name: nameOf(args),
        input: object,
        ...(blackboard && { blackboard }),
        ...(intent && { intent }),
      };
    },
    body: (value, _args, { context }) => newestRun(context, textOf(value, 'execution_id'), as),
  };
}

/** The text that `signalWorkflowExecution` sends (D42), from any published form. */
export function signalText(args: { response?: string | undefined; payload?: unknown }): string {
  if (args.response !== undefined) return args.response;
  const { payload } = args;
  if (typeof payload === 'string') return payload;
  const inner = isObject(payload) ? (payload.response ?? payload.payload) : undefined;
  if (typeof inner === 'string') return inner;
  if (payload !== undefined) return JSON.stringify(inner ?? payload);
  throw new AegisError('invalid_arguments', 'signal_workflow_execution: response: is missing.', {
    next: 'Give response: the text that the waiting Human state receives, for example "yes" or "no".',
  });
}
