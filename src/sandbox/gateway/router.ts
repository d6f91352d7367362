/**
 * Answers the gateway's requests in the server's order: path, who calls, method, content type, size, handler. Operator
 * routes ask for an operator token even where the method is wrong; invoke routes for an envelope that names a tenant.
 */
import { performance } from 'node:perf_hooks';
import { type Reply, ReplyError } from '../kernel.js';
import { empty, errorReply, json, refuseText } from '../replies.js';
import { requireJsonContent } from '../request.js';
import { compileRoutes, type Match, PathDecodeError } from '../route-table.js';
import { isFault, type OnFault, type RawRequest, type Router } from '../router.js';
import { BODY_LIMIT } from './body.js';
import { envelopeTenant } from './invoke/routes.js';
import type { GatewayContext, GatewayRequest, GatewayRoute } from './kernel.js';
import type { Metrics } from './system/metrics.js';

export interface GatewayRouterParts {
  readonly context: GatewayContext;
  readonly metrics: Metrics;
  readonly onFault?: OnFault;
  /** Tenant of the operator behind an Authorization header; throws ReplyError. */
  operatorTenant(authorization: string | undefined): Promise<string | null>;
}

/** The middleware of the invoke routes reads the whole body, whatever its size, before the limit is looked at. */
const ENVELOPE_LIMIT = 8 * BODY_LIMIT;
const ENVELOPE_PATHS = ['/v1/invoke', '/v1/seal/invoke'];

type Found = Match<GatewayRoute>;

/** Builds the router. In the documented dialect every refusal of a route is JSON `{error}`, and 422 is 400. */
export function createGatewayRouter(routes: readonly GatewayRoute[], parts: GatewayRouterParts): Router {
  const match = compileRoutes(routes, parts.context.dialect);
  const finish = parts.context.dialect === 'documented' ? published : (reply: Reply) => reply;
  return {
    async answer(raw) {
      const began = performance.now();
      const path = raw.target.split('?')[0] ?? '/';
      const reply = await handle(raw, path, match, parts).then(finish, (error) => {
        if (isFault(error, raw)) parts.onFault?.(error);
        return finish(faultReply(error));
      });
      parts.metrics.countRequest({
        method: raw.method,
        status: reply.status,
        seconds: (performance.now() - began) / 1000,
      });
      return reply;
    },
  };
}

async function handle(
  raw: RawRequest,
  path: string,
  match: (method: string, path: string) => Found | undefined,
  parts: GatewayRouterParts,
): Promise<Reply> {
  const found = matchLater(match, raw.method, path);
  if (found === undefined) return empty(404);
  const envelope = ENVELOPE_PATHS.includes(path) ? await readWhole(raw) : undefined;
  const tenant = await tenantOf(raw, path, envelope, parts);
  if (found instanceof PathDecodeError) return refuseText(400, `Invalid URL: ${found.message}`);
  if (!found.route) return empty(405, { allow: found.allow });
  const { headers, signal } = raw;
  const body = await bodyOf(found.route, raw, envelope);
  const request: GatewayRequest = { params: found.params, headers, signal, body, tenant };
  return found.route.handler(request);
}

/** A path that cannot be decoded is reported only after the caller was checked. */
function matchLater(
  match: (method: string, path: string) => Found | undefined,
  method: string,
  path: string,
): Found | PathDecodeError | undefined {
  try {
    return match(method, path);
  } catch (error) {
    if (error instanceof PathDecodeError) return error;
    throw error;
  }
}

async function tenantOf(
  { headers }: RawRequest,
  path: string,
  envelope: Buffer | undefined,
  parts: GatewayRouterParts,
): Promise<string | null> {
  if (envelope !== undefined) return envelopeTenant(envelope) ?? refuseEmpty(401);
  return path.startsWith('/v1/') ? parts.operatorTenant(headers.authorization) : null;
}

async function bodyOf(route: GatewayRoute, raw: RawRequest, envelope: Buffer | undefined): Promise<Buffer> {
  if (route.content === undefined) return Buffer.alloc(0);
  requireJsonContent(raw);
  const body = envelope ?? (await raw.readBody(BODY_LIMIT));
  return body === undefined || body.length > BODY_LIMIT ? refuseTooLarge() : body;
}

async function readWhole(raw: RawRequest): Promise<Buffer> {
  return (await raw.readBody(ENVELOPE_LIMIT)) ?? refuseTooLarge();
}

function refuseTooLarge(): never {
  return refuseText(413, 'Failed to buffer the request body: length limit exceeded');
}

function refuseEmpty(status: number): never {
  throw new ReplyError(empty(status));
}

function faultReply(error: unknown): Reply {
  if (error instanceof ReplyError) return error.reply;
  return errorReply(500, `internal error: ${error instanceof Error ? error.message : String(error)}`);
}

const WORDS: ReadonlyMap<number, string> = new Map([
  [401, 'unauthorized'],
  [403, 'forbidden'],
  [500, 'internal error: the identity provider gave no usable keys'],
  [503, 'identity provider unavailable'],
]);

/** An empty 404 and 405 stay: they say that there is no such route. */
function published(reply: Reply): Reply {
  if (reply.status < 400) return reply;
  if ('text' in reply) return json({ error: reply.text }, reply.status === 422 ? 400 : reply.status);
  const word = 'empty' in reply ? WORDS.get(reply.status) : undefined;
  return word === undefined ? reply : json({ error: word }, reply.status);
}
