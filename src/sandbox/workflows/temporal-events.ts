import { z } from 'zod';
import { decodeWith, defineRoute, errorReply, jsonBody } from '../router.js';
import { option, strings } from '../shapes.js';

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

/**
 * Event intake of the real server's worker (operation ingestTemporalEvent). Only the service account
 * `aegis-temporal-worker` may use it; the sandbox plays workflows itself and has no such account.
 */
export const temporalEventsRoute = defineRoute({
  method: 'POST',
  path: '/v1/temporal-events',
  dialects: ['live'],
  decode: (request) => jsonBody(request, decodeEvent),
  run: () => errorReply(401, 'Unauthorized'),
});
