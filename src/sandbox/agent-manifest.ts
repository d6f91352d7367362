/**
 * The agent manifest as the server decodes it: types, defaults, aliases. A value that does not fit is a decode
 * failure (422 text over REST); the rules on top are in agent-rules.ts. Unknown keys are dropped at every level.
 */
import { z } from 'zod';
import { delivery, outputHandler } from './agent-delivery.js';
import { anyJson, option, stringMap, strings, u32, u64 } from './shapes.js';

const u8 = z.int().min(0).max(255);

const metadata = z.object({
  name: z.string(),
  version: z.string(),
  description: option(z.string()),
  labels: stringMap.default({}),
  annotations: stringMap.default({}),
});

const runtime = z.object({
  language: option(z.string()),
  version: option(z.string()),
  image: option(z.string()),
  image_pull_policy: z.enum(['Always', 'IfNotPresent', 'Never']).default('IfNotPresent'),
  isolation: z.string().default('inherit'),
  model: z.string().default('default'),
  temperature: option(z.number()),
});

const task = z.object({
  instruction: z.string(),
  prompt_template: option(z.string()),
  input_data: z.unknown().optional(),
});

const contextItem = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), content: z.string(), description: option(z.string()) }),
  z.object({ type: z.literal('file'), path: z.string(), description: option(z.string()) }),
  z.object({ type: z.literal('directory'), path: z.string(), description: option(z.string()) }),
  z.object({ type: z.literal('url'), url: z.string(), description: option(z.string()) }),
]);

const judged = {
  criteria: z.string(),
  min_score: z.number().default(0.7),
  min_confidence: z.number().default(0),
  timeout_seconds: u64.default(300),
};

const validator = z.discriminatedUnion('type', [
  z.object({ type: z.literal('exit_code'), expected: z.int().default(0), min_score: z.number().default(1) }),
  z.object({ type: z.literal('json_schema'), schema: anyJson, min_score: z.number().default(1) }),
  z.object({
    type: z.literal('regex'),
    pattern: z.string(),
    target: z.string().default('stdout'),
    min_score: z.number().default(1),
  }),
  z.object({ type: z.literal('semantic'), judge_agent: z.string(), ...judged }),
  z.object({
    type: z.literal('multi_judge'),
    judges: strings,
    consensus: z.enum(['weighted_average', 'majority', 'unanimous', 'best_of_n']).default('weighted_average'),
    min_judges_required: u32.default(1),
    ...judged,
  }),
]);

/** `max_iterations` is an alias of `max_retries`; both together are a duplicate field. */
const execution = z
  .object({
    mode: z.enum(['one-shot', 'iterative']).default('one-shot'),
    max_retries: u8.optional(),
    max_iterations: u8.optional(),
    iteration_timeout: option(z.string()),
    llm_timeout_seconds: u64.default(300),
    validation: z.array(validator).default([]),
    tool_validation: z.array(validator).default([]),
    delivery: option(z.object({ destinations: z.array(delivery) })),
  })
  .superRefine((value, context) => {
    if (value.max_retries !== undefined && value.max_iterations !== undefined) {
      context.addIssue('duplicate field `max_retries`');
    }
  })
  .transform(({ max_iterations, max_retries, ...rest }) => ({
    ...rest,
    max_retries: max_retries ?? max_iterations ?? 5,
  }));

const network = z.object({
  mode: z.string().default('allow'),
  allowlist: strings.default([]),
  denylist: strings.default([]),
});

/** Omitting `network` stores the empty mode, unlike an empty `network` block. */
const security = z.object({
  network: network.default({ mode: '', allowlist: [], denylist: [] }),
  filesystem: z
    .object({ read: strings.default([]), write: strings.default([]), read_only: z.boolean().default(false) })
    .default({ read: [], write: [], read_only: false }),
  resources: z
    .object({
      cpu: u32.default(1000),
      memory: z.string().default('512Mi'),
      disk: z.string().default('1Gi'),
      timeout: option(z.string()),
    })
    .default({ cpu: 1000, memory: '512Mi', disk: '1Gi', timeout: undefined }),
});

const schedule = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('cron'),
    cron: z.string(),
    timezone: z.string(),
    enabled: z.boolean().default(true),
  }),
  z.object({ type: z.literal('interval'), seconds: u64, enabled: z.boolean().default(true) }),
  z.object({ type: z.literal('manual') }),
]);

const volume = z.object({
  name: z.string(),
  storage_class: z.string(),
  type: z.string().default('seaweedfs'),
  provider: option(z.string()),
  config: z.unknown().optional(),
  mount_path: z.string(),
  access_mode: z.string(),
  size_limit: z.string(),
  ttl_hours: option(u32),
});

const advanced = z.object({
  warm_pool_size: u32.default(0),
  startup_script: option(z.string()),
  health_check: option(z.object({ path: z.string(), interval_seconds: u64, timeout_seconds: u64 })),
  bootstrap_path: option(z.string()),
});

/** The whole manifest; parsing an already parsed one changes nothing. */
export const agentManifest = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata,
  spec: z.object({
    runtime,
    task: option(task),
    context: z.array(contextItem).default([]),
    execution: option(execution),
    security: option(security),
    schedule: option(schedule),
    tools: strings.default([]),
    env: stringMap.default({}),
    volumes: z.array(volume).default([]),
    advanced: option(advanced),
    input_schema: z.unknown().optional(),
    security_context: option(z.string()),
    output_handler: option(outputHandler),
  }),
});

/** A decoded manifest, defaults filled in. */
export type AgentManifest = z.output<typeof agentManifest>;

/** One entry of spec.execution.validation. */
export type Validator = z.output<typeof validator>;
