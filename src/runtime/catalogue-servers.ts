/** The servers that list tools, and for whom they do. */
import type { HttpClient } from '../client/types.js';
import { AegisError } from '../errors.js';
import type { Connection } from './connect.js';
import type { SealAccess } from './seal-access.js';
import { type ListOptions, readGatewayTools, readSealTools, type ToolList } from './tool-lists.js';

export interface Servers extends Pick<Connection, 'upstream'> {
  readonly seal: Pick<SealAccess, 'identity'>;
}

/** Who asks, and where. */
export interface Caller {
  readonly servers: Servers;
  /** Without one nothing can be signed. */
  readonly securityContext: string | undefined;
  /** The same for the same identity. */
  readonly key: string;
}

const NONE: ToolList = { tools: [], etag: undefined };

/** Throws AegisError where no credential can be had. */
export async function readCaller(servers: Servers, signal: AbortSignal): Promise<Caller> {
  const { actor, seal } = await servers.seal.identity(signal);
  const { kind, name, tenant } = actor;
  const securityContext = seal?.securityContext;
  return { servers, securityContext, key: JSON.stringify([kind, name, tenant, securityContext]) };
}

/** What the orchestrator lists for the caller. Throws AegisError, `not_configured` where nothing can be signed. */
export async function listOrchestrator(
  { servers, securityContext }: Caller,
  options: ListOptions,
): Promise<ToolList | undefined> {
  if (securityContext === undefined) throw noContext();
  return await readSealTools(servers.upstream('orchestrator').http, securityContext, options);
}

/** What the gateway lists, where one is configured. Throws AegisError. */
export async function listGateway(
  { servers, securityContext }: Caller,
  options: ListOptions,
): Promise<ToolList | undefined> {
  const http = securityContext === undefined ? undefined : gatewayOf(servers);
  return http === undefined ? NONE : await readGatewayTools(http, options);
}

function noContext(): AegisError {
  return new AegisError('not_configured', 'The credential tells no security context to call SEAL tools in.', {
    next: 'Give a credential of the orchestrator; where it tells none, name the context with --security-context (AEGIS_SECURITY_CONTEXT).',
  });
}

function gatewayOf({ upstream }: Servers): HttpClient | undefined {
  try {
    return upstream('gateway').http;
  } catch (error) {
    if (AegisError.from(error).code !== 'not_configured') throw error;
    return undefined;
  }
}
