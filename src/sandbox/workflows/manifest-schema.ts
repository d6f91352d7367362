/**
 * Shape of a workflow manifest, field by field: what decodes and what does not. Rules that need more than one
 * field are in manifest.ts. States refuse unknown keys; everywhere else they are ignored.
 */
import { z } from 'zod';
import { anyJson, option } from '../shapes.js';

const text = z.string();
const texts = z.record(text, text);
const count = z.int().min(0);

const retry = z.object({ max_attempts: count.default(0), backoff: text.nullish() });
const resources = z.object({ cpu: z.int().nullish(), memory: text.nullish(), timeout: text.nullish() });
const judge = z.object({ agent_id: text, input_template: option(text), weight: z.number().default(1) });
const required = z.boolean().default(false);

const outputHandler = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('agent'),
    agent_id: text,
    input_template: option(text),
    timeout_seconds: option(count),
    required,
  }),
  z.object({
    type: z.literal('container'),
    image: text,
    command: z.array(text),
    env: option(texts),
    resources: option(resources),
    required,
  }),
  z.object({
    type: z.literal('mcp_tool'),
    tool_name: text,
    arguments: anyJson,
    timeout_seconds: option(count),
    required,
  }),
  z.object({
    type: z.literal('webhook'),
    url: text,
    method: text.default('POST'),
    headers: option(texts),
    body_template: option(text),
    timeout_seconds: option(count),
    retry: option(retry),
    required,
  }),
]);

const base = { target: text, feedback: option(text) };
const threshold = z.number();

const transition = z.discriminatedUnion('condition', [
  z.object({
    ...base,
    condition: z.enum([
      'always',
      'on_success',
      'on_failure',
      'exit_code_zero',
      'exit_code_non_zero',
      'all_approved',
      'any_rejected',
      'input_equals_yes',
      'input_equals_no',
    ]),
  }),
  z.object({ ...base, condition: z.literal('exit_code'), value: z.int() }),
  z.object({
    ...base,
    condition: z.enum(['score_above', 'score_below', 'confidence_above', 'score_and_confidence_above']),
    threshold,
  }),
  z.object({ ...base, condition: z.literal('score_between'), min: z.number(), max: z.number() }),
  z.object({ ...base, condition: z.literal('consensus'), threshold, agreement: z.number() }),
  z.object({ ...base, condition: z.literal('input_equals'), value: text }),
  z.object({ ...base, condition: z.literal('custom'), expression: text }),
]);

const common = {
  transitions: z.array(transition),
  timeout: option(text),
  max_state_visits: option(z.int()),
};

const consensus = z.object({
  strategy: z.enum(['weighted_average', 'majority', 'unanimous', 'best_of_n']),
  threshold: option(z.number()),
  agreement: option(z.number()),
  min_agreement_confidence: option(z.number()),
  n: option(count),
  min_judges_required: count.default(1),
  confidence_weighting: option(
    z.object({ agreement_factor: z.number().default(0.7), self_confidence_factor: z.number().default(0.3) }),
  ),
});

const step = {
  name: text,
  image: text,
  command: z.array(text),
  env: option(texts),
  workdir: option(text),
  volumes: z
    .array(z.object({ name: text, mount_path: text, read_only: z.boolean().default(false) }))
    .default([]),
  resources: option(resources),
  registry_credentials: option(text),
  shell: z.boolean().default(false),
};

const agentState = z.strictObject({
  kind: z.literal('Agent'),
  agent: text,
  input: text,
  intent: option(text),
  isolation: option(z.enum(['inherit', 'firecracker', 'docker', 'process'])),
  judges: z.array(judge).default([]),
  max_iterations: option(count.max(255)),
  pre_execution_validator: option(text),
  output_handler: option(outputHandler),
  ...common,
});

const systemState = z.strictObject({
  kind: z.literal('System'),
  command: text,
  env: option(texts),
  workdir: option(text),
  ...common,
});

const humanState = z.strictObject({
  kind: z.literal('Human'),
  prompt: text,
  default_response: option(text),
  ...common,
});

const parallelAgentsState = z.strictObject({
  kind: z.literal('ParallelAgents'),
  agents: z.array(
    z.object({
      agent: text,
      input: text,
      weight: z.number().default(1),
      timeout_seconds: count.default(60),
      poll_interval_ms: count.default(500),
    }),
  ),
  consensus,
  judges_for_parallel: option(z.array(judge)),
  output_handler: option(outputHandler),
  ...common,
});

const containerRunState = z.strictObject({
  kind: z.literal('ContainerRun'),
  ...step,
  image_pull_policy: option(z.enum(['Always', 'IfNotPresent', 'Never'])),
  retry: option(retry),
  read_only_root_filesystem: z.boolean().default(false),
  run_as_user: option(text),
  network_mode: option(text),
  output_handler: option(outputHandler),
  ...common,
});

const parallelContainerRunState = z.strictObject({
  kind: z.literal('ParallelContainerRun'),
  steps: z.array(z.object(step)),
  completion: z.enum(['all_succeed', 'any_succeed', 'best_effort']),
  ...common,
});

const subworkflowState = z.strictObject({
  kind: z.literal('Subworkflow'),
  workflow_id: text,
  mode: z.enum(['blocking', 'fire_and_forget']),
  result_key: option(text),
  input: option(text),
  ...common,
});

const state = z.discriminatedUnion('kind', [
  agentState,
  systemState,
  humanState,
  parallelAgentsState,
  containerRunState,
  parallelContainerRunState,
  subworkflowState,
]);

const storageClass = z.enum(['ephemeral', 'persistent']).default('ephemeral');

const storage = z.object({
  workspace: option(
    z.object({
      storage_class: storageClass,
      ttl_hours: count.default(1),
      size_limit_mb: count.default(256),
      volume_id: option(text),
      blackboard_key: text.default('workspace_volume_id'),
    }),
  ),
  shared_volumes: z
    .array(z.object({ name: text, storage_class: storageClass, size_limit_bytes: option(count) }))
    .default([]),
});

/** A decoded manifest, defaults filled in (components.schemas.WorkflowManifest). */
export const workflowManifestSchema = z.object({
  apiVersion: text,
  kind: text,
  metadata: z.object({
    name: text,
    version: option(text),
    description: option(text),
    labels: texts.default({}),
    annotations: texts.default({}),
    input_schema: option(z.unknown()),
    output_schema: option(z.unknown()),
    output_template: option(texts),
  }),
  spec: z.object({
    initial_state: text,
    context: z.record(text, z.unknown()).default({}),
    states: z.record(text, state),
    storage: option(storage),
    max_total_transitions: option(z.int()),
  }),
});

/** Decoded manifest. */
export type WorkflowManifest = z.infer<typeof workflowManifestSchema>;
/** States by kind. */
export type WorkflowState = z.infer<typeof state>;
/** Kind Agent. */
export type AgentState = z.infer<typeof agentState>;
/** Kind System. */
export type SystemState = z.infer<typeof systemState>;
/** Kind Human. */
export type HumanState = z.infer<typeof humanState>;
/** Kind ParallelAgents. */
export type ParallelAgentsState = z.infer<typeof parallelAgentsState>;
/** Kind ContainerRun. */
export type ContainerRunState = z.infer<typeof containerRunState>;
/** Kind ParallelContainerRun. */
export type ParallelContainerRunState = z.infer<typeof parallelContainerRunState>;
/** Kind Subworkflow. */
export type SubworkflowState = z.infer<typeof subworkflowState>;
/** What one container runs. */
export type ContainerStep = ParallelContainerRunState['steps'][number];
/** Condition, its arguments, target. */
export type Transition = z.infer<typeof transition>;
/** An agent that rates outputs. */
export type Judge = Lax<z.infer<typeof judge>, 'agent_id' | 'weight'>;
/** How verdicts combine. */
export type Consensus = Lax<z.infer<typeof consensus>, 'strategy' | 'min_judges_required'>;
/** Where a state sends its output. */
export type OutputHandler = z.infer<typeof outputHandler>;

/** The same with only these members required. */
type Lax<T, Required extends keyof T> = Pick<T, Required> & Partial<Omit<T, Required>>;
