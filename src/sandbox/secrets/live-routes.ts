/** The real server's secret routes (contract tag Secrets): one engine for all, values never shown. */
import { ownJson, TAKEN_IN } from '../credentials/body.js';
import { isObject } from '../json-schema.js';
import type { Reply, Route, SandboxRequest } from '../kernel.js';
import { caller, DecodeError, json, pathParam, refuse } from '../router.js';
import type { Fields, Secrets } from './service.js';

const BODY_BYTES = 256 * 1024;
const ENGINE = 'kv';
const WRITERS = new Set(['aegis:operator', 'aegis:admin']);

/** The path at which the secret store fails. */
const FAULTY_PATH = 'sandbox/vault-fault';

/** For operators and administrators; listing does not exist. Deleting what is not there succeeds. */
export function liveRoutes(secrets: Secrets): readonly Route[] {
  return [
    {
      ...{ method: 'GET', path: '/v1/secrets', dialects: ['live'] },
      handler(request) {
        requireOperator(request);
        return refuse(501, 'Listing secrets is not implemented');
      },
    },
    route('GET', (path) => {
      const fields = secrets.read(ENGINE, path);
      if (fields === undefined) return json({ error: 'Secret not found', path }, 404);
      return json({ path, fields: Object.keys(fields) });
    }),
    route('PUT', (path, request) => {
      secrets.write(ENGINE, path, ownJson(request, BODY_BYTES, decodeFields));
      return json({ status: 'written', path });
    }),
    route('DELETE', (path) => {
      secrets.remove(ENGINE, path);
      return json({ status: 'deleted', path });
    }),
  ];
}

function route(method: Route['method'], run: (path: string, request: SandboxRequest) => Reply): Route {
  return {
    ...{ method, path: '/v1/secrets/{path}', dialects: ['live'], limit: TAKEN_IN },
    handler(request) {
      requireOperator(request);
      const path = pathParam(request, 'path');
      if (path === FAULTY_PATH) refuse(500, 'Secret store error: connection refused');
      return run(path, request);
    },
  };
}

function requireOperator(request: SandboxRequest): void {
  const { kind, role } = caller(request);
  if (kind !== 'operator' || !WRITERS.has(role ?? '')) refuse(403, 'Operator or admin role required');
}

/** Values that are no text are kept as their JSON text. */
function decodeFields(value: unknown): Fields {
  const data = isObject(value) ? value.data : undefined;
  if (!isObject(data)) throw new DecodeError('data must be an object');
  return Object.fromEntries(
    Object.entries(data).map(([name, field]) => [
      name,
      typeof field === 'string' ? field : JSON.stringify(field),
    ]),
  );
}
