import type { SandboxExecutions } from './executions.js';
import type { ActivityEvent, AgentRecord, ExecutionRecord, SandboxContext, SseSink } from './kernel.js';

/** Executions of an agent whose history its stream replays. */
const AGENT_HISTORY = 50;

/** How an event looks on the wire; undefined leaves it out. */
export type Render = (event: ActivityEvent) => unknown;

/** The live server's form: the envelope with its nullable members spelled out. */
export const renderActivity: Render = (event) => ({
  event_type: event.event_type,
  category: event.category,
  timestamp: event.timestamp,
  execution_id: event.execution_id ?? null,
  agent_id: event.agent_id ?? null,
  iteration: event.iteration ?? null,
  stage: event.stage,
  message: event.message,
  details: event.details,
});

/** An execution's stream: its rebuilt history, then live events. `isLast` ends it; without, live never ends. */
export async function streamExecution(
  { context, executions }: { context: SandboxContext; executions: SandboxExecutions },
  execution: ExecutionRecord,
  sink: SseSink,
  options: { follow: boolean; render: Render; isLast?: (event: ActivityEvent) => boolean },
): Promise<void> {
  const live = context.activity.subscribe(sink.signal);
  const breakAfter = options.follow ? executions.takeStreamBreak(execution.id) : undefined;
  let sent = 0;
  for await (const event of joined(executions.history(execution), live, options.follow)) {
    if (event.execution_id !== execution.id) continue;
    const data = options.render(event);
    if (data !== undefined && !(await sink.send(data))) return;
    if (data !== undefined) sent += 1;
    if (sent === breakAfter) return sink.abort();
    if (options.isLast?.(event)) return;
  }
}

async function* joined(
  history: readonly ActivityEvent[],
  live: AsyncIterable<ActivityEvent>,
  follow: boolean,
) {
  yield* history;
  if (follow) yield* live;
}

/**
 * An agent's stream: the history of its last 50 executions, then, when following, its live events. As on the real
 * server a live event of something that is no agent execution breaks the stream; `verbose` also passes events that
 * belong to nobody.
 */
export async function streamAgent(
  { context, executions }: { context: SandboxContext; executions: SandboxExecutions },
  agent: { readonly id: string; readonly tenant: string },
  sink: SseSink,
  options: { follow: boolean; verbose: boolean; render: Render },
): Promise<void> {
  const live = context.activity.subscribe(sink.signal);
  const runs = executions.list(agent.tenant, { agentId: agent.id, limit: AGENT_HISTORY });
  const history = runs.flatMap((execution) => executions.history(execution)).sort(byTime);
  for (const event of history) {
    const data = options.render(event);
    if (data !== undefined && !(await sink.send(data))) return;
  }
  if (!options.follow) return;
  for await (const event of live) {
    const owner = ownerOf(event, executions);
    if (owner === 'unknown') return sink.abort();
    const wanted = owner === agent.id || (owner === undefined && options.verbose);
    const data = wanted ? options.render(event) : undefined;
    if (data !== undefined && !(await sink.send(data))) return;
  }
}

function byTime(left: ActivityEvent, right: ActivityEvent): number {
  return Date.parse(left.timestamp) - Date.parse(right.timestamp);
}

/** The agent an event belongs to, undefined for none, `unknown` for an execution id that is no agent execution. */
function ownerOf(
  event: ActivityEvent,
  executions: SandboxExecutions,
): AgentRecord['id'] | undefined | 'unknown' {
  if (event.execution_id) return executions.any(event.execution_id)?.agent_id ?? 'unknown';
  return event.agent_id ?? undefined;
}
