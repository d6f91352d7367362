/** `/v1/seal/sessions` (contract tag SEAL Sessions). */
import { json } from '../../replies.js';
import { jsonBody } from '../body.js';
import type { Contexts } from '../contexts/contexts.js';
import type { GatewayContext, GatewayRequest, GatewayRoute } from '../kernel.js';
import { invalid, missing } from '../refusals.js';
import { decodeSession, type SessionRequest, type Sessions } from './sessions.js';

const PATH = '/v1/seal/sessions/{execution_id}';

/** Register, list, fetch, revoke. Only the published reference asks that the security context exist. */
export function sessionRoutes(
  sessions: Sessions,
  contexts: Contexts,
  { dialect }: GatewayContext,
): readonly GatewayRoute[] {
  const check = (body: SessionRequest, tenant: string | null) => {
    if (dialect === 'live' || contexts.named(body.security_context, tenant) !== undefined) return;
    invalid(`security context '${body.security_context}' does not exist`);
  };
  return [
    {
      method: 'POST',
      path: '/v1/seal/sessions',
      name: 'upsert_seal_session',
      content: 'json',
      handler: (request) => {
        const body = jsonBody(request, decodeSession);
        check(body, request.tenant);
        sessions.save(body, request.tenant);
        return json({ saved: true });
      },
    },
    {
      method: 'GET',
      path: '/v1/seal/sessions',
      name: 'list_seal_sessions',
      handler: ({ tenant }) => json(sessions.active(tenant)),
    },
    {
      method: 'GET',
      path: PATH,
      name: 'get_seal_session',
      handler: (request) => json(sessions.get(idOf(request), request.tenant) ?? missing('session not found')),
    },
    {
      method: 'DELETE',
      path: PATH,
      name: 'revoke_seal_session',
      handler: (request) => {
        const revoked = sessions.revoke(idOf(request), request.tenant);
        return revoked ? json({ status: 'revoked' }) : missing('session not found or already revoked');
      },
    },
  ];
}

function idOf({ params }: GatewayRequest): string {
  return params.execution_id ?? '';
}
