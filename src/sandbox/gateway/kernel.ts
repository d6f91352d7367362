/** The seams of the gateway: what its routes get and give. It is a server of its own beside the orchestrator. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Reply, Route, SandboxContext } from '../kernel.js';

/** What a gateway handler reads. */
export interface GatewayRequest {
  /** Decoded path parameters by name. */
  readonly params: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  /** The whole body; empty on routes that read none. */
  readonly body: Buffer;
  /** `tenant_id` of the operator's token; null is system-global, and where no operator is asked for. */
  readonly tenant: string | null;
  /** Aborted when the client goes away or the sandbox stops. */
  readonly signal: AbortSignal;
}

/** One method of one path. Who may call it follows from the path: router.ts. */
export interface GatewayRoute extends Pick<Route, 'method' | 'path' | 'dialects'> {
  /** Its name in the generated OpenAPI document; absent: not in it. */
  readonly name?: string;
  /** Whether the body is read: JSON of at most 2 MiB. */
  readonly content?: 'json';
  handler(request: GatewayRequest): Promise<Reply> | Reply;
}

/** What every part of the gateway shares. */
export type GatewayContext = Pick<SandboxContext, 'dialect' | 'clock' | 'store' | 'signal'>;
