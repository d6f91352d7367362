/** Tenants that stand for nodes in trouble, so that a client can meet answers a healthy node never gives. */
import { ReplyError, type Route, type SandboxRequest } from './kernel.js';
import { caller, errorReply, json } from './router.js';

/** Users of this tenant meet a node without database and without the services that need one: 503. */
export const NO_DATABASE = 'sandbox-no-database';

/** Users of this tenant meet a node whose storage fails: 500. */
export const DATABASE_FAULT = 'sandbox-database-fault';

/** Users of this tenant meet a node whose workflow engine is out of reach: 503. */
const NO_WORKFLOW_ENGINE = 'sandbox-no-workflow-engine';

/** What the absence of a service is answered with, and its fault. */
export interface ServiceFaults {
  readonly unconfigured: { readonly error: string; readonly message?: string };
  readonly fault: string;
}

/** Refuses callers of the two reserved tenants with 503 or 500 `{error}`; everybody else has the service. */
export function requireService(request: SandboxRequest, { unconfigured, fault }: ServiceFaults): void {
  const { tenant } = caller(request);
  if (tenant === NO_DATABASE) throw new ReplyError(json(unconfigured, 503));
  if (tenant === DATABASE_FAULT) throw new ReplyError(errorReply(500, fault));
}

/** The same routes, but users of the reserved tenants meet the faults of storage and workflow engine. */
export function withFaults(routes: readonly Route[]): readonly Route[] {
  return routes.map((route) => ({
    ...route,
    handler(request) {
      const tenant = request.identity?.tenant;
      if (tenant === DATABASE_FAULT) return errorReply(500, 'database error: connection closed');
      if (tenant === NO_WORKFLOW_ENGINE && needsEngine(route))
        return errorReply(503, 'Workflow engine not connected');
      return route.handler(request);
    },
  }));
}

function needsEngine({ method, path }: Route): boolean {
  return method !== 'GET' && path.startsWith('/v1/workflows/executions/');
}
