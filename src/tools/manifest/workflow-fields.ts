/**
 * Every field of a workflow manifest (schema WorkflowManifest of the orchestrator contract): the one place that
 * says what type, bound or list of values a field has.
 */
import {
  CONSENSUS,
  containerResources,
  HUMANTIME,
  headOf,
  ISOLATIONS,
  NAME,
  outputHandler,
  PULL_POLICIES,
  retry,
  STORAGE_CLASSES,
  score,
  textMap,
} from './common-fields.js';
import {
  anything,
  choice,
  decimal,
  type Fields,
  flag,
  freeText,
  listOf,
  mapOf,
  object,
  optional,
  required,
  type Shape,
  text,
  whole,
} from './shape.js';

const YES = 'a reviewer answers yes or no: use input_equals_yes';
const NO = 'a reviewer answers yes or no: use input_equals_no';

/** Arguments that stand beside `condition`. */
const CONDITIONS: Readonly<Record<string, Fields>> = {
  always: {},
  on_success: {},
  on_failure: {},
  exit_code_zero: {},
  exit_code_non_zero: {},
  exit_code: { value: required(whole(-(2 ** 31), 2 ** 31 - 1)) },
  score_above: { threshold: required(score) },
  score_below: { threshold: required(score) },
  score_between: { min: required(score), max: required(score) },
  confidence_above: { threshold: required(score) },
  score_and_confidence_above: { threshold: required(score) },
  consensus: { threshold: required(score), agreement: required(score) },
  all_approved: {},
  any_rejected: {},
  input_equals: { value: required(freeText) },
  input_equals_yes: {},
  input_equals_no: {},
  custom: { expression: required(text()) },
};

const transition = choice('condition', CONDITIONS, {
  common: { target: required(text()), feedback: optional(freeText) },
  instead: { approved: YES, approve: YES, rejected: NO, reject: NO, default: 'use always' },
});

const judges = listOf(
  object({
    agent_id: required(text()),
    input_template: optional(freeText),
    weight: optional(decimal(0)),
  }),
);

const parallelAgent = object({
  agent: required(text()),
  input: required(freeText),
  weight: optional(decimal(0)),
  timeout_seconds: optional(whole()),
  poll_interval_ms: optional(whole()),
});

const consensus = object({
  strategy: required(text({ oneOf: CONSENSUS })),
  threshold: optional(score),
  agreement: optional(score),
  min_agreement_confidence: optional(score),
  n: optional(whole()),
  min_judges_required: optional(whole()),
  confidence_weighting: optional(
    object({ agreement_factor: optional(score), self_confidence_factor: optional(score) }),
  ),
});

/** What ContainerRun states and the steps of ParallelContainerRun share. */
const container: Fields = {
  name: required(text()),
  image: required(text()),
  command: required(listOf(freeText, 1, '[sh, -c, "make test"]')),
  env: optional(textMap),
  workdir: optional(text()),
  volumes: optional(
    listOf(
      object({
        name: required(text()),
        mount_path: required(text({ format: { test: /^\//, says: 'an absolute path, such as /data' } })),
        read_only: optional(flag),
      }),
    ),
  ),
  resources: optional(containerResources),
  registry_credentials: optional(text()),
  shell: optional(flag),
};

const COMMON: Fields = {
  transitions: required(listOf(transition, 0, '[{condition: always, target: NEXT}], or [] to end here')),
  timeout: optional(text({ format: HUMANTIME })),
  max_state_visits: optional(whole(1, 20)),
};

const KINDS: Readonly<Record<string, Fields>> = {
  Agent: {
    agent: required(text()),
    input: required(freeText),
    intent: optional(freeText),
    isolation: optional(text({ oneOf: ISOLATIONS })),
    judges: optional(judges),
    max_iterations: optional(whole()),
    pre_execution_validator: optional(text()),
    output_handler: optional(outputHandler),
  },
  System: { command: required(text()), env: optional(textMap), workdir: optional(text()) },
  Human: { prompt: required(text()), default_response: optional(freeText) },
  ParallelAgents: {
    agents: required(listOf(parallelAgent, 1)),
    consensus: required(consensus),
    judges_for_parallel: optional(judges),
    output_handler: optional(outputHandler),
  },
  ContainerRun: {
    ...container,
    image_pull_policy: optional(text({ oneOf: PULL_POLICIES })),
    retry: optional(retry),
    read_only_root_filesystem: optional(flag),
    run_as_user: optional(text()),
    network_mode: optional(text()),
    output_handler: optional(outputHandler),
  },
  ParallelContainerRun: {
    steps: required(listOf(object(container), 1)),
    completion: required(text({ oneOf: ['all_succeed', 'any_succeed', 'best_effort'] })),
  },
  Subworkflow: {
    workflow_id: required(text()),
    mode: required(text({ oneOf: ['blocking', 'fire_and_forget'] })),
    result_key: optional(text()),
    input: optional(freeText),
  },
};

const state: Shape = choice('kind', KINDS, { common: COMMON, closed: true });

const storageClass = optional(text({ oneOf: STORAGE_CLASSES }));

const storage = object({
  workspace: optional(
    object({
      storage_class: storageClass,
      ttl_hours: optional(whole()),
      size_limit_mb: optional(whole()),
      volume_id: optional(text()),
      blackboard_key: optional(text()),
    }),
  ),
  shared_volumes: optional(
    listOf(
      object({ name: required(text()), storage_class: storageClass, size_limit_bytes: optional(whole()) }),
    ),
  ),
});

const metadata = object({
  name: required(text({ format: NAME, maxLength: 63 })),
  version: optional(text()),
  description: optional(freeText),
  labels: optional(textMap),
  annotations: optional(textMap),
  input_schema: optional(anything),
  output_schema: optional(anything),
  output_template: optional(mapOf(anything)),
});

const spec = object({
  initial_state: required(text()),
  context: optional(mapOf(anything)),
  states: required(mapOf(state, 1)),
  storage: optional(storage),
  max_total_transitions: optional(whole(1, 100)),
});

export const workflowManifest = object({
  ...headOf('Workflow'),
  metadata: required(metadata),
  spec: required(spec),
});
