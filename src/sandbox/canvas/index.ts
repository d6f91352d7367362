import type { DomainBase } from '../domain-base.js';
import type { Identity, Route, SandboxRequest } from '../kernel.js';
import { requireService } from '../reserved-tenants.js';
import { boolQuery, caller, defineRoute, json, jsonBody, uuidParam } from '../router.js';
import { decodeCreate, decodeUpdate } from './modes.js';
import { CanvasSessions } from './sessions.js';
import { streamSession } from './stream.js';

const FAULTS = {
  unconfigured: { error: 'canvas service not configured' },
  fault: 'repository error: Database error: connection reset',
};
const SESSIONS = '/v1/canvas/sessions';
const SESSION = `${SESSIONS}/{session_id}`;

/**
 * Canvas sessions and their stream (contract tag canvas). No published SDK has them: both dialects serve the live
 * routes.
 */
export function canvasRoutes({ context, executions }: DomainBase): readonly Route[] {
  const sessions = new CanvasSessions(context);
  const id = (request: SandboxRequest) => uuidParam(request, 'session_id');
  return [
    defineRoute({
      method: 'POST',
      path: SESSIONS,
      scope: 'canvas:write',
      decode: (request) => jsonBody(request, decodeCreate),
      run: (request, command) => json(sessions.create(owner(request), command), 201),
    }),
    defineRoute({
      method: 'GET',
      path: SESSIONS,
      scope: 'canvas:read',
      decode: (request) => boolQuery(request, 'archived', false),
      run: (request, archived) => json(sessions.list(owner(request), archived)),
    }),
    defineRoute({
      method: 'GET',
      path: SESSION,
      scope: 'canvas:read',
      decode: id,
      run: (request, wanted) => json(sessions.get(owner(request), wanted)),
    }),
    defineRoute({
      method: 'PATCH',
      path: SESSION,
      scope: 'canvas:write',
      decode: (request) => ({ wanted: id(request), change: jsonBody(request, decodeUpdate) }),
      run: (request, { wanted, change }) => json(sessions.update(owner(request), wanted, change)),
    }),
    defineRoute({
      method: 'DELETE',
      path: SESSION,
      scope: 'canvas:write',
      decode: id,
      run(request, wanted) {
        sessions.terminate(owner(request), wanted);
        return json({ success: true });
      },
    }),
    defineRoute({
      method: 'GET',
      path: `${SESSION}/events`,
      scope: 'canvas:read',
      decode: id,
      run(request, wanted) {
        const session = sessions.get(owner(request), wanted);
        const sources = { context, executions, events: sessions.events };
        return { status: 200, sse: (sink) => streamSession(sources, session, sink) };
      },
    }),
  ];
}

/** The caller, on a node that has the service. */
function owner(request: SandboxRequest): Identity {
  requireService(request, FAULTS);
  return caller(request);
}
