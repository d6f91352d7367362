import { z } from 'zod';
import type { Route } from '../kernel.js';
import { boolQuery, decodeWith, defineRoute, json, jsonBody } from '../router.js';
import { anyJson } from '../shapes.js';
import {
  changeScope,
  listWorkflows,
  nameParam,
  readWorkflow,
  register,
  removeWorkflow,
  startReply,
  tenantOf,
  utf8Body,
} from './handlers.js';
import type { Workflows } from './service.js';
import { workflowDetail, workflowSummary, workflowVersion } from './views.js';

const LIVE = ['live'] as const;

const decodeScope = decodeWith(z.object({ target_scope: z.enum(['global', 'tenant']) }));
const overrides = z.record(z.string(), z.unknown()).nullish();
const decodeRun = decodeWith(
  z.object({ input: anyJson, blackboard: overrides, intent: z.string().nullish() }),
);
const decodeStart = decodeWith(
  z.object({
    workflow_id: z.string(),
    input: anyJson,
    blackboard: overrides,
    version: z.string().nullish(),
    intent: z.string().nullish(),
  }),
);

/** The real server's workflow routes (contract operations tagged workflows). */
export function definitionRoutes(workflows: Workflows): readonly Route[] {
  return [
    registerRoute(workflows, '/v1/workflows'),
    registerRoute(workflows, '/v1/workflows/temporal/register'),
    defineRoute({
      method: 'GET',
      path: '/v1/workflows',
      dialects: LIVE,
      scope: 'workflow:list',
      decode: (request) => boolQuery(request, 'visible', false),
      run: (request, visible) => {
        const listed = listWorkflows(workflows, request, visible);
        return json(listed.map((record) => workflowSummary(record, workflows.runs.count(record.id))));
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/workflows/{name}',
      dialects: LIVE,
      scope: 'workflow:read',
      decode: nameParam,
      run: (request, name) => json(workflowDetail(readWorkflow(workflows, request, name))),
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/workflows/{name}',
      dialects: LIVE,
      scope: 'workflow:delete',
      decode: nameParam,
      run(request, name) {
        removeWorkflow(workflows, request, name);
        return json({ success: true });
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/workflows/{name}/versions',
      dialects: LIVE,
      scope: 'workflow:list',
      decode: nameParam,
      run: (request, name) => {
        return json(workflows.definitions.versions(name, tenantOf(request)).map(workflowVersion));
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/workflows/{name}/scope',
      dialects: LIVE,
      scope: 'workflow:deploy',
      decode: (request) => ({ name: nameParam(request), ...jsonBody(request, decodeScope) }),
      run: (request, { name, target_scope }) => changeScope(workflows, request, name, target_scope),
    }),
    ...startRoutes(workflows),
  ];
}

function registerRoute(workflows: Workflows, path: string): Route {
  return defineRoute({
    method: 'POST',
    path,
    dialects: LIVE,
    scope: 'workflow:deploy',
    decode: (request) => ({ force: boolQuery(request, 'force', false), yaml: utf8Body(request) }),
    run: (request, input) => register(workflows, request, input),
  });
}

function startRoutes(workflows: Workflows): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/workflows/{name}/run',
      dialects: LIVE,
      scope: 'workflow:run',
      decode: (request) => ({ workflow: nameParam(request), ...jsonBody(request, decodeRun) }),
      run(request, { workflow, input, blackboard = null, intent = null }) {
        const version = request.query.get('version');
        const pinned = version === null ? {} : { version };
        const tenant = tenantOf(request);
        return startReply(workflows.start({ workflow, tenant, input, blackboard, intent, ...pinned }));
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/workflows/temporal/execute',
      dialects: LIVE,
      scope: 'workflow:run',
      decode: (request) => jsonBody(request, decodeStart),
      run(request, { workflow_id: workflow, input, blackboard = null, version, intent = null }) {
        const pinned = typeof version === 'string' ? { version } : {};
        const tenant = tenantOf(request);
        return startReply(workflows.start({ workflow, tenant, input, blackboard, intent, ...pinned }));
      },
    }),
  ];
}
