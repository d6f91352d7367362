import { z } from 'zod';
import { decodeWith, defineRoute, errorReply, jsonBody } from '../router.js';

const decodeEvent = decodeWith(
  z.object({
    event_type: z.string(),
    execution_id: z.string(),
    temporal_sequence_number: z.int(),
    timestamp: z.string(),
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
