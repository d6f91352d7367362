/** Where an agent's result goes: the delivery and output-handler parts of the manifest. */
import { z } from 'zod';
import { anyJson, option, stringMap, strings, u32, u64 } from './shapes.js';

const transform = z.object({
  script: z.string(),
  args: strings.default([]),
  timeout_seconds: u64.default(300),
});

/** One entry of spec.execution.delivery.destinations: the object named by `type` is required. */
export const delivery = z
  .object({
    name: z.string(),
    condition: z.enum(['on_success', 'on_failure', 'always']),
    transform: option(transform),
    type: z.enum(['email', 'webhook', 'rest', 'sms']),
    email: option(
      z.object({
        to: z.string(),
        subject: z.string(),
        body_template: option(z.string()),
        attachments: strings.default([]),
      }),
    ),
    webhook: option(
      z.object({
        url: z.string(),
        method: z.string().default('POST'),
        headers: stringMap.default({}),
        body: z.unknown().optional(),
      }),
    ),
    rest: option(
      z.object({
        url: z.string(),
        method: z.string(),
        headers: stringMap.default({}),
        body: z.unknown().optional(),
      }),
    ),
    sms: option(z.object({ to: z.string(), message: z.string() })),
  })
  .superRefine((value, context) => {
    if (value[value.type] === undefined) context.addIssue(`missing field \`${value.type}\``);
  });

const resources = z.object({
  cpu: option(u32),
  memory: option(z.string()),
  timeout: option(z.string()),
});

/** spec.output_handler; container and mcp_tool decode but no node runs them. */
export const outputHandler = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('agent'),
    agent_id: z.string(),
    input_template: option(z.string()),
    timeout_seconds: option(u64),
    required: z.boolean().default(false),
  }),
  z.object({
    type: z.literal('container'),
    image: z.string(),
    command: strings,
    env: stringMap.default({}),
    resources: option(resources),
    required: z.boolean().default(false),
  }),
  z.object({
    type: z.literal('mcp_tool'),
    tool_name: z.string(),
    arguments: anyJson,
    timeout_seconds: option(u64),
    required: z.boolean().default(false),
  }),
  z.object({
    type: z.literal('webhook'),
    url: z.string(),
    method: z.string().default('POST'),
    headers: stringMap.default({}),
    body_template: option(z.string()),
    timeout_seconds: option(u64),
    retry: option(z.object({ max_attempts: u32.default(0), backoff: option(z.string()) })),
    required: z.boolean().default(false),
  }),
]);
