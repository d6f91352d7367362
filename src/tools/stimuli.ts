/** Stimuli and webhooks: events from outside that start agents and workflows. */
import { z } from 'zod';
import { isObject } from '../client/json-object.js';
import { answered } from './actions/advice.js';
import { KEYCLOAK_ADVICE, STIMULUS_ADVICE, TEMPORAL_ADVICE } from './actions/stimulus-refusals.js';
import { sendWebhook, webhookBody, webhookHeaders } from './actions/webhook.js';
import type { AnyArgs } from './define.js';
import { action, op } from './define.js';
import { acknowledge, acknowledged, around, idOf, listOf, record } from './results.js';
import { anyJson, executionId, id, limitOfAll, object, text } from './shapes.js';

const stimulus = () =>
  z.looseObject({
    stimulus_id: z.string(),
    source: z.string().nullish(),
    status: z.string().nullish(),
    workflow_id: z.string().nullish(),
    received_at: z.string().nullish(),
  });

const accepted = () =>
  z.looseObject({ stimulus_id: z.string(), workflow_execution_id: z.string().nullish() });

const toStimulus = (value: AnyArgs) => ({ ...value, stimulus_id: idOf('stimulus_id', value) });

export const stimuli = {
  list_stimuli: op({
    title: 'List stimuli',
    description:
      'Lists recent stimuli, newest activity first: source, status, the workflow they were routed to, or why not. Operators only; service accounts are refused.',
    toolset: 'stimuli',
    effect: 'read',
    untrusted: true,
    adapted: 'The live server lists them as items (D57), and only those since its start.',
    input: () => ({ limit: limitOfAll() }),
    output: () => z.looseObject({ stimuli: z.array(stimulus()) }),
    live: { operation: 'listStimuli', route: 'GET /v1/stimuli', query: ['limit'] },
    result: (body) => ({ ...around('stimuli', body), stimuli: listOf('stimuli', body, toStimulus) }),
  }),

  get_stimulus: op({
    title: 'Get stimulus',
    description:
      'Gets one stimulus by id: source, status, routing and times. Operators only; service accounts are refused.',
    toolset: 'stimuli',
    effect: 'read',
    untrusted: true,
    adapted:
      'The live server wraps it in {stimulus} and answers HTTP 200 with an error for an unknown id (D58).',
    input: () => ({ stimulus_id: id('UUID of the stimulus, from list_stimuli or ingest_stimulus.') }),
    output: stimulus,
    live: { operation: 'getStimulus', route: 'GET /v1/stimuli/{stimulus_id}' },
    result: (body) => {
      const found = record(body);
      return toStimulus(isObject(found.stimulus) ? found.stimulus : found);
    },
  }),

  ingest_stimulus: action({
    title: 'Ingest stimulus',
    description:
      'Hands an event to the server, which routes it to a workflow and starts it. Waits for the routing, up to 30 seconds. Use run_workflow when the workflow is known.',
    toolset: 'stimuli',
    effect: 'write',
    wrapper: 'payload',
    adapted:
      'The live server answers 202 and takes every source for http_api (D54). Builds without the stimulus service answer 503 (D55).',
    input: () => ({
      content: text('What happened: plain language, or JSON as text.').min(1),
      source: text(
        'Name of the source. Default http_api; the server may take every source for that one.',
      ).optional(),
      idempotency_key: text(
        'A second stimulus with the same key within 24 hours is refused as a duplicate. Default none.',
      ).optional(),
    }),
    output: accepted,
    live: {
      operation: 'ingestStimulus',
      route: 'POST /v1/stimuli',
      body: ({ content, source, idempotency_key }) => ({
        json: { source: source ?? 'http_api', content, idempotency_key },
      }),
    },
    run: answered(STIMULUS_ADVICE, (body) => toStimulus(record(body))),
  }),

  send_webhook: action({
    title: 'Send webhook',
    description:
      'Sends an event as a named source, signed with the secret that AEGIS_WEBHOOK_SECRETS holds for it; the server routes it to a workflow. Not for stripe, git and keycloak.',
    toolset: 'stimuli',
    effect: 'write',
    adapted:
      'The SDK does not sign and gets 401; here the exact bytes are signed (D56). The live server does not read X-Idempotency-Key, and builds without the stimulus service answer 503 (D55).',
    input: () => ({
      source: id('Webhook source as the server knows it, for example ci.'),
      payload: anyJson('The event, at most 1 MiB: text is sent as it is, anything else as JSON.'),
      content_type: z
        .string()
        .regex(/^[\w.+-]+\/[\w.+-]+(\s*;\s*[\w-]+=[\w."-]+)*$/)
        .describe('Content-Type. Default application/json, or text/plain for text that is no JSON.')
        .optional(),
      idempotency_key: z
        .string()
        .regex(/^[\x21-\x7e]{1,255}$/)
        .describe('Lets the server notice a second delivery, if it reads keys at all. Default none.')
        .optional(),
    }),
    output: accepted,
    live: {
      operation: 'sendWebhook',
      route: 'POST /v1/webhooks/{source}',
      auth: 'none',
      body: (args) => webhookBody(args),
      headers: (args, means) => webhookHeaders(args, means),
    },
    run: async (call) => ({ value: toStimulus(record(await sendWebhook(call))) }),
  }),

  keycloak_webhook: action({
    title: 'Keycloak webhook',
    description:
      'Reports a Keycloak event as Keycloak would; REGISTER provisions the new user, other types are ignored. For repairing a lost event: the server checks neither bearer nor signature.',
    toolset: 'stimuli',
    effect: 'write',
    sensitive: true,
    aliases: { userId: 'user_id' },
    adapted: 'The answer is empty; the status received is added.',
    alternative: 'Have Keycloak deliver its event again; this server has no intake for it over REST.',
    input: () => ({
      type: text('Type of the event, for example REGISTER.').min(1),
      user_id: text('Id of the user in Keycloak (sent as userId).').min(1),
    }),
    output: acknowledged,
    live: {
      operation: 'keycloakWebhook',
      route: 'POST /v1/webhooks/keycloak',
      auth: 'none',
      body: ({ type, user_id }) => ({ json: { type, userId: user_id } }),
    },
    run: answered(KEYCLOAK_ADVICE, (body, { type, user_id }) =>
      acknowledge('received', body, { type, user_id }),
    ),
  }),

  ingest_temporal_event: action({
    title: 'Ingest Temporal event',
    description:
      'Reports an event of a workflow execution to the server. For the Temporal worker: the server takes it only from the service account aegis-temporal-worker, and it changes the record of the execution.',
    toolset: 'stimuli',
    effect: 'write',
    sensitive: true,
    wrapper: 'payload',
    alternative: 'The worker reports events by itself: read them with get_workflow_execution_logs.',
    input: () => ({
      event_type: text('Type of the event, for example WorkflowExecutionCompleted.').min(1),
      execution_id: executionId(),
      temporal_sequence_number: z.int().describe('Number of the event within the execution.'),
      timestamp: text('RFC 3339 time of the event.').min(1),
      workflow_id: text('Workflow of the execution.').optional(),
      state_name: text('State the event belongs to.').optional(),
      output: anyJson('Output of the state.').optional(),
      final_output: anyJson('Output of the execution.').optional(),
      error: text('What went wrong.').optional(),
      iteration_number: z.int().min(0).max(255).describe('Iteration, 0 to 255.').optional(),
      agent_id: text('Agent the event belongs to.').optional(),
      more: object(
        'Further members of the event by their names on the wire, for example exit_code.',
      ).optional(),
    }),
    output: acknowledged,
    live: {
      operation: 'ingestTemporalEvent',
      route: 'POST /v1/temporal-events',
      body: ({ more, ...event }) => ({ json: { ...more, ...event } }),
    },
    run: answered(TEMPORAL_ADVICE, (body, { execution_id }) =>
      acknowledge('received', body, { execution_id }),
    ),
  }),
};
