import { z } from 'zod';
import { executionDetail, executionSummary } from './execution-views.js';
import type { SandboxExecutions } from './executions.js';
import type {
  AgentService,
  ExecutionRecord,
  Reply,
  Route,
  SandboxContext,
  SandboxRequest,
  WorkflowService,
} from './kernel.js';
import {
  caller,
  decodeWith,
  defineRoute,
  errorReply,
  intQuery,
  json,
  jsonBody,
  pathParam,
  refuse,
  uuidParam,
  uuidQuery,
} from './router.js';
import { anyJson, option } from './shapes.js';
import { renderActivity, streamAgent, streamExecution } from './streams.js';
import { readWorkspaceFile } from './workspace.js';

/** What the execution routes work with. */
export interface ExecutionServices {
  readonly context: SandboxContext;
  readonly agents: AgentService;
  readonly executions: SandboxExecutions;
  readonly workflows: Pick<WorkflowService, 'find'>;
}

const LIVE = ['live'] as const;
/** Executions a list shows when no limit is given. */
export const DEFAULT_LIMIT = 20;

/** Executions a list shows at most, silently. */
export const MAX_LIMIT = 1000;

const attachment = z.object({
  volume_id: z.uuid(),
  path: z.string(),
  name: z.string(),
  mime_type: z.string(),
  size: z.int().min(0),
  sha256: option(z.string()),
});

/** Members of every execute body. */
export const executeShape = {
  input: anyJson,
  intent: option(z.string()),
  context_overrides: option(z.record(z.string(), z.unknown())),
  attachments: z.array(attachment).default([]),
};

const executeBody = decodeWith(z.object(executeShape));
const executionId = (request: SandboxRequest) => uuidParam(request, 'execution_id');

/** The real server's execution routes, with execute and the agent's stream (tags executions, agents). */
export function executionRoutes(services: ExecutionServices): readonly Route[] {
  const { executions } = services;
  return [
    ...sharedRoutes(services),
    defineRoute({
      method: 'GET',
      path: '/v1/executions',
      dialects: LIVE,
      scope: 'execution:list',
      decode: (request) => ({
        agentId: uuidQuery(request, 'agent_id'),
        limit: intQuery(request, 'limit', DEFAULT_LIMIT),
      }),
      run: (request, filter) => listExecutions(services, request, filter),
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/executions/{execution_id}',
      dialects: LIVE,
      scope: 'execution:read',
      decode: executionId,
      run: (request, id) => json(executionDetail(readExecution(executions, request, id))),
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/executions/{execution_id}',
      dialects: LIVE,
      scope: 'execution:remove',
      decode: executionId,
      run(request, id) {
        executions.remove(id, caller(request).tenant);
        return json({ success: true });
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/executions/{execution_id}/cancel',
      dialects: LIVE,
      scope: 'execution:cancel',
      decode: executionId,
      run(request, id) {
        const outcome = executions.cancel(id, caller(request).tenant);
        return outcome.ok ? json({ success: true }) : errorReply(500, outcome.error);
      },
    }),
    ...streamRoutes(services),
  ];
}

/** Routes that both dialects have in the same form. */
function sharedRoutes(services: ExecutionServices): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/agents/{agent_id}/execute',
      scope: 'agent:execute',
      decode: (request) => ({ id: uuidParam(request, 'agent_id'), body: jsonBody(request, executeBody) }),
      run: (request, { id, body }) => executeAgent(services, request, id, body),
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/executions/{execution_id}/files/{*path}',
      scope: 'execution:read',
      decode: (request) => ({ id: executionId(request), path: pathParam(request, 'path') }),
      run: (request, { id, path }) => readFile(services, request, id, path),
    }),
  ];
}

function streamRoutes(services: ExecutionServices): readonly Route[] {
  const { executions } = services;
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/executions/{execution_id}/events',
      dialects: LIVE,
      scope: 'execution:stream',
      decode: executionId,
      run(request, id) {
        const execution = executions.get(id, caller(request).tenant);
        const follow = request.query.get('follow') !== 'false';
        const options = { follow, render: renderActivity };
        return sse((sink) =>
          execution ? streamExecution(services, execution, sink, options) : sink.abort(),
        );
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/agents/{agent_id}/events',
      dialects: LIVE,
      scope: 'agent:logs',
      decode: (request) => uuidParam(request, 'agent_id'),
      run(request, id) {
        const follow = (request.query.get('follow') ?? 'false') !== 'false';
        const verbose = request.query.get('verbose') === 'true';
        const agent = { id, tenant: caller(request).tenant };
        return sse((sink) => streamAgent(services, agent, sink, { follow, verbose, render: renderActivity }));
      },
    }),
  ];
}

/** An SSE answer. */
export function sse(
  produce: (sink: Parameters<Extract<Reply, { sse: unknown }>['sse']>[0]) => Promise<void> | void,
): Reply {
  return { status: 200, sse: async (sink) => produce(sink) };
}

/** Starts an execution in the effective tenant; anything that cannot start is 500 (D05, D16). */
export function executeAgent(
  { agents, executions }: ExecutionServices,
  request: SandboxRequest,
  id: string,
  body: ReturnType<typeof executeBody>,
): Reply {
  const tenant = request.effectiveTenant;
  const version = request.query.get('version');
  const agent = agents.byId(id, tenant);
  if (!agent) return errorReply(version === null ? 500 : 404, 'Agent not found');
  if (version !== null && version !== agent.version) {
    return errorReply(409, `Version mismatch: ${agent.name} is at ${agent.version}, not ${version}`);
  }
  const { input, intent = null, context_overrides: contextOverrides = null } = body;
  const outcome = executions.start({ agent, tenant, input, intent, contextOverrides });
  return outcome.ok ? json({ execution_id: outcome.value.id }) : errorReply(500, outcome.error);
}

/** Newest first. Operators without a filter see all tenants; a known workflow_name wins over agent_id. */
function listExecutions(
  { executions, workflows }: ExecutionServices,
  request: SandboxRequest,
  { agentId, limit }: { agentId: string | undefined; limit: number },
): Reply {
  const identity = caller(request);
  const name = request.query.get('workflow_name');
  const workflowId = name === null ? undefined : workflows.find(name, identity.tenant)?.id;
  if (name !== null && workflowId === undefined) return errorReply(200, `Workflow not found: ${name}`);
  const filter = workflowId === undefined ? { agentId } : { workflowId };
  const everywhere = identity.kind === 'operator' && name === null && agentId === undefined;
  const tenant = everywhere ? undefined : identity.tenant;
  const found = executions.search({ tenant, ...filter, limit: Math.min(limit, MAX_LIMIT) });
  return json(found.map(executionSummary));
}

/** By id in the token's tenant; operators read across tenants. 404 otherwise. */
function readExecution(executions: SandboxExecutions, request: SandboxRequest, id: string): ExecutionRecord {
  const identity = caller(request);
  const found = identity.kind === 'operator' ? executions.any(id) : executions.get(id, identity.tenant);
  return found ?? refuse(404, 'Execution not found');
}

function readFile(
  { context, executions }: ExecutionServices,
  request: SandboxRequest,
  id: string,
  path: string,
): Reply {
  const file = readWorkspaceFile(context.files, id, path);
  if (!file.ok && file.reason === 'invalid') return errorReply(422, `Invalid path: ${path}`);
  const execution = executions.any(id);
  if (!execution) return errorReply(404, 'Execution has no workspace volume');
  const { tenant } = caller(request);
  const mine = execution.tenant_id === tenant || documentedTenant(context, request, execution);
  if (!mine) return errorReply(403, 'unauthorized');
  return file.ok
    ? { status: 200, bytes: file.bytes, type: file.type }
    : errorReply(404, `File not found: ${path}`);
}

/** The published reference lets service accounts read in the tenant they name. */
function documentedTenant(
  { dialect }: SandboxContext,
  { effectiveTenant }: SandboxRequest,
  execution: ExecutionRecord,
): boolean {
  return dialect === 'documented' && execution.tenant_id === effectiveTenant;
}
