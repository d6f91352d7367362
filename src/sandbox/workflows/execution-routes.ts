import { z } from 'zod';
import type { Route, SandboxRequest } from '../kernel.js';
import { decodeWith, defineRoute, intQuery, json, jsonBody, parseUuid } from '../router.js';
import { anyExecutionParam, executionParam, listRuns, orderReply, readRun, tenantOf } from './handlers.js';
import { LogFeed } from './log-stream.js';
import { RUN_NOT_FOUND, type Workflows } from './service.js';
import { runDetail, runSummary } from './views.js';

const LIVE = ['live'] as const;
const decodeSignal = decodeWith(z.object({ response: z.string() }));

/** The real server's routes of runs that the published reference shows differently. */
export function executionRoutes(workflows: Workflows): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/workflows/executions',
      dialects: LIVE,
      scope: 'workflow:list',
      decode: pageOf,
      run: (request, page) => json(listRuns(workflows, request, page).map(runSummary)),
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/workflows/executions/{execution_id}',
      dialects: LIVE,
      scope: 'workflow:read',
      decode: executionParam,
      run: (request, id) => json(runDetail(readRun(workflows, request, id))),
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/workflows/executions/{execution_id}/signal',
      dialects: LIVE,
      scope: 'workflow:signal',
      decode: (request) => ({
        id: anyExecutionParam(request),
        ...jsonBody(request, decodeSignal),
      }),
      run: (request, { id, response }) => {
        return orderReply(workflows.signal(id, tenantOf(request), response), 'signal_sent', id);
      },
    }),
  ];
}

/** Routes of runs that both dialects have in the same form. */
export function sharedExecutionRoutes(workflows: Workflows): readonly Route[] {
  return [
    defineRoute({
      method: 'DELETE',
      path: '/v1/workflows/executions/{execution_id}',
      scope: 'workflow:cancel',
      decode: executionParam,
      run(request, id) {
        readRun(workflows, request, id);
        workflows.removeExecution(id, tenantOf(request));
        return json({ status: 'removed', execution_id: id });
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/workflows/executions/{execution_id}/cancel',
      scope: 'workflow:cancel',
      decode: executionParam,
      run: (request, id) => orderReply(workflows.cancel(id, tenantOf(request)), 'cancel_requested', id),
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/workflows/executions/{execution_id}/logs',
      scope: 'workflow:read',
      decode: (request) => ({
        id: executionParam(request),
        limit: intQuery(request, 'limit', 100),
        offset: intQuery(request, 'offset', 0),
      }),
      run(request, { id, limit, offset }) {
        readRun(workflows, request, id);
        const events = workflows.logs(id, limit, offset);
        return json({ execution_id: id, events, count: events.length, limit, offset });
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/workflows/executions/{execution_id}/logs/stream',
      scope: 'workflow:logs',
      decode: executionParam,
      run: (request, id) => streamLogs(workflows, request, id),
    }),
  ];
}

/** Paging of the list; what cannot be read takes its default (D39). */
export function pageOf({ query }: SandboxRequest) {
  const number = (name: string, absent: number) => {
    const value = query.get(name) ?? '';
    return /^\d{1,15}$/.test(value) ? Number(value) : absent;
  };
  const workflowId = parseUuid(query.get('workflow_id') ?? '');
  const page = { limit: number('limit', 20), offset: number('offset', 0) };
  return workflowId === undefined ? page : { ...page, workflowId };
}

function streamLogs(workflows: Workflows, request: SandboxRequest, id: string) {
  const feed = new LogFeed();
  const known = workflows.execution(id, tenantOf(request)) !== undefined;
  const stop = workflows.listen(id, (event) => feed.offer(event));
  request.signal.addEventListener('abort', stop, { once: true });
  return {
    status: 200,
    sse: (sink: Parameters<LogFeed['pump']>[0]) => {
      return known ? feed.pump(sink) : sink.send({ error: RUN_NOT_FOUND }).then(() => {});
    },
  } as const;
}
