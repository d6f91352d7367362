/** The real server's credential routes (contract tag Credentials). */
import { z } from 'zod';
import type { Identity, Reply, Route, SandboxRequest } from '../kernel.js';
import { caller, decodeWith, json, parseUuid, pathParam, refuse } from '../router.js';
import { option } from '../shapes.js';
import { ownJson, queryText, TAKEN_IN } from './body.js';
import { requireDatabase } from './database.js';
import type { FlowFault, OAuthFlows } from './oauth-flows.js';
import type { Credentials, GrantTarget, Owner } from './service.js';
import { liveBinding, liveGrant } from './views.js';

const BODY_BYTES = 64 * 1024;

const named = z.string().min(1);
const decodeStored = decodeWith(
  z.object({
    provider: named,
    label: z.string(),
    value: z.string(),
    credential_type: z.enum(['secret', 'variable', 'service_account', 'oauth2']),
    scope: option(z.string()),
  }),
);
const decodeInitiation = decodeWith(z.object({ provider: named, redirect_uri: z.string() }));
const decodePoll = decodeWith(z.object({ device_code: z.string(), provider: z.string() }));
const decodeRotation = decodeWith(z.object({ value: z.string() }));
const decodeGrant = decodeWith(
  z.object({
    target_type: z.enum(['agent', 'workflow', 'all_agents']),
    target_value: option(z.string()),
  }),
);

const FAULTS: Readonly<Record<FlowFault, readonly [status: number, message: string]>> = {
  no_provider: [500, 'OAuth provider not configured'],
  redirect_refused: [500, 'redirect_uri is not in the allowlist of the provider'],
  unknown_state: [400, 'Unknown or expired OAuth state'],
  code_refused: [500, 'OAuth token exchange failed: invalid_grant'],
  no_binding: [500, 'Credential binding not found'],
};

/** Routes of bindings, grants and flows; what is missing is 404 on reading and 500 on changing. */
export function liveRoutes(credentials: Credentials, flows: OAuthFlows): readonly Route[] {
  return [...bindingRoutes(credentials), ...grantRoutes(credentials), ...flowRoutes(flows)];
}

function bindingRoutes(credentials: Credentials): readonly Route[] {
  const view = (id: string) => {
    const binding = credentials.get(id) ?? refuse(404, 'Credential binding not found');
    return liveBinding(binding, credentials.grants(id));
  };
  return [
    route('GET', '', (_request, { tenant, subject }) => {
      const owned = credentials.list(tenant, subject).map(({ id }) => view(id));
      return json({ credentials: owned, count: owned.length });
    }),
    route('POST', '/api-keys', (request, user) => {
      const { provider, label, value, credential_type: type, scope } = body(request, decodeStored);
      const given = { type, provider, label, scope: readScope(scope) };
      return json({ id: credentials.add(user, given, value).id }, 201);
    }),
    route('GET', '/{id}', (request) => json({ credential: view(idParam(request, 'id')) })),
    route('DELETE', '/{id}', (request) => {
      const id = idParam(request, 'id');
      if (!credentials.revoke(id)) missing();
      return json({ status: 'revoked', id });
    }),
    route('POST', '/{id}/rotate', (request) => {
      const id = idParam(request, 'id');
      if (!credentials.rotate(id, body(request, decodeRotation).value)) missing();
      return json({ status: 'rotated', id });
    }),
  ];
}

function grantRoutes(credentials: Credentials): readonly Route[] {
  return [
    route('GET', '/{id}/grants', (request) => {
      const id = idParam(request, 'id');
      if (credentials.get(id) === undefined) refuse(404, 'Credential binding not found');
      const grants = credentials.grants(id).map(liveGrant);
      return json({ grants, count: grants.length });
    }),
    route('POST', '/{id}/grants', (request, user) => {
      const id = idParam(request, 'id');
      const target = readTarget(body(request, decodeGrant));
      const grant =
        credentials.grant(id, { target, permission: null, granted_by: user.subject }) ?? missing();
      return json({ grant_id: grant.id }, 201);
    }),
    route('DELETE', '/{id}/grants/{grant_id}', (request) => {
      const [id, grant_id] = [idParam(request, 'id'), idParam(request, 'grant_id')];
      if (!credentials.revokeGrant(id, grant_id)) missing();
      return json({ status: 'revoked', grant_id });
    }),
  ];
}

function flowRoutes(flows: OAuthFlows): readonly Route[] {
  return [
    route('POST', '/oauth/initiate', (request, user) => {
      const { provider, redirect_uri } = body(request, decodeInitiation);
      const begun = flows.initiate(user, provider, redirect_uri);
      if (typeof begun === 'string') return refuse(...FAULTS[begun]);
      const { authorization_url, state } = begun;
      return json({ authorization_url, state });
    }),
    route('POST', '/oauth/device/poll', (request, user) => {
      const { device_code, provider } = body(request, decodePoll);
      if (flows.isState(device_code)) refuse(500, 'OAuth device token exchange failed');
      const done = flows.poll(user, device_code, provider);
      if (done === undefined) return json({ status: 'pending', provider }, 202);
      return json({ status: 'complete', binding_id: done.bindingId });
    }),
    {
      method: 'GET',
      path: '/v1/credentials/oauth/callback',
      dialects: ['live'],
      handler: (request) => finish(request, flows),
    },
  ];
}

/** Any identity may finish a flow. */
function finish(request: SandboxRequest, flows: OAuthFlows): Reply {
  const [state, code] = [queryText(request, 'state'), queryText(request, 'code')];
  requireDatabase(caller(request).tenant);
  const done = flows.finish(state, code);
  return typeof done === 'string' ? refuse(...FAULTS[done]) : json({ id: done.bindingId, status: 'active' });
}

function route(
  method: Route['method'],
  path: string,
  run: (request: SandboxRequest, user: Owner) => Reply,
): Route {
  return {
    ...{ method, path: `/v1/credentials${path}`, dialects: ['live'], limit: TAKEN_IN },
    handler: (request) => run(request, requireUser(request)),
  };
}

/** 403 for operators and service accounts; then the database must be there. */
function requireUser(request: SandboxRequest): Identity {
  const user = caller(request);
  const personal = user.kind === 'consumer' || user.kind === 'tenant_user';
  if (!personal) refuse(403, 'Credentials belong to consumers and tenant users');
  requireDatabase(user.tenant);
  return user;
}

function body<T>(request: SandboxRequest, decode: (value: unknown) => T): T {
  return ownJson(request, BODY_BYTES, decode);
}

function idParam(request: SandboxRequest, name: string): string {
  return parseUuid(pathParam(request, name)) ?? refuse(400, `Invalid ${name}: not a UUID`);
}

function missing(): never {
  return refuse(500, 'Credential binding or grant not found');
}

function readScope(scope = 'personal'): string {
  if (scope === 'personal') return scope;
  const team = parseUuid(/^team:(.*)$/.exec(scope)?.[1] ?? '');
  return team === undefined ? refuse(400, `Invalid scope: ${scope}`) : `team:${team}`;
}

function readTarget({ target_type: kind, target_value }: ReturnType<typeof decodeGrant>): GrantTarget {
  if (kind === 'all_agents') return { kind };
  const id = parseUuid(target_value ?? '') ?? refuse(400, `target_value must be the UUID of the ${kind}`);
  return kind === 'agent' ? { kind, agent_id: id } : { kind, workflow_id: id };
}
