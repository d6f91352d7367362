/**
 * Every field of an agent manifest (schema AgentManifest of the orchestrator contract): the one place that
 * says what type, bound or list of values a field has.
 */
import {
  CONSENSUS,
  DURATION,
  headOf,
  IMAGE,
  ISOLATIONS,
  NAME,
  outputHandler,
  PULL_POLICIES,
  SIZE,
  STORAGE_CLASSES,
  score,
  textMap,
} from './common-fields.js';
import {
  anything,
  choice,
  decimal,
  flag,
  freeText,
  freeTextOf,
  listOf,
  object,
  optional,
  required,
  text,
  whole,
} from './shape.js';

/** The most tries an execution can have: the server keeps the number in one byte. */
const MAX_TRIES = 255;

/** Runtimes of the registry that ships with the server; a node may have others (D73). The last is the default. */
export const RUNTIMES: Readonly<Record<string, readonly string[]>> = {
  python: ['3.9', '3.10', '3.11'],
  javascript: ['18', '20'],
  typescript: ['5.1'],
  rust: ['1.74', '1.75'],
  go: ['1.20', '1.21'],
};

/** D72. */
const DROPPED = 'is published, but the server drops it';

const metadata = object(
  {
    name: required(text({ format: NAME })),
    version: required(text()),
    description: optional(freeText),
    labels: optional(textMap),
    annotations: optional(textMap),
  },
  { ignored: { tags: `${DROPPED}: use labels or annotations` } },
);

const runtime = object({
  language: optional(text()),
  version: optional(text()),
  image: optional(text({ format: IMAGE })),
  image_pull_policy: optional(text({ oneOf: PULL_POLICIES })),
  isolation: optional(text({ usually: ISOLATIONS })),
  model: optional(text()),
  temperature: optional(decimal()),
});

const task = object(
  {
    instruction: required(text()),
    prompt_template: optional(freeText),
    input_data: optional(anything),
  },
  { ignored: { agentskills: DROPPED } },
);

const contextItem = choice(
  'type',
  {
    text: { content: required(freeText) },
    file: { path: required(text()) },
    directory: { path: required(text()) },
    url: { url: required(text()) },
  },
  { common: { description: optional(freeText) } },
);

const judged = {
  criteria: required(text()),
  min_score: optional(score),
  min_confidence: optional(score),
  timeout_seconds: optional(whole()),
};

const validator = choice('type', {
  exit_code: { expected: optional(whole(-(2 ** 31), 2 ** 31 - 1)), min_score: optional(score) },
  json_schema: { schema: required(anything), min_score: optional(score) },
  regex: { pattern: required(text()), target: optional(text()), min_score: optional(score) },
  semantic: { judge_agent: required(text()), ...judged },
  multi_judge: {
    judges: required(listOf(text(), 1)),
    consensus: optional(text({ oneOf: CONSENSUS })),
    min_judges_required: optional(whole()),
    ...judged,
  },
});

const sentOverHttp = { headers: optional(textMap), body: optional(anything) };

const destination = object({
  name: required(text()),
  condition: required(text({ oneOf: ['on_success', 'on_failure', 'always'] })),
  type: required(text({ oneOf: ['email', 'webhook', 'rest', 'sms'] })),
  transform: optional(
    object({
      script: required(text()),
      args: optional(listOf(freeText)),
      timeout_seconds: optional(whole()),
    }),
  ),
  email: optional(
    object({
      to: required(text()),
      subject: required(freeText),
      body_template: optional(freeText),
      attachments: optional(listOf(text())),
    }),
  ),
  webhook: optional(object({ url: required(text()), method: optional(text()), ...sentOverHttp })),
  rest: optional(object({ url: required(text()), method: required(text()), ...sentOverHttp })),
  sms: optional(object({ to: required(text()), message: required(freeText) })),
});

const execution = object(
  {
    mode: optional(text({ oneOf: ['one-shot', 'iterative'] })),
    max_retries: optional(whole(0, MAX_TRIES)),
    max_iterations: optional(whole(0, MAX_TRIES)),
    iteration_timeout: optional(text({ format: DURATION })),
    llm_timeout_seconds: optional(whole()),
    validation: optional(listOf(validator, 0, '[{type: exit_code, expected: 0}]')),
    tool_validation: optional(listOf(validator, 0, '[{type: semantic, judge_agent: ..., criteria: ...}]')),
    delivery: optional(object({ destinations: required(listOf(destination)) })),
  },
  { ignored: { memory: DROPPED } },
);

const security = object({
  network: optional(
    object({
      mode: optional(freeTextOf(['allow', 'deny', 'none'])),
      allowlist: optional(listOf(text())),
      denylist: optional(listOf(text())),
    }),
  ),
  filesystem: optional(
    object({ read: optional(listOf(text())), write: optional(listOf(text())), read_only: optional(flag) }),
  ),
  resources: optional(
    object({
      cpu: optional(whole()),
      memory: optional(text({ format: SIZE })),
      disk: optional(text({ format: SIZE })),
      timeout: optional(text({ format: DURATION })),
    }),
  ),
});

const schedule = choice('type', {
  cron: { cron: required(text()), timezone: required(text()), enabled: optional(flag) },
  interval: { seconds: required(whole()), enabled: optional(flag) },
  manual: {},
});

const volume = object(
  {
    name: required(text()),
    storage_class: required(text({ usually: STORAGE_CLASSES })),
    type: optional(text({ usually: ['seaweedfs', 'opendal', 'hostPath', 'seal'] })),
    provider: optional(text()),
    config: optional(anything),
    mount_path: required(text()),
    access_mode: required(text({ usually: ['read-only', 'read-write'] })),
    size_limit: required(text({ format: SIZE })),
    ttl_hours: optional(whole()),
  },
  { ignored: { source: DROPPED } },
);

const advanced = object(
  {
    warm_pool_size: optional(whole()),
    startup_script: optional(freeText),
    health_check: optional(
      object({
        path: required(text()),
        interval_seconds: required(whole()),
        timeout_seconds: required(whole()),
      }),
    ),
    bootstrap_path: optional(text()),
  },
  { ignored: { swarm_enabled: DROPPED } },
);

const spec = object({
  runtime: required(runtime),
  task: required(task),
  context: optional(listOf(contextItem)),
  execution: optional(execution),
  security: optional(security),
  schedule: optional(schedule),
  tools: optional(listOf(text(), 0, '[fs.read, cmd.run]')),
  env: optional(textMap),
  volumes: optional(listOf(volume)),
  advanced: optional(advanced),
  input_schema: optional(anything),
  security_context: optional(text()),
  output_handler: optional(outputHandler),
});

export const agentManifest = object({
  ...headOf('Agent'),
  metadata: required(metadata),
  spec: required(spec),
});
