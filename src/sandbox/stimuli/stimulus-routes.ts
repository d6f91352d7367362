/** `POST /v1/stimuli` and the reading routes (contract tag stimuli). */
import { z } from 'zod';
import { type Dialect, type Reply, ReplyError, type Route, type SandboxRequest } from '../kernel.js';
import { caller, decodeWith, delegate, intQuery, json, jsonBody, refuse, uuidParam } from '../router.js';
import { option } from '../shapes.js';
import type { StimulusRecord } from './records.js';
import type { Accepted, Stimuli } from './service.js';

/** What a caller over the API is called, whatever the body says. */
const API_SOURCE = 'http_api';
const MAX_LISTED = 500;
/** SQLite takes it as no limit. */
const ALL = -1;

const text = option(z.string());
const decodeIngestion: Readonly<Record<Dialect, (value: unknown) => Ingestion>> = {
  live: decodeWith(z.object({ content: z.string(), idempotency_key: text })),
  documented: decodeWith(z.object({ source: text, content: z.string(), idempotency_key: text })),
};

interface Ingestion {
  readonly source?: string | undefined;
  readonly content: string;
  readonly idempotency_key?: string | undefined;
}

/** Ingestion and the reading routes of one dialect. */
export function stimulusRoutes(stimuli: Stimuli, dialect: Dialect): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/v1/stimuli',
      handler(request) {
        const body = jsonBody(request, decodeIngestion[dialect]);
        const { source = API_SOURCE, content, idempotency_key: idempotencyKey } = body;
        const { tenant } = dialect === 'documented' ? delegate(request) : caller(request);
        return acceptedReply(stimuli.ingest({ tenant, source, content, idempotencyKey }), dialect);
      },
    },
    ...(dialect === 'live' ? liveReading(stimuli) : documentedReading(stimuli)),
  ];
}

/** 202 with the place of the logs; 200 in the published reference (D54). */
export function acceptedReply(accepted: Accepted, dialect: Dialect): Reply {
  if (dialect === 'documented') return json(accepted);
  const location = `/v1/workflows/executions/${accepted.workflow_execution_id}/logs`;
  return json(accepted, 202, { location });
}

/** Operators see every tenant's; nobody else sees any. */
function liveReading(stimuli: Stimuli): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/stimuli',
      handler(request) {
        const asked = intQuery(request, 'limit', ALL);
        requireOperator(request);
        const limit = asked === ALL ? ALL : Math.min(Math.max(asked, 1), MAX_LISTED);
        return json({ items: stimuli.records.list({ limit }).map(liveStimulus) });
      },
    },
    {
      method: 'GET',
      path: '/v1/stimuli/{stimulus_id}',
      handler(request) {
        const id = uuidParam(request, 'stimulus_id');
        requireOperator(request);
        const found = stimuli.records.get(id);
        return json(found ? { stimulus: liveStimulus(found) } : { error: 'Stimulus not found' });
      },
    },
  ];
}

function documentedReading(stimuli: Stimuli): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/stimuli',
      handler(request) {
        const { tenant } = delegate(request);
        return json({ stimuli: stimuli.records.list({ tenant, limit: ALL }).map(documentedStimulus) });
      },
    },
    {
      method: 'GET',
      path: '/v1/stimuli/{stimulus_id}',
      handler(request) {
        const found = stimuli.records.get(uuidParam(request, 'stimulus_id'));
        const own = found?.tenant_id === delegate(request).tenant ? found : undefined;
        return json(documentedStimulus(own ?? refuse(404, 'Stimulus not found')));
      },
    },
  ];
}

function requireOperator(request: SandboxRequest): void {
  if (caller(request).kind === 'operator') return;
  const message = 'This endpoint is for operators';
  throw new ReplyError(json({ error: 'operator_required', message }, 403));
}

/** Contract schema Stimulus: without the content. */
function liveStimulus(record: StimulusRecord) {
  const { tenant_id: _tenant, content: _content, workflow_execution_id: _execution, ...rest } = record;
  return rest;
}

function documentedStimulus(record: StimulusRecord) {
  const { stimulus_id, source, content, status, workflow_execution_id, received_at: created_at } = record;
  return { stimulus_id, source, content, status, workflow_execution_id, created_at };
}
