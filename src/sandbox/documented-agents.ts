import { z } from 'zod';
import {
  changeScope,
  deployAgent,
  listAgents,
  lookupAgent,
  ownAgent,
  readAgent,
  removeAgent,
  replaceAgent,
} from './agent-routes.js';
import { documentedAgent, documentedAgentDetail } from './agent-views.js';
import { decodeManifest, type SandboxAgents } from './agents.js';
import { isObject } from './json-schema.js';
import type { Route, SandboxRequest } from './kernel.js';
import { boolQuery, decodeWith, defineRoute, json, jsonBody, pathParam, uuidParam } from './router.js';

const DOCUMENTED = ['documented'] as const;
const agentId = (request: SandboxRequest) => uuidParam(request, 'agent_id');

/** The agent routes with the bodies and answers of the published reference. */
export function documentedAgentRoutes(agents: SandboxAgents): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/agents',
      dialects: DOCUMENTED,
      scope: 'agent:deploy',
      decode: (request) => ({
        force: boolQuery(request, 'force', false),
        manifest: jsonBody(request, decodeAnyManifest),
      }),
      run: (request, { force, manifest }) => deployAgent(agents, request, manifest, force),
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/agents',
      dialects: DOCUMENTED,
      scope: 'agent:list',
      decode: () => undefined,
      run: (request) => json({ agents: listAgents(agents, request, true).map(documentedAgent) }),
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/agents/lookup/{name}',
      dialects: DOCUMENTED,
      scope: 'agent:read',
      decode: (request) => pathParam(request, 'name'),
      run(request, wanted) {
        const { id, name, tenant_id } = lookupAgent(agents, request, wanted);
        return json({ agent_id: id, name, tenant_id });
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/agents/{agent_id}',
      dialects: DOCUMENTED,
      scope: 'agent:read',
      decode: agentId,
      run: (request, id) => json(documentedAgentDetail(readAgent(agents, request, id))),
    }),
    defineRoute({
      method: 'PATCH',
      path: '/v1/agents/{agent_id}',
      dialects: DOCUMENTED,
      scope: 'agent:deploy',
      decode: (request) => ({ id: agentId(request), change: jsonBody(request, decodeChange) }),
      run(request, { id, change }) {
        const merged = merge(ownAgent(agents, request, id).manifest, unflatten(change));
        return json(documentedAgentDetail(replaceAgent(agents, request, id, merged)));
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/agents/{agent_id}',
      dialects: DOCUMENTED,
      scope: 'agent:delete',
      decode: agentId,
      run(request, id) {
        removeAgent(agents, request, id);
        return json({ status: 'deleted' });
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/agents/{agent_id}/versions',
      dialects: DOCUMENTED,
      scope: 'agent:read',
      decode: agentId,
      run: (request, id) => json({ versions: agents.versions(id, request.effectiveTenant) }),
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/agents/{agent_id}/scope',
      dialects: DOCUMENTED,
      scope: 'agent:deploy',
      decode: (request) => ({ id: agentId(request), ...jsonBody(request, decodeScope) }),
      run(request, { id, scope }) {
        const changed = changeScope(agents, request, id, scope === 'user' ? 'tenant' : scope);
        return json(documentedAgent(changed));
      },
    }),
  ];
}

const decodeChange = decodeWith(z.record(z.string(), z.unknown()));
const decodeScope = decodeWith(z.object({ scope: z.enum(['user', 'tenant', 'global']) }));

/** A full manifest, or the published examples' flat `{name, language, instruction}` (D07). */
function decodeAnyManifest(value: unknown) {
  const body = decodeChange(value);
  if ('apiVersion' in body) return decodeManifest(body);
  const flat = decodeFlat(body);
  const runtime = 'image' in flat || 'language' in flat ? {} : { language: 'python' };
  return decodeManifest(merge(BLANK, unflatten({ ...flat, ...runtime })));
}

const decodeFlat = decodeWith(z.looseObject({ name: z.string(), instruction: z.string() }));

const BLANK = {
  apiVersion: '100monkeys.ai/v1',
  kind: 'Agent',
  metadata: { version: '1.0.0' },
  spec: { runtime: {}, task: {} },
};

const VERSIONS = new Map([
  ['python', '3.11'],
  ['javascript', '20'],
  ['typescript', '5.1'],
  ['rust', '1.75'],
  ['go', '1.21'],
]);

type Json = Readonly<Record<string, unknown>>;

/** Where each flat member belongs in a manifest; members of the manifest itself pass. */
function unflatten(change: Json): Json {
  const { name, version, description, labels, language, instruction, image, tools, env, ...rest } = change;
  const runtime = language === undefined ? { image } : { language, version: VERSIONS.get(String(language)) };
  const flat = {
    metadata: { name, version, description, labels },
    spec: { runtime, task: { instruction }, tools, env },
  };
  return merge(flat, rest);
}

/** Objects merge member by member; anything else replaces; undefined leaves. */
function merge(base: Json, change: Json): Json {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(change)) {
    if (value === undefined || key === '__proto__') continue;
    const current = merged[key];
    merged[key] = isObject(current) && isObject(value) ? merge(current, value) : value;
  }
  return prune(merged);
}

function prune(value: Json): Json {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}
