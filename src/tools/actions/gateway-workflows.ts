/** Workflows of the gateway: the published form of error policies and the real one, and what can be checked here. */
import { isObject } from '../../client/json-object.js';
import type { AnyArgs } from '../define.js';
import { textOf } from '../results.js';
import { badArgument } from './gateway-refusals.js';

export interface Step {
  readonly name: string;
  readonly operation_id: string;
  readonly body_template?: string | undefined;
  readonly extractors?: Readonly<Record<string, string>> | undefined;
  readonly on_error?: unknown;
}

export interface WorkflowArguments {
  readonly name: string;
  readonly description: string;
  readonly input_schema: AnyArgs;
  readonly api_spec_id: string;
  readonly steps: readonly Step[];
}

/** Most extra tries of a step: the gateway counts them in eight bits. */
const MAX_RETRIES = 255;

/** RegisterWorkflowRequest. Throws `invalid_arguments` that names the step and its member. */
export function realWorkflow(tool: string, args: WorkflowArguments): AnyArgs {
  return workflow(tool, args, (retries) => (typeof retries === 'number' ? { RetryN: retries } : retries));
}

/** The published request. Throws as {@link realWorkflow} does. */
export function publishedWorkflow(tool: string, args: WorkflowArguments): AnyArgs {
  return workflow(tool, args, publishedPolicy);
}

function workflow(
  tool: string,
  { name, description, input_schema, api_spec_id, steps }: WorkflowArguments,
  write: (policy: Policy) => unknown,
): AnyArgs {
  if (input_schema.type !== 'object')
    throw badArgument(
      tool,
      'input_schema: type is not "object"',
      'Give a JSON Schema of an object: {"type":"object","properties":{…}}.',
    );
  const written = steps.map((step, index) => toStep(tool, `steps.${index}`, step, write));
  return { name, description, input_schema, api_spec_id, steps: written };
}

function toStep(tool: string, place: string, step: Step, write: (policy: Policy) => unknown): AnyArgs {
  const { name, operation_id, body_template = '{}', extractors = {}, on_error = 'AbortWorkflow' } = step;
  const bad = Object.entries(extractors).find(([, path]) => !path.startsWith('$'));
  if (bad !== undefined)
    throw badArgument(
      tool,
      `${place}.extractors.${bad[0]}: is no JSONPath`,
      'A JSONPath begins with $, for example $.number.',
    );
  const policy = readPolicy(on_error);
  if (policy !== undefined) return { name, operation_id, body_template, extractors, on_error: write(policy) };
  throw badArgument(
    tool,
    `${place}.on_error: is not known`,
    `Give "AbortWorkflow", "Continue" or "RetryN(n)" with n from 0 to ${MAX_RETRIES}.`,
  );
}

/** A number is that of the extra tries. */
type Policy = 'AbortWorkflow' | 'Continue' | number;

/** Both forms; undefined for anything else. */
function readPolicy(value: unknown): Policy | undefined {
  if (value === 'AbortWorkflow' || value === 'Continue') return value;
  const written = typeof value === 'string' ? /^RetryN\((\d{1,3})\)$/.exec(value)?.[1] : undefined;
  const retries = isObject(value) ? value.RetryN : written === undefined ? undefined : Number(written);
  const isCount = typeof retries === 'number' && Number.isInteger(retries);
  return isCount && retries >= 0 && retries <= MAX_RETRIES ? retries : undefined;
}

const publishedPolicy = (policy: Policy): string =>
  typeof policy === 'number' ? `RetryN(${policy})` : policy;

/** ToolWorkflow and ToolWorkflowSummary, with error policies as published. */
export function toWorkflow(value: AnyArgs): AnyArgs & { id: string; name: string } {
  const { steps } = value;
  return {
    ...value,
    id: textOf(value, 'id'),
    name: textOf(value, 'name'),
    ...(Array.isArray(steps) && { steps: steps.map(withPublishedPolicy) }),
  };
}

function withPublishedPolicy(step: unknown): unknown {
  if (!isObject(step)) return step;
  const policy = readPolicy(step.on_error);
  return policy === undefined ? step : { ...step, on_error: publishedPolicy(policy) };
}
