/** `/v1/security-contexts` (contract tag Security Contexts); there is no deleting. */
import { json } from '../../replies.js';
import { jsonBody } from '../body.js';
import type { GatewayRoute } from '../kernel.js';
import { invalid, missing } from '../refusals.js';
import { type Contexts, decodeContext, type SecurityContext } from './contexts.js';

/** Create or overwrite, list, fetch. */
export function contextRoutes(contexts: Contexts): readonly GatewayRoute[] {
  return [
    {
      method: 'POST',
      path: '/v1/security-contexts',
      name: 'upsert_security_context',
      content: 'json',
      handler: (request) => {
        const body = jsonBody(request, decodeContext);
        if (body.name.trim() === '') invalid('security context name must not be blank');
        contexts.put(body.name, body.name, { ...body, tenant_id: request.tenant });
        return json({ saved: true });
      },
    },
    {
      method: 'GET',
      path: '/v1/security-contexts',
      name: 'list_security_contexts',
      handler: ({ tenant }) => json(contexts.list(tenant).map(view)),
    },
    {
      method: 'GET',
      path: '/v1/security-contexts/{name}',
      name: 'get_security_context',
      handler: ({ params, tenant }) =>
        json(view(contexts.named(params.name ?? '', tenant) ?? missing('security context not found'))),
    },
  ];
}

/** The owner is left out of a system-global context. */
function view({ tenant_id, ...context }: SecurityContext) {
  return { ...context, ...(tenant_id !== null && { tenant_id }) };
}
