/** Workflow routes with the bodies and answers of the published reference. */
import { stringify } from 'yaml';
import { z } from 'zod';
import type { Reply, Route, SandboxRequest } from '../kernel.js';
import { boolQuery, decodeWith, defineRoute, errorReply, json, jsonBody } from '../router.js';
import { pageOf } from './execution-routes.js';
import {
  anyExecutionParam,
  changeScope,
  executionParam,
  listRuns,
  listWorkflows,
  nameParam,
  orderReply,
  readRun,
  readWorkflow,
  register,
  removeWorkflow,
  startReply,
  tenantOf,
} from './handlers.js';
import type { Workflows } from './service.js';
import { documentedRun, documentedWorkflow, workflowVersion } from './views.js';

const DOCUMENTED = ['documented'] as const;
const members = z.record(z.string(), z.unknown());

const decodeRegistration = decodeWith(
  z.object({ name: z.string(), definition: z.union([z.string(), members]) }),
);
const decodeScope = decodeWith(z.object({ scope: z.enum(['user', 'tenant', 'global']) }));
const decodeRun = decodeWith(
  z.object({
    input: z.unknown().optional(),
    context_overrides: members.nullish(),
    intent: z.string().nullish(),
  }),
);
const decodeStart = decodeWith(
  z.object({
    workflow_name: z.string().optional(),
    workflow_id: z.string().optional(),
    input: z.unknown().optional(),
    context_overrides: members.nullish(),
    version: z.string().nullish(),
    intent: z.string().nullish(),
  }),
);
const decodeSignal = decodeWith(z.object({ signal_name: z.string(), payload: z.unknown().optional() }));

/** Routes of definitions and runs. */
export function documentedRoutes(workflows: Workflows): readonly Route[] {
  return [
    ...['/v1/workflows', '/v1/workflows/temporal/register'].map((path) => registerRoute(workflows, path)),
    ...definitionRoutes(workflows),
    ...startRoutes(workflows),
    ...executionRoutes(workflows),
  ];
}

function registerRoute(workflows: Workflows, path: string): Route {
  return defineRoute({
    method: 'POST',
    path,
    dialects: DOCUMENTED,
    scope: 'workflow:deploy',
    decode: (request) => ({
      force: boolQuery(request, 'force', false),
      body: jsonBody(request, decodeRegistration),
    }),
    run: (request, { force, body }) => registerNamed(workflows, request, force, body),
  });
}

/** `definition` is a whole manifest, as text or object, or only its `spec`. */
function registerNamed(
  workflows: Workflows,
  request: SandboxRequest,
  force: boolean,
  { name, definition }: ReturnType<typeof decodeRegistration>,
): Reply {
  if (typeof definition === 'string') return register(workflows, request, { yaml: definition, force });
  const bare = !('apiVersion' in definition || 'kind' in definition);
  const manifest = bare
    ? { apiVersion: '100monkeys.ai/v1', kind: 'Workflow', metadata: { name }, spec: definition }
    : { ...definition, metadata: { ...asObject(definition.metadata), name } };
  return register(workflows, request, { yaml: stringify(manifest), force });
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

function definitionRoutes(workflows: Workflows): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/workflows',
      dialects: DOCUMENTED,
      scope: 'workflow:list',
      decode: (request) => boolQuery(request, 'visible', true),
      run: (request, visible) => {
        return json({ workflows: listWorkflows(workflows, request, visible).map(documentedWorkflow) });
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/workflows/{name}',
      dialects: DOCUMENTED,
      scope: 'workflow:read',
      decode: nameParam,
      run: (request, name) => json(documentedWorkflow(readWorkflow(workflows, request, name))),
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/workflows/{name}',
      dialects: DOCUMENTED,
      scope: 'workflow:delete',
      decode: nameParam,
      run(request, name) {
        removeWorkflow(workflows, request, name);
        return json({ status: 'deleted' });
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/workflows/{name}/versions',
      dialects: DOCUMENTED,
      scope: 'workflow:list',
      decode: nameParam,
      run: (request, name) => {
        const versions = workflows.definitions.versions(name, tenantOf(request)).map(workflowVersion);
        return json({ versions });
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/workflows/{name}/scope',
      dialects: DOCUMENTED,
      scope: 'workflow:deploy',
      decode: (request) => ({ name: nameParam(request), ...jsonBody(request, decodeScope) }),
      run: (request, { name, scope }) => {
        return changeScope(workflows, request, name, scope === 'global' ? 'global' : 'tenant');
      },
    }),
  ];
}

function startRoutes(workflows: Workflows): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/workflows/{name}/run',
      dialects: DOCUMENTED,
      scope: 'workflow:run',
      decode: (request) => ({
        ...jsonBody(request, decodeRun),
        workflow: nameParam(request),
        version: request.query.get('version'),
      }),
      run: (request, start) => startDocumented(workflows, request, start),
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/workflows/temporal/execute',
      dialects: DOCUMENTED,
      scope: 'workflow:run',
      decode: (request) => jsonBody(request, decodeStart),
      run(request, start) {
        const workflow = start.workflow_id ?? start.workflow_name;
        if (workflow === undefined) return errorReply(400, 'workflow_name or workflow_id is required');
        return startDocumented(workflows, request, { ...start, workflow });
      },
    }),
  ];
}

function startDocumented(
  workflows: Workflows,
  request: SandboxRequest,
  start: { workflow: string; version?: string | null | undefined } & ReturnType<typeof decodeRun>,
): Reply {
  const { workflow, input = {}, context_overrides: blackboard = null, intent = null, version } = start;
  const pinned = typeof version === 'string' ? { version } : {};
  const tenant = tenantOf(request);
  return startReply(workflows.start({ workflow, tenant, input, blackboard, intent, ...pinned }));
}

function executionRoutes(workflows: Workflows): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/workflows/executions',
      dialects: DOCUMENTED,
      scope: 'workflow:list',
      decode: pageOf,
      run: (request, page) => json({ executions: listRuns(workflows, request, page).map(documentedRun) }),
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/workflows/executions/{execution_id}',
      dialects: DOCUMENTED,
      scope: 'workflow:read',
      decode: executionParam,
      run: (request, id) => json(documentedRun(readRun(workflows, request, id))),
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/workflows/executions/{execution_id}/signal',
      dialects: DOCUMENTED,
      scope: 'workflow:signal',
      decode: (request) => ({
        id: anyExecutionParam(request),
        payload: jsonBody(request, decodeSignal).payload,
      }),
      run(request, { id, payload }) {
        const outcome = workflows.signal(id, tenantOf(request), responseOf(payload));
        return orderReply(outcome, 'signal_sent', id);
      },
    }),
  ];
}

/** What a Human state takes as the answer: a text, the `response` of an object, or the payload as JSON. */
function responseOf(payload: unknown): string {
  if (typeof payload === 'string') return payload;
  const response = Reflect.get(asObject(payload), 'response');
  return typeof response === 'string' ? response : JSON.stringify(payload ?? null);
}
