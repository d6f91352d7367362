import { z } from 'zod';
import type { Route } from '../kernel.js';
import { caller, decodeWith, defineRoute, errorReply, json, jsonBody } from '../router.js';
import { option, strings } from '../shapes.js';
import type { WorkerEvent } from './logs.js';
import type { Workflows } from './service.js';

const WORKER = 'aegis-temporal-worker';

const text = option(z.string());
const integer = option(z.int());

/** TemporalEventPayload; members of any JSON type need no entry. */
const decodeEvent = decodeWith(
  z.object({
    event_type: z.string(),
    execution_id: z.string(),
    temporal_sequence_number: z.int(),
    timestamp: z.string(),
    iteration_number: option(z.int().min(0).max(255)),
    artifacts: option(strings),
    ...{ workflow_id: text, state_name: text, error: text, agent_id: text, parent_execution_id: text },
    ...{ child_execution_id: text, child_workflow_id: text, mode: text, result_key: text },
    ...{ parent_state_name: text, name: text, image: text, stderr: text, completion: text },
    ...{ tenant_id: text, workflow_execution_id: text, intent: text, language: text },
    ...{ workspace_volume_id: text, final_result: text, failed_at_state: text },
    ...{ exit_code: integer, duration_ms: integer, step_count: integer, succeeded: integer, failed: integer },
    reused_existing_agent: option(z.boolean()),
    agent_similarity_score: option(z.number()),
  }),
);

type Decoded = ReturnType<typeof decodeEvent>;

function withoutAbsent({ state_name, iteration_number, ...event }: Decoded): WorkerEvent {
  return {
    ...event,
    ...(state_name !== undefined && { state_name }),
    ...(iteration_number !== undefined && { iteration_number }),
  };
}

/**
 * Event intake of the real server's worker (operation ingestTemporalEvent), for the service account
 * `aegis-temporal-worker` alone. An event goes into the log of its execution; the run itself goes on as it was,
 * because the sandbox plays workflows without a worker.
 */
export function temporalEventsRoute(workflows: Workflows): Route {
  return defineRoute({
    method: 'POST',
    path: '/v1/temporal-events',
    dialects: ['live'],
    decode: (request) => jsonBody(request, decodeEvent),
    run(request, event) {
      if (caller(request).clientId !== WORKER) return errorReply(401, 'Unauthorized');
      const { execution_id } = event;
      if (workflows.note(withoutAbsent(event))) return json({ status: 'received', execution_id });
      return errorReply(400, `Failed to process event: workflow execution ${execution_id} not found`);
    },
  });
}
