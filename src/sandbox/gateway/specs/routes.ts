/** `/v1/specs` (contract tag API Specs). */
import type { Dialect } from '../../kernel.js';
import { json } from '../../replies.js';
import { jsonBody } from '../body.js';
import type { GatewayRoute } from '../kernel.js';
import { missing } from '../refusals.js';
import { idParam } from '../uuid.js';
import { type ApiSpec, type Specs, specDecoder } from './specs.js';

/** Register, list, fetch, delete. The published reference shows one form of a spec, the server two. */
export function specRoutes(specs: Specs, dialect: Dialect): readonly GatewayRoute[] {
  const decode = specDecoder(dialect);
  const view = dialect === 'live' ? { row: summary, record: (spec: ApiSpec) => spec } : published;
  return [
    {
      method: 'POST',
      path: '/v1/specs',
      name: 'register_spec',
      content: 'json',
      handler: async (request) =>
        json(await specs.register(jsonBody(request, decode), request.tenant, request.signal)),
    },
    {
      method: 'GET',
      path: '/v1/specs',
      name: 'list_specs',
      handler: ({ tenant }) => json(specs.list(tenant).map(view.row)),
    },
    {
      method: 'GET',
      path: '/v1/specs/{id}',
      name: 'get_spec',
      handler: (request) =>
        json(view.record(specs.get(idParam(request), request.tenant) ?? missing('api spec not found'))),
    },
    {
      method: 'DELETE',
      path: '/v1/specs/{id}',
      name: 'delete_spec',
      handler: (request) => {
        specs.remove(idParam(request), request.tenant);
        return json({ deleted: true });
      },
    },
  ];
}

function summary({ id, name, source_url }: ApiSpec) {
  return { id, name, source_url };
}

function publishedSpec({ id, name, base_url, source_url, operations }: ApiSpec) {
  return { id, name, base_url, source_url, operations };
}

const published = { row: publishedSpec, record: publishedSpec };
