/** The secret routes with the bodies and answers of the published reference and SDK. */
import { z } from 'zod';
import type { Reply, Route, SandboxRequest } from '../kernel.js';
import { decodeWith, json, jsonBody, pathParam, refuse } from '../router.js';
import { option } from '../shapes.js';
import type { Secrets } from './service.js';

const decodeSecret = decodeWith(z.object({ value: z.string(), encoding: option(z.string()) }));

/** Secrets of the caller's tenant, with their values. The SDK sends a path's slashes as they are. */
export function documentedRoutes(secrets: Secrets): readonly Route[] {
  return [
    {
      ...{ method: 'GET', path: '/v1/secrets', dialects: ['documented'] },
      handler: (request) => {
        const prefix = request.query.get('path_prefix') ?? '';
        return json({ secrets: secrets.list(engineOf(request), prefix) });
      },
    },
    route('GET', (engine, path) => {
      const fields = secrets.read(engine, path) ?? refuse(404, 'Secret not found');
      return json({ path, ...fields });
    }),
    route('PUT', (engine, path, request) => {
      const { value, encoding = 'utf8' } = jsonBody(request, decodeSecret);
      secrets.write(engine, path, { value, encoding });
      return json({ status: 'written', path });
    }),
    route('DELETE', (engine, path) => {
      if (!secrets.remove(engine, path)) refuse(404, 'Secret not found');
      return json({ status: 'deleted', path });
    }),
  ];
}

function route(
  method: Route['method'],
  run: (engine: string, path: string, request: SandboxRequest) => Reply,
): Route {
  return {
    ...{ method, path: '/v1/secrets/{*path}', dialects: ['documented'] },
    handler: (request) => run(engineOf(request), pathParam(request, 'path'), request),
  };
}

/** Each tenant has an engine of its own, apart from the shared one of the real server. */
function engineOf(request: SandboxRequest): string {
  return `tenant/${request.effectiveTenant}`;
}
