/** The three stream tools: rows' routes and arguments handed to the stream readers. */
import { z } from 'zod';
import { isRefusedUnread } from '../../client/decode-error.js';
import type { HttpClient, RequestOptions, SseEvent, WireRequest } from '../../client/types.js';
import { AegisError } from '../../errors.js';
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
const reading = () => ({
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
  return { value: await streamExecution(call.args, await depsOf(call, detail)) };
}

export async function runAgentEvents(
  call: Call<StreamAgentEventsArgs>,
  detail: AnyWire,
): Promise<Ran<AgentEventsDigest>> {
  return { value: await streamAgentEvents(call.args, await depsOf(call, detail)) };
}

export async function runWorkflowLogs(
  call: Call<StreamWorkflowLogsArgs>,
  wires: { readonly page: AnyWire; readonly detail: AnyWire },
): Promise<Ran<Digest>> {
  const deps = await depsOf(call, wires.detail);
  const readPage = (limit: number, offset: number): Promise<unknown> =>
    call.read(wires.page, { ...call.args, limit, offset });
  return { value: await streamWorkflowLogs(call.args, { ...deps, readPage }) };
}

type StreamArgs = StreamExecutionArgs | StreamAgentEventsArgs | StreamWorkflowLogsArgs;

async function depsOf<A extends StreamArgs>(call: Call<A>, detail: AnyWire): Promise<StreamDeps> {
  const { context, args } = call;
  const attempts = await call.requests();
  const [first] = attempts;
  if (first === undefined) throw new AegisError('internal', 'A stream tool has no route.');
  return {
    http: withFallback(
      context.http,
      attempts.map(({ request }) => request),
    ),
    signal: context.signal,
    progress: context.progress,
    open: () => first.request,
    readRecord: () => call.read(detail, { ...args }),
  };
}

/** The client, but its stream tries the routes of each dialect until one of them is there. */
function withFallback(http: HttpClient, requests: readonly WireRequest[]): HttpClient {
  if (requests.length < 2) return http;
  let answering: WireRequest | undefined;
  const stream = async function* (asked: WireRequest, options: RequestOptions): AsyncGenerator<SseEvent> {
    for (const request of answering === undefined ? requests : [answering])
      try {
        for await (const item of http.stream(
          { ...request, ...(asked.query && { query: asked.query }) },
          options,
        )) {
          answering = request;
          yield item;
        }
        return;
      } catch (error) {
        if (answering !== undefined || !isRefusedUnread(error) || request === requests.at(-1)) throw error;
      }
  };
  return { ...http, stream };
}
