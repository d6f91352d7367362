import { z } from 'zod';
import {
  DEFAULT_LIMIT,
  type ExecutionServices,
  executeAgent,
  executeShape,
  MAX_LIMIT,
  sse,
} from './execution-routes.js';
import { documentedExecution } from './execution-views.js';
import { isObject } from './json-schema.js';
import type { ActivityEvent, ExecutionRecord, Route, SandboxRequest } from './kernel.js';
import {
  decodeWith,
  defineRoute,
  intQuery,
  json,
  jsonBody,
  parseUuid,
  refuse,
  uuidParam,
  uuidQuery,
} from './router.js';
import { type Render, streamAgent, streamExecution } from './streams.js';

const DOCUMENTED = ['documented'] as const;
const executionId = (request: SandboxRequest) => uuidParam(request, 'execution_id');
const startBody = decodeWith(z.object({ agent_id: z.string(), ...executeShape }));

/** The execution routes of the published reference: start, stream, full records, wrapped lists. */
export function documentedExecutionRoutes(services: ExecutionServices): readonly Route[] {
  const { executions } = services;
  const read = (request: SandboxRequest, id: string): ExecutionRecord =>
    executions.get(id, request.effectiveTenant) ?? refuse(404, 'Execution not found');
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/executions',
      dialects: DOCUMENTED,
      scope: 'agent:execute',
      decode: (request) => jsonBody(request, startBody),
      run(request, { agent_id, ...body }) {
        const id = parseUuid(agent_id) ?? refuse(400, 'Invalid agent ID');
        return executeAgent(services, request, id, body);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/executions',
      dialects: DOCUMENTED,
      scope: 'execution:list',
      decode: (request) => ({
        agentId: uuidQuery(request, 'agent_id'),
        limit: intQuery(request, 'limit', DEFAULT_LIMIT),
      }),
      run(request, filter) {
        const found = executions.search({
          ...filter,
          tenant: request.effectiveTenant,
          limit: Math.min(filter.limit, MAX_LIMIT),
        });
        return json({ executions: found.map(documentedExecution) });
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/executions/{execution_id}',
      dialects: DOCUMENTED,
      scope: 'execution:read',
      decode: executionId,
      run: (request, id) => json(documentedExecution(read(request, id))),
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/executions/{execution_id}',
      dialects: DOCUMENTED,
      scope: 'execution:remove',
      decode: executionId,
      run(request, id) {
        executions.remove(read(request, id).id, request.effectiveTenant);
        return json({ status: 'deleted' });
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/executions/{execution_id}/cancel',
      dialects: DOCUMENTED,
      scope: 'execution:cancel',
      decode: executionId,
      run(request, id) {
        executions.cancel(read(request, id).id, request.effectiveTenant);
        return json({ status: 'cancelled' });
      },
    }),
    ...documentedStreams(services, read),
  ];
}

function documentedStreams(
  services: ExecutionServices,
  read: (request: SandboxRequest, id: string) => ExecutionRecord,
): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/executions/{execution_id}/stream',
      dialects: DOCUMENTED,
      scope: 'execution:stream',
      queryToken: true,
      decode: executionId,
      run(request, id) {
        const execution = read(request, id);
        const options = { follow: true, render: renderOneKey, isLast };
        return sse((sink) => streamExecution(services, execution, sink, options));
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/agents/{agent_id}/events',
      dialects: DOCUMENTED,
      scope: 'agent:logs',
      queryToken: true,
      decode: (request) => uuidParam(request, 'agent_id'),
      run(request, id) {
        const agent = { id, tenant: request.effectiveTenant };
        const options = { follow: true, verbose: false, render: renderOneKey };
        return sse((sink) => streamAgent(services, agent, sink, options));
      },
    }),
  ];
}

const LAST: ReadonlySet<string> = new Set([
  'execution_completed',
  'execution_failed',
  'execution_cancelled',
  'execution_timed_out',
]);

function isLast(event: ActivityEvent): boolean {
  return LAST.has(event.event_type);
}

type Fields = Readonly<Record<string, unknown>>;

/** The documented event set; ends it does not know become execution_failed with a reason. */
const RENDER: ReadonlyMap<string, (fields: Fields) => Fields> = new Map([
  ['execution_started', (f: Fields) => ({ execution_started: f })],
  ['iteration_started', (f: Fields) => ({ iteration_started: f })],
  ['console_output', (f: Fields) => ({ iteration_output: pick(f, { output: f.content }) })],
  ['iteration_completed', (f: Fields) => ({ iteration_completed: f })],
  ['iteration_failed', (f: Fields) => ({ iteration_failed: { ...f, error: documentedError(f.error) } })],
  ['refinement_applied', (f: Fields) => ({ refinement_applied: { ...f, code_diff: '' } })],
  ['execution_completed', (f: Fields) => ({ execution_completed: f })],
  ['execution_failed', (f: Fields) => ({ execution_failed: f })],
  ['execution_cancelled', (f: Fields) => failed(f, 'Execution cancelled', f.cancelled_at)],
  ['execution_timed_out', (f: Fields) => failed(f, 'Execution timed out', f.timed_out_at)],
]);

/** One key names the event; events outside the documented set are left out. */
export const renderOneKey: Render = (event) => {
  const { details } = event;
  if (!isObject(details)) return undefined;
  const fields = Object.values(details).find(isObject);
  return fields && RENDER.get(event.event_type)?.(fields);
};

function pick({ execution_id, iteration_number }: Fields, rest: Fields): Fields {
  return { execution_id, iteration_number, ...rest };
}

function documentedError(error: unknown): Fields {
  return { error_type: 'execution', message: isObject(error) ? error.message : String(error) };
}

function failed(
  { execution_id, agent_id, total_iterations }: Fields,
  reason: string,
  failed_at: unknown,
): Fields {
  return { execution_failed: { execution_id, agent_id, reason, total_iterations, failed_at } };
}
