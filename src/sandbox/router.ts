/**
 * Answers requests from route tables in the real server's order: bearer, tenant, route, path, query, content
 * type, JSON, shape, scope. Handlers read their input with the helpers re-exported here.
 */
import type { IncomingHttpHeaders } from 'node:http';
import {
  type BodyStream,
  type Dialect,
  type Identity,
  type Reply,
  ReplyError,
  type Route,
  type SandboxRequest,
} from './kernel.js';
import { empty, errorReply, json, refuseText, text } from './replies.js';
import { requireJsonContent, requireScope } from './request.js';
import { compileRoutes, type Match, PathDecodeError } from './route-table.js';
import { type TenantRule, tenantRule } from './tenant.js';

export * from './replies.js';
export * from './request.js';

/** Checks a bearer; a refusal is the middleware's 401 text. */
export type Verify = (
  authorization: string | undefined,
) => Promise<{ identity: Identity } | { refusal: string }>;

/** A request before routing. */
export interface RawRequest {
  readonly method: string;
  /** Path and query as sent, still percent-encoded. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly signal: AbortSignal;
  /** The whole body, or undefined when it is longer than `limit` bytes. */
  readBody(limit: number): Promise<Buffer | undefined>;
  /** The body piece by piece; excludes `readBody`. */
  streamBody(): BodyStream;
}

/** Told of a fault that no handler meant: the request is answered with 500 all the same. */
export type OnFault = (error: unknown) => void;

/** Answers requests. */
export interface Router {
  /** Never rejects: a handler's unexpected fault is 500 `{error}`. */
  answer(raw: RawRequest): Promise<Reply>;
}

const BODY_LIMIT = 2 * 1024 * 1024;

/** Paths the JWT middleware leaves alone (D06), and Keycloak's, which are another server's in production. */
const EXEMPT = [
  '/health',
  '/v1/api-keys/validate',
  '/v1/billing/prices',
  '/v1/dispatch-gateway',
  '/v1/seal/attest',
  '/v1/seal/invoke',
  '/v1/seal/tools',
  '/v1/webhooks',
  '/realms/',
];

/**
 * A route whose handler sees decoded input: `decode` reads path, query and body (throwing the framework's
 * refusals), then the scope is checked, then `run` acts.
 */
export function defineRoute<T>(
  spec: Omit<Route, 'handler' | 'scopeCheck' | 'content'> & {
    readonly decode: (request: SandboxRequest) => T;
    readonly run: (request: SandboxRequest, input: T) => Promise<Reply> | Reply;
  },
): Route {
  const { decode, run, ...route } = spec;
  return {
    ...route,
    scopeCheck: 'handler',
    handler(request) {
      const input = decode(request);
      requireScope(request, route.scope);
      return run(request, input);
    },
  };
}

/** Builds the router of one dialect. In the documented dialect refusals with text become JSON `{error}`. */
export function createRouter(
  routes: readonly Route[],
  options: { dialect: Dialect; verify: Verify; tenantOf?: TenantRule; onFault?: OnFault },
): Router {
  const { verify, tenantOf = tenantRule() } = options;
  const match = compileRoutes(routes, options.dialect);
  const finish = options.dialect === 'documented' ? jsonErrors : (reply: Reply) => reply;
  return {
    async answer(raw) {
      try {
        return finish(await handle(raw, match, verify, tenantOf));
      } catch (error) {
        if (isFault(error, raw)) options.onFault?.(error);
        return finish(faultReply(error));
      }
    },
  };
}

/** What no handler meant; that the caller went away while one waited is none. */
export function isFault(error: unknown, { signal }: Pick<RawRequest, 'signal'>): boolean {
  const left = signal.aborted && error instanceof Error && error.name === 'AbortError';
  return !left && !(error instanceof ReplyError);
}

type Matcher = (method: string, path: string) => Match | undefined;

async function handle(raw: RawRequest, match: Matcher, verify: Verify, tenantOf: TenantRule): Promise<Reply> {
  const [path = '/', search = ''] = splitTarget(raw.target);
  const query = new URLSearchParams(search);
  const found = matchLater(match, raw.method, path);
  const identity = await authenticate(raw, path, query, found.route, verify);
  const tenant = tenantOf(identity, raw.headers, path);
  if (found.fault) refuseText(400, `Invalid URL: ${found.fault}`);
  if (found.allow === undefined) return empty(404);
  if (!found.route) return empty(405, { allow: found.allow });
  return dispatch(raw, found.route, { query, identity, effectiveTenant: tenant, params: found.params });
}

async function dispatch(
  raw: RawRequest,
  route: Route,
  parts: Pick<SandboxRequest, 'query' | 'identity' | 'effectiveTenant' | 'params'>,
): Promise<Reply> {
  const body = await takeBody(raw, route);
  if (!body) return text(413, 'Failed to buffer the request body: length limit exceeded');
  const { method, headers, signal } = raw;
  const request: SandboxRequest = { method, headers, signal, ...body, ...parts };
  if (route.content === 'json') requireJsonContent(request);
  if (route.scopeCheck !== 'handler') requireScope(request, route.scope);
  return route.handler(request);
}

async function takeBody(
  raw: RawRequest,
  route: Route,
): Promise<Pick<SandboxRequest, 'body' | 'stream'> | undefined> {
  if (route.stream) return { body: Buffer.alloc(0), stream: raw.streamBody() };
  const body = await raw.readBody(route.limit ?? BODY_LIMIT);
  return body && { body };
}

interface Found {
  readonly route: Route | undefined;
  readonly params: Readonly<Record<string, string>>;
  readonly allow: string | undefined;
  readonly fault: string | undefined;
}

/** A path that cannot be decoded is reported only after the bearer was checked. */
function matchLater(match: Matcher, method: string, path: string): Found {
  const nothing = { route: undefined, params: {}, allow: undefined, fault: undefined };
  try {
    return { ...nothing, ...match(method, path) };
  } catch (error) {
    if (error instanceof PathDecodeError) return { ...nothing, fault: error.message };
    throw error;
  }
}

async function authenticate(
  raw: RawRequest,
  path: string,
  query: URLSearchParams,
  route: Route | undefined,
  verify: Verify,
): Promise<Identity | undefined> {
  if (route?.auth === 'none' || EXEMPT.some((prefix) => path.startsWith(prefix))) return undefined;
  const token = route?.queryToken ? query.get('token') : null;
  const result = await verify(raw.headers.authorization ?? (token === null ? undefined : `Bearer ${token}`));
  if ('identity' in result) return result.identity;
  throw new ReplyError(text(401, result.refusal));
}

function splitTarget(target: string): [string, string] {
  const mark = target.indexOf('?');
  return mark < 0 ? [target, ''] : [target.slice(0, mark), target.slice(mark + 1)];
}

function faultReply(error: unknown): Reply {
  if (error instanceof ReplyError) return error.reply;
  return errorReply(500, error instanceof Error ? error.message : String(error));
}

function jsonErrors(reply: Reply): Reply {
  return reply.status >= 400 && 'text' in reply
    ? json({ error: reply.text }, reply.status, reply.headers)
    : reply;
}
