/** Literal requests of the stimulus and webhook tools. */
import type { Case } from './_case.js';

const STIMULUS = '57131400-0d0e-4b8e-9c43-6b1f5b1a0c01';
const RUN = '8c1d5a5e-7a52-4e0e-8c3b-2f4f6f0f9a22';
const FLOW = '5b2f1a90-10c4-4b3f-9d5e-77c1c2a3b433';
const json = 'application/json';

const ROUTED = {
  stimulus_id: STIMULUS,
  source: 'http_api',
  status: 'classified',
  workflow_id: FLOW,
  confidence: 0.93,
  routing_mode: 'LlmClassified',
  rejection_reason: null,
  classification_error: null,
  received_at: '2026-05-08T10:00:00Z',
  last_event_at: '2026-05-08T10:00:02Z',
};
const ACCEPTED = { stimulus_id: STIMULUS, workflow_execution_id: RUN };

export const CASES: readonly Case[] = [
  {
    tool: 'list_stimuli',
    dialect: 'live',
    args: { limit: 5 },
    asked: [{ method: 'GET', path: '/v1/stimuli?limit=5' }],
    answers: [{ json: { items: [ROUTED] } }],
    result: { stimuli: [ROUTED] },
  },
  {
    tool: 'list_stimuli',
    dialect: 'documented',
    args: {},
    asked: [{ method: 'GET', path: '/v1/stimuli' }],
    answers: [{ json: { stimuli: [{ id: 'stim-1', source: 'ci' }] } }],
    result: { stimuli: [{ stimulus_id: 'stim-1', source: 'ci' }] },
  },
  {
    tool: 'get_stimulus',
    dialect: 'live',
    args: { stimulus_id: STIMULUS },
    asked: [{ method: 'GET', path: `/v1/stimuli/${STIMULUS}` }],
    answers: [{ json: { stimulus: ROUTED } }],
    result: ROUTED,
  },
  {
    tool: 'get_stimulus',
    dialect: 'documented',
    args: { stimulus_id: 'stim-1' },
    asked: [{ method: 'GET', path: '/v1/stimuli/stim-1' }],
    answers: [{ json: { stimulus_id: 'stim-1', source: 'ci' } }],
    result: { stimulus_id: 'stim-1', source: 'ci' },
  },
  {
    tool: 'ingest_stimulus',
    dialect: 'live',
    args: { content: 'Deploy release v2.1.0 to production.' },
    asked: [
      {
        method: 'POST',
        path: '/v1/stimuli',
        type: json,
        body: { source: 'http_api', content: 'Deploy release v2.1.0 to production.' },
      },
    ],
    answers: [{ status: 202, json: ACCEPTED }],
    result: ACCEPTED,
  },
  {
    tool: 'ingest_stimulus',
    dialect: 'documented',
    args: { payload: { source: 'crm', content: 'A new lead.', idempotency_key: 'lead-7' } },
    asked: [
      {
        method: 'POST',
        path: '/v1/stimuli',
        type: json,
        body: { source: 'crm', content: 'A new lead.', idempotency_key: 'lead-7' },
      },
    ],
    answers: [{ json: { stimulus_id: 'stim-1', workflow_execution_id: 'wfex-1' } }],
    result: { stimulus_id: 'stim-1', workflow_execution_id: 'wfex-1' },
  },
  {
    tool: 'send_webhook',
    dialect: 'live',
    args: { source: 'ci', payload: { event: 'build', ok: true } },
    asked: [{ method: 'POST', path: '/v1/webhooks/ci', type: json, body: { event: 'build', ok: true } }],
    // HMAC-SHA256 of `{"event":"build","ok":true}` under whsec-ci.
    headers: {
      'x-aegis-signature': 'sha256=659d24503de1ff5234c96dbd2c16e9429c77f7faa6da621d52c66782bdcff3d5',
    },
    answers: [{ status: 202, json: ACCEPTED }],
    result: ACCEPTED,
  },
  {
    tool: 'send_webhook',
    dialect: 'live',
    args: { source: 'github', payload: 'Grüße', idempotency_key: 'delivery-1' },
    asked: [
      { method: 'POST', path: '/v1/webhooks/github', type: 'text/plain; charset=utf-8', body: 'Grüße' },
    ],
    // HMAC-SHA256 of `Grüße` in UTF-8 under whsec-github.
    headers: {
      'x-aegis-signature': 'sha256=ebbfbd30c372bdc8cf87744e3b58a59b4f8979209e090146da1acc9c10289e53',
      'x-idempotency-key': 'delivery-1',
    },
    answers: [{ status: 202, json: ACCEPTED }],
    result: ACCEPTED,
  },
  {
    tool: 'send_webhook',
    dialect: 'documented',
    args: { source: 'ci', payload: '{ "spaced" : 1 }', content_type: 'application/vnd.ci+json' },
    asked: [
      {
        method: 'POST',
        path: '/v1/webhooks/ci',
        type: 'application/vnd.ci+json',
        body: '{ "spaced" : 1 }',
      },
    ],
    // HMAC-SHA256 of `{ "spaced" : 1 }`, spaces and all, under whsec-ci.
    headers: {
      'x-aegis-signature': 'sha256=68fec73e4c9672a124bfbf41843456fd95301ef4c7a72ddf02f38e5a85e6e8a6',
    },
    answers: [{ json: { stimulus_id: 'stim-1', workflow_execution_id: 'wfex-1' } }],
    result: { stimulus_id: 'stim-1', workflow_execution_id: 'wfex-1' },
  },
  {
    tool: 'keycloak_webhook',
    dialect: 'live',
    args: { type: 'REGISTER', userId: 'user-1' },
    asked: [
      {
        method: 'POST',
        path: '/v1/webhooks/keycloak',
        type: json,
        body: { type: 'REGISTER', userId: 'user-1' },
      },
    ],
    answers: [{ status: 201, empty: true }],
    result: { type: 'REGISTER', user_id: 'user-1', status: 'received' },
  },
  {
    tool: 'ingest_temporal_event',
    dialect: 'live',
    args: {
      event_type: 'WorkflowStateExited',
      execution_id: RUN,
      temporal_sequence_number: 7,
      timestamp: '2026-05-08T10:00:00Z',
      state_name: 'BUILD',
      output: { ok: true },
      more: { exit_code: 0 },
    },
    asked: [
      {
        method: 'POST',
        path: '/v1/temporal-events',
        type: json,
        body: {
          event_type: 'WorkflowStateExited',
          execution_id: RUN,
          temporal_sequence_number: 7,
          timestamp: '2026-05-08T10:00:00Z',
          state_name: 'BUILD',
          output: { ok: true },
          exit_code: 0,
        },
      },
    ],
    answers: [{ json: { execution_id: RUN, status: 'received' } }],
    result: { execution_id: RUN, status: 'received' },
  },
];
