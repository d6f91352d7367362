import type { DomainBase } from '../domain-base.js';
import type { Identity, Reply, Route, SandboxRequest } from '../kernel.js';
import { requireService } from '../reserved-tenants.js';
import { caller, defineRoute, empty, json, jsonBody, uuidParam } from '../router.js';
import { decodeScript } from './rules.js';
import { requirePrivate, Scripts } from './service.js';

const FAULTS = {
  unconfigured: { error: 'script service not configured' },
  fault: 'repository error: Database error: connection reset',
};

/** Stored scripts (contract tag scripts). No published SDK has them: both dialects serve the live routes. */
export function scriptRoutes({ context }: DomainBase): readonly Route[] {
  const scripts = new Scripts(context);
  const id = (request: SandboxRequest) => uuidParam(request, 'script_id');
  const body = (request: SandboxRequest) => jsonBody(request, decodeScript);
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/scripts',
      scope: 'script:write',
      decode: body,
      run(request, input) {
        requirePrivate(input);
        return json(scripts.create(owner(request), input), 201);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/scripts',
      scope: 'script:read',
      decode: ({ query }) => ({ tag: query.get('tag'), q: query.get('q') }),
      run: (request, filter) => json(scripts.list(owner(request), filter)),
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/scripts/{script_id}',
      scope: 'script:read',
      decode: id,
      run: (request, wanted) => readScript(scripts, request, wanted),
    }),
    defineRoute({
      method: 'PUT',
      path: '/v1/scripts/{script_id}',
      scope: 'script:write',
      decode: (request) => ({ wanted: id(request), input: body(request) }),
      run(request, { wanted, input }) {
        requirePrivate(input);
        return json(scripts.update(owner(request), wanted, input));
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/scripts/{script_id}',
      scope: 'script:write',
      decode: id,
      run(request, wanted) {
        scripts.remove(owner(request), wanted);
        return empty(204);
      },
    }),
  ];
}

function readScript(scripts: Scripts, request: SandboxRequest, id: string): Reply {
  const script = scripts.get(owner(request), id);
  return json({ ...script, versions: scripts.versions(script) });
}

/** The caller, on a node that has the service. */
function owner(request: SandboxRequest): Identity {
  requireService(request, FAULTS);
  return caller(request);
}
