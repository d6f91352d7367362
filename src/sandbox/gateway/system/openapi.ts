/** The OpenAPI document the server generates of itself: handler names, and neither schemas nor most statuses. */
import type { Dialect } from '../../kernel.js';
import type { GatewayRoute } from '../kernel.js';

/** The document of the routes that have a name. */
export function openApiDocument(
  routes: readonly GatewayRoute[],
  dialect: Dialect,
): Readonly<Record<string, unknown>> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const { name, method, path, dialects = [dialect] } = route;
    if (name === undefined || !dialects.includes(dialect)) continue;
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(name, route) };
  }
  return { openapi: '3.1.0', info: { title: 'SEAL Gateway', version: '0.15.0-pre-alpha' }, paths };
}

function operationOf(operationId: string, { path, content }: GatewayRoute) {
  const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => {
    return { name, in: 'path', required: true, schema: { type: 'string' } };
  });
  const body = { required: true, content: { 'application/json': { schema: { type: 'object' } } } };
  return {
    operationId,
    ...(parameters.length > 0 && { parameters }),
    ...(content !== undefined && { requestBody: body }),
    responses: {
      200: { description: 'OK' },
      400: { description: 'Bad request' },
      401: { description: 'Unauthorized' },
    },
  };
}
