/** Follows all executions of one agent (streamAgentEvents). */
import type { Digest } from './digest.js';
import type { ActivityEvent } from './events.js';
import { type FollowSource, follow } from './follow.js';
import { type RunStatus, readExecutionEnd } from './outcome.js';
import { LIVE_ONLY, readOptions, type StreamBounds, type StreamDeps } from './stream-execution.js';

export interface StreamAgentEventsArgs extends StreamBounds {
  readonly agent_id: string;
  /** False reads the history alone and stops at its end. Default true. */
  readonly follow?: boolean | undefined;
}

/** A digest of many executions: there is no one outcome, but a state for each execution. */
export interface AgentEventsDigest
  extends Pick<Digest, 'reason' | 'counts' | 'events' | 'omitted_events' | 'cursor' | 'reconnects' | 'gaps'> {
  /** Executions with new events, the one heard of last at the end. At most 50. */
  readonly executions: readonly { readonly execution_id: string; readonly status: RunStatus }[];
}

const MAX_EXECUTIONS = 50;

/**
 * Reads until a bound. The live stream (`follow=true`, D19) begins with the history of up to 50 executions, is
 * cut in normal operation and never ends by itself. `readRecord` reads the agent (getAgent). Errors as
 * {@link follow}.
 */
export async function streamAgentEvents(
  args: StreamAgentEventsArgs,
  deps: StreamDeps,
): Promise<AgentEventsDigest> {
  const executions = new Map<string, RunStatus>();
  const onEvent = (event: ActivityEvent) => noteExecution(executions, event);
  const digest = await follow(describeSource(args, deps), { ...readOptions(args, deps), onEvent });
  const { status: _status, terminal: _terminal, ...rest } = digest;
  const states = [...executions].map(([execution_id, status]) => ({ execution_id, status }));
  return { ...rest, executions: states };
}

function describeSource(args: StreamAgentEventsArgs, deps: StreamDeps): FollowSource {
  const live = args.follow ?? true;
  let known = false;
  return {
    subject: args.agent_id,
    open: (signal) => deps.stream(signal, [['follow', String(live)]]),
    async reconcile() {
      if (!known) await deps.readRecord();
      known = true;
      return undefined;
    },
    endsWhenClosed: !live,
    breaksOften: true,
    gaps: LIVE_ONLY,
  };
}

function noteExecution(executions: Map<string, RunStatus>, event: ActivityEvent): void {
  const { execution_id: id } = event;
  if (id === undefined) return;
  const status = readExecutionEnd(event)?.status ?? executions.get(id) ?? 'running';
  executions.delete(id);
  executions.set(id, status);
  const [oldest] = executions.keys();
  if (executions.size > MAX_EXECUTIONS && oldest !== undefined) executions.delete(oldest);
}
