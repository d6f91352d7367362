/** The three stream tools: rows' routes and arguments handed to the stream readers. */
import { z } from 'zod';
import type { AnyWire, Call, Ran } from '../define.js';
import type { Digest } from './digest.js';
import {
  type AgentEventsDigest,
  type StreamAgentEventsArgs,
  streamAgentEvents,
} from './stream-agent-events.js';
import { type StreamDeps, type StreamExecutionArgs, streamExecution } from './stream-execution.js';
import { type StreamWorkflowLogsArgs, streamWorkflowLogs } from './stream-workflow-logs.js';

const event = () =>
  z.object({
    type: z.string(),
    timestamp: z.string().optional(),
    execution_id: z.string().optional(),
    agent_id: z.string().optional(),
    iteration: z.number().optional(),
    state: z.string().optional(),
    message: z.string().optional(),
    data: z.record(z.string(), z.unknown()).readonly(),
  });

const status = () => z.enum(['running', 'completed', 'failed', 'cancelled', 'timed_out']);

/** Members of every digest: what was read, why reading stopped, where to continue. */
export const reading = () => ({
  reason: z.enum(['terminal', 'max_seconds', 'max_events', 'ended', 'connection_lost']),
  counts: z.record(z.string(), z.int()).readonly(),
  events: z.array(event()).readonly(),
  omitted_events: z.int(),
  cursor: z.string().optional(),
  reconnects: z.int(),
  gaps: z.string().optional(),
});

/** Digest of one run. */
export const digest = () =>
  z.object({
    status: status(),
    terminal: z.boolean(),
    final_output: z.unknown().optional(),
    error: z.string().optional(),
    iterations: z.int().optional(),
    ...reading(),
  });

/** Digest of the runs of one agent. */
export const agentEventsDigest = () =>
  z.object({
    executions: z.array(z.object({ execution_id: z.string(), status: status() })).readonly(),
    ...reading(),
  });

export async function runExecution(call: Call<StreamExecutionArgs>, detail: AnyWire): Promise<Ran<Digest>> {
  return { value: await streamExecution(call.args, depsOf(call, detail)) };
}

export async function runAgentEvents(
  call: Call<StreamAgentEventsArgs>,
  detail: AnyWire,
): Promise<Ran<AgentEventsDigest>> {
  return { value: await streamAgentEvents(call.args, depsOf(call, detail)) };
}

export async function runWorkflowLogs(
  call: Call<StreamWorkflowLogsArgs>,
  wires: { readonly page: AnyWire; readonly detail: AnyWire },
): Promise<Ran<Digest>> {
  const deps = depsOf(call, wires.detail);
  const readPage = (limit: number, offset: number): Promise<unknown> =>
    call.read(wires.page, { ...call.args, limit, offset });
  return { value: await streamWorkflowLogs(call.args, { ...deps, readPage }) };
}

type StreamArgs = StreamExecutionArgs | StreamAgentEventsArgs | StreamWorkflowLogsArgs;

function depsOf<A extends StreamArgs>(call: Call<A>, detail: AnyWire): StreamDeps {
  const { context, args } = call;
  return {
    signal: context.signal,
    progress: context.progress,
    stream: (signal, query) => call.stream(signal, query),
    readRecord: () => call.read(detail, { ...args }),
  };
}
