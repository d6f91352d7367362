/** The credential routes with the bodies and answers of the published reference and SDK. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { AgentService, Reply, Route, SandboxRequest, WorkflowService } from '../kernel.js';
import { caller, decodeWith, json, jsonBody, refuse, uuidParam } from '../router.js';
import { option } from '../shapes.js';
import { queryText } from './body.js';
import type { FlowFault, OAuthFlows } from './oauth-flows.js';
import type { Binding, Credentials, GrantTarget, Owner } from './service.js';
import { documentedBinding, documentedGrant } from './views.js';

const text = option(z.string());
const members = z.record(z.string(), z.unknown());
/** The reference calls the secret `api_key`, the SDK `api_key_value`. */
const decodeStored = decodeWith(
  z
    .object({
      name: text,
      provider: z.string().min(1),
      api_key: text,
      api_key_value: text,
      metadata: option(members),
    })
    .transform(({ api_key, api_key_value, ...rest }, context) => {
      const value = api_key ?? api_key_value;
      if (value === undefined) context.addIssue('missing field `api_key`');
      return { ...rest, value: value ?? '' };
    }),
);
const decodeRotation = decodeWith(z.object({ new_value: text, provider_params: option(members) }));
const decodeInitiation = decodeWith(
  z.object({ provider: z.string().min(1), redirect_uri: text, scopes: option(z.array(z.string())) }),
);
const decodePoll = decodeWith(z.object({ device_code: z.string(), provider: text }));
const decodeGrant = decodeWith(z.object({ agent_id: text, workflow_name: text, permission_type: text }));

const FAULTS: Readonly<Record<FlowFault, readonly [status: number, message: string]>> = {
  no_provider: [404, 'OAuth provider not found'],
  redirect_refused: [422, 'redirect_uri is not in the allowlist of the provider'],
  unknown_state: [400, 'Unknown or expired OAuth state'],
  code_refused: [400, 'The provider refused the code'],
  no_binding: [404, 'Credential not found'],
};

/** The device code whose user said no. */
const DENIED = 'sandbox-denied';

/** What the routes use of the rest of the sandbox. */
interface Surroundings {
  readonly agents: AgentService;
  readonly workflows: WorkflowService;
  /** The sandbox's own base URL. */
  readonly address: () => string;
}

/** Credentials of the caller's tenant, for every kind of identity; missing ones are 404. */
export function documentedRoutes(
  credentials: Credentials,
  flows: OAuthFlows,
  base: Surroundings,
): readonly Route[] {
  return [
    ...bindingRoutes(credentials),
    ...grantRoutes(credentials, base),
    ...flowRoutes(flows, base.address),
  ];
}

function bindingRoutes(credentials: Credentials): readonly Route[] {
  return [
    route('GET', '', (_request, { tenant }) => {
      return json({ credentials: credentials.list(tenant).map(documentedBinding) });
    }),
    route('POST', '/api-keys', (request, user) => {
      const { provider, name = provider, value, metadata = null } = jsonBody(request, decodeStored);
      const given = { type: 'secret', provider, label: name, tags: metadata } as const;
      return json(documentedBinding(credentials.add(user, given, value)), 201);
    }),
    route('GET', '/{id}', (request, user) => json(documentedBinding(find(credentials, request, user)))),
    route('DELETE', '/{id}', (request, user) => {
      const { id } = find(credentials, request, user);
      credentials.revoke(id);
      return json({ status: 'revoked', id });
    }),
    route('POST', '/{id}/rotate', (request, user) => {
      const { id } = find(credentials, request, user);
      const { new_value } = request.body.length === 0 ? {} : jsonBody(request, decodeRotation);
      credentials.rotate(id, new_value ?? randomBytes(24).toString('base64url'));
      return json(documentedBinding(find(credentials, request, user)));
    }),
  ];
}

function grantRoutes(credentials: Credentials, base: Surroundings): readonly Route[] {
  const view = (tenant: string) => (grant: Parameters<typeof documentedGrant>[0]) =>
    documentedGrant(grant, (id) => base.workflows.find(id, tenant)?.name);
  return [
    route('GET', '/{id}/grants', (request, user) => {
      const { id } = find(credentials, request, user);
      return json({ grants: credentials.grants(id).map(view(user.tenant)) });
    }),
    route('POST', '/{id}/grants', (request, user) => {
      const { id } = find(credentials, request, user);
      const { permission_type = 'use', ...named } = jsonBody(request, decodeGrant);
      const target = readTarget(named, user.tenant, base);
      const given = { target, permission: permission_type, granted_by: user.subject };
      const grant = credentials.grant(id, given) ?? refuse(404, 'Credential not found');
      return json(view(user.tenant)(grant), 201);
    }),
    route('DELETE', '/{id}/grants/{grant_id}', (request, user) => {
      const { id } = find(credentials, request, user);
      const grant_id = uuidParam(request, 'grant_id');
      if (!credentials.revokeGrant(id, grant_id)) refuse(404, 'Grant not found');
      return json({ status: 'revoked', grant_id });
    }),
  ];
}

function flowRoutes(flows: OAuthFlows, address: () => string): readonly Route[] {
  return [
    route('POST', '/oauth/initiate', (request, user) => {
      const { provider, redirect_uri } = jsonBody(request, decodeInitiation);
      const begun = flows.initiate(user, provider, redirect_uri ?? `${address()}/sandbox/oauth/landing`);
      return typeof begun === 'string' ? refuse(...FAULTS[begun]) : json(begun);
    }),
    route('GET', '/oauth/callback', (request) => {
      const done = flows.finish(queryText(request, 'state'), queryText(request, 'code'));
      if (typeof done === 'string') return refuse(...FAULTS[done]);
      return json({ credential_id: done.bindingId, stored: true });
    }),
    route('POST', '/oauth/device/poll', (request, user) => {
      const { device_code, provider = 'github' } = jsonBody(request, decodePoll);
      const done = flows.poll(user, device_code, provider);
      if (done !== undefined) return json({ status: 'approved', credential_id: done.bindingId });
      return json({ status: device_code === DENIED ? 'denied' : 'pending' });
    }),
  ];
}

function route(
  method: Route['method'],
  path: string,
  run: (request: SandboxRequest, user: Owner) => Reply,
): Route {
  return {
    ...{ method, path: `/v1/credentials${path}`, dialects: ['documented'] },
    handler: (request) => {
      return run(request, { subject: caller(request).subject, tenant: request.effectiveTenant });
    },
  };
}

function find(credentials: Credentials, request: SandboxRequest, { tenant }: Owner): Binding {
  const binding = credentials.get(uuidParam(request, 'id'));
  return binding?.tenant_id === tenant ? binding : refuse(404, 'Credential not found');
}

/** The agent or workflow that is named, which must be visible; without either every agent. */
function readTarget(
  { agent_id, workflow_name }: { agent_id?: string | undefined; workflow_name?: string | undefined },
  tenant: string,
  { agents, workflows }: Surroundings,
): GrantTarget {
  if (agent_id !== undefined && workflow_name !== undefined) {
    return refuse(422, 'agent_id and workflow_name exclude each other');
  }
  if (agent_id !== undefined) {
    const agent = agents.byId(agent_id, tenant) ?? refuse(404, 'Agent not found');
    return { kind: 'agent', agent_id: agent.id };
  }
  if (workflow_name === undefined) return { kind: 'all_agents' };
  const workflow = workflows.find(workflow_name, tenant) ?? refuse(404, 'Workflow not found');
  return { kind: 'workflow', workflow_id: workflow.id };
}
