/** The inner-loop messages of `POST /v1/dispatch-gateway` (contract schema DispatchRequest). */
import { z } from 'zod';
import type { Dialect } from '../../kernel.js';
import { decodeWith } from '../../router.js';
import { option, u64 } from '../../shapes.js';

const message = z.object({
  role: z.string(),
  content: z.string(),
  tool_call_id: option(z.string()),
  tool_calls: option(z.array(z.object({ id: z.string(), name: z.string(), arguments: z.unknown() }))),
});

const generate = z.object({
  type: z.literal('generate'),
  agent_id: z.string(),
  execution_id: z.string(),
  iteration_number: z.int().min(0).max(255),
  prompt: z.string(),
  messages: z.array(message).default([]),
  model_alias: z.string().default('default'),
});

const dispatchResult = z.object({
  type: z.literal('dispatch_result'),
  execution_id: z.string(),
  dispatch_id: z.guid(),
  exit_code: z.int().min(-2_147_483_648).max(2_147_483_647),
  stdout: z.string().default(''),
  stderr: z.string().default(''),
  duration_ms: u64,
  truncated: z.boolean(),
});

/** One turn of the conversation. */
export type Message = Pick<z.output<typeof message>, 'role' | 'content'> &
  Partial<Omit<z.output<typeof message>, 'role' | 'content'>>;
/** Starts an iteration. The published message types leave the agent out where they like. */
export type Generate = Omit<z.output<typeof generate>, 'agent_id'> & {
  readonly agent_id?: string | undefined;
};
/** What a dispatched command gave. */
export type DispatchResult = z.output<typeof dispatchResult>;

/** Decoders of the request body, by dialect. */
export const decodeDispatch: Readonly<Record<Dialect, (value: unknown) => Generate | DispatchResult>> = {
  live: decodeWith(z.discriminatedUnion('type', [generate, dispatchResult])),
  documented: decodeWith(
    z.discriminatedUnion('type', [generate.extend({ agent_id: option(z.string()) }), dispatchResult]),
  ),
};
