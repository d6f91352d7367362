/** Tenants that stand for nodes in trouble, so that a client can meet answers a healthy node never gives. */
import { ReplyError, type SandboxRequest } from './kernel.js';
import { caller, errorReply, json } from './router.js';

/** Users of this tenant meet a node without the optional services: 503. */
export const UNCONFIGURED_TENANT = 'sandbox-unconfigured';

/** Users of this tenant meet a node whose storage fails: 500. */
export const FAULTY_TENANT = 'sandbox-faulty';

/** What the absence of a service is answered with, and its fault; both are JSON bodies with `error`. */
export interface ServiceFaults {
  readonly unconfigured: { readonly error: string; readonly message?: string };
  readonly fault: string;
}

/** Refuses callers of the two reserved tenants with 503 or 500; everybody else has the service. */
export function requireService(request: SandboxRequest, { unconfigured, fault }: ServiceFaults): void {
  const { tenant } = caller(request);
  if (tenant === UNCONFIGURED_TENANT) throw new ReplyError(json(unconfigured, 503));
  if (tenant === FAULTY_TENANT) throw new ReplyError(errorReply(500, fault));
}
