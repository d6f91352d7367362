/** `POST /v1/webhooks/keycloak`: events of the identity provider, unauthenticated and unsigned. */
import { z } from 'zod';
import type { Route } from '../kernel.js';
import { decodeWith, empty, jsonBody } from '../router.js';

const decodeEvent = decodeWith(z.object({ type: z.string(), userId: z.string() }));

/** Users whose registration is answered with a failure. */
const FAILURES: ReadonlyMap<string, number> = new Map([
  ['sandbox-provisioning-fails', 500],
  ['sandbox-user-not-ready', 503],
]);

/**
 * Answers without a body: 201 to a REGISTER, 200 to any other type. Tenants of the sandbox exist without being
 * provisioned, so nothing else happens. The published reference does not have it.
 */
export const keycloakRoute: Route = {
  method: 'POST',
  path: '/v1/webhooks/keycloak',
  dialects: ['live'],
  auth: 'none',
  handler(request) {
    const { type, userId } = jsonBody(request, decodeEvent);
    return empty(type === 'REGISTER' ? (FAILURES.get(userId) ?? 201) : 200);
  },
};
