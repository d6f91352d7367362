import { z } from 'zod';
import { agentDetail, agentSummary } from './agent-views.js';
import { administers, decodeManifest, type SandboxAgents } from './agents.js';
import type { AgentRecord, Identity, Reply, Route, SandboxRequest } from './kernel.js';
import {
  boolQuery,
  caller,
  decodeWith,
  defineRoute,
  errorReply,
  json,
  jsonBody,
  pathParam,
  refuse,
  uuidParam,
} from './router.js';
import { SYSTEM_TENANT } from './tenant.js';

/** What the agents' routes need of executions. */
export interface ExecutionCounts {
  countByAgent(agentId: string): number;
}

const LIVE = ['live'] as const;
const agentId = (request: SandboxRequest) => uuidParam(request, 'agent_id');

/** The real server's agent routes except execute and events (contract operations tagged agents). */
export function agentRoutes(agents: SandboxAgents, executions: ExecutionCounts): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/agents',
      dialects: LIVE,
      scope: 'agent:deploy',
      decode: (request) => ({
        force: boolQuery(request, 'force', false),
        manifest: jsonBody(request, decodeManifest),
      }),
      run: (request, { force, manifest }) => deployAgent(agents, request, manifest, force),
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/agents',
      dialects: LIVE,
      scope: 'agent:list',
      decode: (request) => boolQuery(request, 'visible', true),
      run: (request, visible) => {
        const listed = listAgents(agents, request, visible);
        return json(listed.map((agent) => agentSummary(agent, executions.countByAgent(agent.id))));
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/agents/lookup/{name}',
      dialects: LIVE,
      scope: 'agent:read',
      decode: (request) => pathParam(request, 'name'),
      run: (request, name) => json({ id: lookupAgent(agents, request, name).id }),
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/agents/{agent_id}',
      dialects: LIVE,
      scope: 'agent:read',
      decode: agentId,
      run: (request, id) => json(agentDetail(readAgent(agents, request, id))),
    }),
    defineRoute({
      method: 'PATCH',
      path: '/v1/agents/{agent_id}',
      dialects: LIVE,
      scope: 'agent:deploy',
      decode: (request) => ({ id: agentId(request), manifest: jsonBody(request, decodeManifest) }),
      run(request, { id, manifest }) {
        replaceAgent(agents, request, id, manifest);
        return json({ success: true });
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/agents/{agent_id}',
      dialects: LIVE,
      scope: 'agent:delete',
      decode: agentId,
      run(request, id) {
        removeAgent(agents, request, id);
        return json({ success: true });
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/agents/{agent_id}/versions',
      dialects: LIVE,
      scope: 'agent:read',
      decode: agentId,
      run: (request, id) => json(agents.versions(id, request.effectiveTenant)),
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/agents/{agent_id}/scope',
      dialects: LIVE,
      scope: 'agent:deploy',
      decode: (request) => ({ id: agentId(request), ...jsonBody(request, scopeBody) }),
      run(request, { id, target_scope }) {
        const changed = changeScope(agents, request, id, target_scope);
        return json({ success: true, new_scope: changed.scope });
      },
    }),
  ];
}

const scopeBody = decodeWith(z.object({ target_scope: z.string().optional() }));

/** Deploys for the request's tenant, `?scope=global` for the system tenant; failures are 500 (D10). */
export function deployAgent(
  agents: SandboxAgents,
  request: SandboxRequest,
  manifest: unknown,
  force: boolean,
): Reply {
  const global = request.query.get('scope') === 'global';
  const identity = caller(request);
  const outcome = agents.deploy(manifest, { tenant: request.effectiveTenant, force, global, identity });
  return outcome.ok ? json({ agent_id: outcome.value.id }) : errorReply(500, outcome.error);
}

/** Operators see every tenant's agents; `?scope=global` lists the system tenant's. */
export function listAgents(
  agents: SandboxAgents,
  request: SandboxRequest,
  visible: boolean,
): readonly AgentRecord[] {
  const tenant = request.effectiveTenant;
  if (request.query.get('scope') === 'global') {
    return agents.all().filter((agent) => agent.scope === 'global' || agent.tenant_id === SYSTEM_TENANT);
  }
  if (caller(request).kind === 'operator') return agents.all();
  return agents.visible(tenant).filter((agent) => visible || agent.tenant_id === tenant);
}

/** By name, own or global; 404 otherwise. */
export function lookupAgent(agents: SandboxAgents, request: SandboxRequest, name: string): AgentRecord {
  return agents.byName(name, request.effectiveTenant) ?? refuse(404, 'Agent not found');
}

/** By id; operators read across tenants. 404 otherwise. */
export function readAgent(agents: SandboxAgents, request: SandboxRequest, id: string): AgentRecord {
  const across = () => agents.all().find((agent) => agent.id === id);
  const found = caller(request).kind === 'operator' ? across() : agents.byId(id, request.effectiveTenant);
  return found ?? refuse(404, 'Agent not found');
}

/** Only the tenant's own; a global one only for an administrator; both are 404 otherwise. */
export function ownAgent(agents: SandboxAgents, request: SandboxRequest, id: string): AgentRecord {
  const agent = agents.byId(id, request.effectiveTenant);
  const allowed = agent?.tenant_id === request.effectiveTenant && mayChange(agent, caller(request));
  return agent && allowed ? agent : refuse(404, 'Agent not found');
}

function mayChange(agent: AgentRecord, identity: Identity): boolean {
  return agent.scope !== 'global' || administers(identity);
}

/** Replaces a manifest without the deploy rules (D13). */
export function replaceAgent(
  agents: SandboxAgents,
  request: SandboxRequest,
  id: string,
  manifest: unknown,
): AgentRecord {
  const agent = ownAgent(agents, request, id);
  const outcome = agents.replace(agent.id, manifest, request.effectiveTenant);
  return outcome.ok ? outcome.value : refuse(500, outcome.error);
}

/** Deletes; 404 when missing or not the caller's to delete. */
export function removeAgent(agents: SandboxAgents, request: SandboxRequest, id: string): void {
  if (!agents.remove(id, request.effectiveTenant, caller(request))) refuse(404, 'Agent not found');
}

/** Operators, administrators and service accounts only (D18); the service's refusals keep their status. */
export function changeScope(
  agents: SandboxAgents,
  request: SandboxRequest,
  id: string,
  scope: string | undefined,
): AgentRecord {
  const identity = caller(request);
  if (!administers(identity) && identity.kind !== 'service_account') {
    refuse(403, 'Only operators, administrators and service accounts may change the scope');
  }
  if (scope === undefined) refuse(400, 'Missing target_scope');
  const change = agents.setScope(id, request.effectiveTenant, scope);
  return change.ok ? change.value : refuse(change.status, change.error);
}
