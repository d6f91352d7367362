import type { Route, SandboxRequest } from '../kernel.js';
import { boolQuery, caller, defineRoute, empty, json, jsonBody, refuse, uuidParam } from '../router.js';
import { bindingView, commitBody, createBody, pushBody } from './bodies.js';
import type { GitRepos } from './service.js';
import { signatureOf } from './webhook.js';

/** The published reference knows no git storage. */
const LIVE = ['live'] as const;
const GIT = '/v1/storage/git';
const SUCCESS = { success: true };
const WEBHOOK_BYTES = 1024 * 1024;

const gitId = (request: SandboxRequest) => uuidParam(request, 'id');

/** The body may be missing, but one with a content type must be JSON. */
function decodePush(request: SandboxRequest) {
  if (request.headers['content-type'] === undefined) return pushBody({});
  return jsonBody(request, pushBody);
}

/** Bindings and what git does in them, of the live server (contract tag Git storage). */
export function gitStorageRoutes(repos: GitRepos): readonly Route[] {
  return [...bindingRoutes(repos), ...cloneRoutes(repos), webhookRoute(repos)];
}

function bindingRoutes(repos: GitRepos): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: GIT,
      dialects: LIVE,
      scope: 'volume:write',
      decode: (request) => jsonBody(request, createBody),
      run: (request, body) => json(bindingView(repos.create(caller(request), body)), 201),
    }),
    defineRoute({
      method: 'GET',
      path: GIT,
      dialects: LIVE,
      scope: 'volume:read',
      decode: () => undefined,
      run: (request) => json(repos.list(caller(request)).map(bindingView)),
    }),
    defineRoute({
      method: 'GET',
      path: `${GIT}/{id}`,
      dialects: LIVE,
      scope: 'volume:read',
      decode: gitId,
      run: (request, id) => json(bindingView(repos.find(caller(request), id))),
    }),
    defineRoute({
      method: 'DELETE',
      path: `${GIT}/{id}`,
      dialects: LIVE,
      scope: 'volume:write',
      decode: gitId,
      async run(request, id) {
        await repos.remove(caller(request), id);
        return json(SUCCESS);
      },
    }),
  ];
}

function cloneRoutes(repos: GitRepos): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: `${GIT}/{id}/refresh`,
      dialects: LIVE,
      scope: 'volume:write',
      decode: gitId,
      async run(request, id) {
        await repos.refresh(caller(request), id);
        return json(SUCCESS);
      },
    }),
    defineRoute({
      method: 'POST',
      path: `${GIT}/{id}/commit`,
      dialects: LIVE,
      scope: 'volume:write',
      decode: (request) => ({ id: gitId(request), ...jsonBody(request, commitBody) }),
      run: async (request, { id, message }) =>
        json({ commit_sha: await repos.commit(caller(request), id, message) }),
    }),
    defineRoute({
      method: 'POST',
      path: `${GIT}/{id}/push`,
      dialects: LIVE,
      scope: 'volume:write',
      decode: (request) => ({ id: gitId(request), ...decodePush(request) }),
      async run(request, { id, remote, branch }) {
        await repos.push(caller(request), id, remote, branch);
        return empty(204);
      },
    }),
    defineRoute({
      method: 'GET',
      path: `${GIT}/{id}/diff`,
      dialects: LIVE,
      scope: 'volume:read',
      decode: (request) => ({ id: gitId(request), staged: boolQuery(request, 'staged', false) }),
      run: async (request, { id, staged }) => json({ diff: await repos.diff(caller(request), id, staged) }),
    }),
  ];
}

/** Asks for no bearer: the secret selects the binding, the signature proves the sender. */
function webhookRoute(repos: GitRepos): Route {
  return {
    method: 'POST',
    path: '/v1/webhooks/git',
    dialects: LIVE,
    auth: 'none',
    limit: WEBHOOK_BYTES,
    async handler({ headers, body }) {
      const secret =
        headers['x-aegis-webhook-secret'] ?? refuse(401, 'missing X-Aegis-Webhook-Secret header');
      const isSigned =
        signatureOf(headers) ?? refuse(401, 'missing or unrecognized webhook signature header');
      await repos.receive(String(secret), isSigned, body);
      return json({ received: true }, 202);
    },
  };
}
