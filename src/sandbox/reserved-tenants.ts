/** Tenants that stand for nodes in trouble, so that a client can meet answers a healthy node never gives. */
import { ReplyError, type SandboxRequest } from './kernel.js';
import { caller, errorReply, json } from './router.js';

/** Users of this tenant meet a node without database and without the services that need one: 503. */
const NO_DATABASE = 'sandbox-no-database';

/** Users of this tenant meet a node whose storage fails: 500. */
const DATABASE_FAULT = 'sandbox-database-fault';

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
