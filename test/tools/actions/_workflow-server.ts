/** A workflow execution on a real HTTP server: stored log, record, and a live stream without history. */
import { type Answer, EXECUTION, type Script, type StreamServer, serveStreams } from './_stream-server.js';

const names = {
  execution_id: EXECUTION,
  workflow_id: 'a0000000-0000-4000-8000-000000000000',
  workflow_name: 'w',
};

/** A stored log event with its TemporalEventPayload, as getWorkflowExecutionLogs gives it. */
export function logEvent(event_type: string, second: number, fields: Record<string, unknown> = {}): unknown {
  const timestamp = `2026-01-02T03:04:${String(second).padStart(2, '0')}Z`;
  const { state_name } = fields;
  return {
    ...names,
    event_type,
    message: `${event_type} happened`,
    ...(state_name === undefined ? {} : { state_name }),
    timestamp,
    details: {
      event_type,
      execution_id: EXECUTION,
      temporal_sequence_number: second,
      output: null,
      error: null,
      final_output: null,
      ...fields,
      timestamp,
    },
  };
}

/** The same event as the live stream sends it: tagged by its variant, without final_output. */
export function liveEvent(event_type: string, second: number): unknown {
  const timestamp = `2026-01-02T03:04:${String(second).padStart(2, '0')}Z`;
  return {
    ...names,
    event_type,
    message: 'm',
    timestamp,
    details: { [event_type]: { execution_id: EXECUTION } },
  };
}

export interface WorkflowState {
  readonly log: unknown[];
  status: string;
}

/** Serves `state`, which a test may change while it runs. Pages are never longer than 100, as by default. */
export async function serveWorkflow(
  state: WorkflowState,
  stream: readonly (Script | Answer)[],
): Promise<StreamServer> {
  return await serveStreams({
    stream,
    read(url) {
      if (!url.pathname.endsWith('/logs')) {
        return { status: 200, json: { execution_id: EXECUTION, status: state.status, current_state: 'S' } };
      }
      const limit = Math.min(100, Number(url.searchParams.get('limit') ?? 100));
      const offset = Number(url.searchParams.get('offset') ?? 0);
      const events = state.log.slice(offset, offset + limit);
      return { status: 200, json: { execution_id: EXECUTION, events, count: events.length, limit, offset } };
    },
  });
}
