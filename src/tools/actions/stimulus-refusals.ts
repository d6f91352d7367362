/** What the machine codes of the stimulus routes mean (ingestStimulus, sendWebhook, keycloakWebhook). */
import type { Advice } from './advice.js';

const START_IT = 'start the workflow itself with run_workflow';
const NOT_UNDERSTOOD = { next: `Say more plainly what happened, or ${START_IT}.` };

export const STIMULUS_ADVICE: Advice = {
  stimulus_service_unavailable: {
    cause: 'This server runs no stimulus service; nothing was started',
    next: `Do not repeat it: ${START_IT}.`,
    mayHaveRun: false,
  },
  idempotent_duplicate: {
    cause: 'A stimulus with this idempotency key was taken before; nothing was started again',
    next: 'Nothing is left to do. A new event needs a key of its own.',
  },
  ambiguous_webhook_route: {
    next: 'Several routes of the server fit this source: have its operator leave one.',
  },
  unregistered_webhook_source: {
    cause: 'The server knows no such source; nothing was started',
    next: `Check the name of the source, or ${START_IT}.`,
    mayHaveRun: false,
  },
  no_router_configured: {
    cause: 'The server has neither a route for this source nor a router agent',
    next: `Have its operator configure one, or ${START_IT}.`,
  },
  unknown_workflow: {
    next: 'The route leads to a workflow that is not registered: see list_workflows, then register_workflow.',
  },
  classification_failed: NOT_UNDERSTOOD,
  classification_parse_error: NOT_UNDERSTOOD,
  router_agent_failed: NOT_UNDERSTOOD,
  workflow_error: {
    cause: 'A workflow was found, but did not start',
    next: 'Look at list_workflow_executions before you repeat it.',
  },
};

/** The route of the Temporal worker refuses every other identity as if its token were wrong. */
export const TEMPORAL_ADVICE: Advice = {
  401: {
    next: 'Only the service account aegis-temporal-worker may report events: leave it to the worker, or have this server started with a fresh token of that account.',
  },
};

export const KEYCLOAK_ADVICE: Advice = {
  '503 empty': {
    cause: 'The server provisions no users, or cannot find this one in Keycloak yet',
    next: 'Check user_id and repeat it once the user is in Keycloak; else have the operator configure provisioning.',
  },
};
