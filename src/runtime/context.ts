/** The context of one call. */
import type { Config } from '../config.js';
import { AegisError, type ErrorCode } from '../errors.js';
import { oneLine } from '../server/render-error.js';
import type { About, Context, ProgressUpdate } from '../tools/context.js';
import type { Connection } from './connect.js';
import { probe } from './health.js';
import { type Actor, readActor } from './identity.js';

/** What a tool may touch during one call. */
export function createContext(
  connection: Connection,
  config: Config,
  signal: AbortSignal,
  progress: (update: ProgressUpdate) => void,
): Context {
  const { seal } = connection;
  const recorded: string[] = [];
  const onReceipt = (id: string): void => void recorded.push(id);
  return {
    recorded,
    requestSeconds: config.requestTimeoutSecs,
    upstream: (server) => connection.upstream(server),
    files: connection.files,
    webhookSecret: (source) => config.webhookSecrets?.get(source),
    tenant: config.tenant,
    signal,
    progress,
    carry: (call, send) => seal.carry(call, send, signal, onReceipt),
    sealInvoke: (tool, args, options) => seal.invoke({ tool, arguments: args }, options, signal, onReceipt),
    sealLists: (tool) => seal.lists(tool, signal),
    receipts: (query) => seal.receipts(query, signal),
    about: () => about(connection, config, signal),
  };
}

async function about(connection: Connection, config: Config, signal: AbortSignal): Promise<About> {
  const [orchestrator, who] = await Promise.all([
    orchestratorOf(connection, signal),
    whoIs(connection, signal),
  ]);
  const { toolsets, readOnly } = config;
  return {
    orchestrator,
    identity: who.identity,
    tenant: config.tenant ?? who.tenant,
    seal: {
      mode: config.seal,
      security_context: who.security_context,
      journal: connection.seal.journalPath,
    },
    surface: { tools: await connection.countTools(), toolsets: [...toolsets], read_only: readOnly },
  };
}

/** Codes of failures that some answer caused. */
const ANSWERED: ReadonlySet<ErrorCode> = new Set(['bad_response', 'too_large']);

async function orchestratorOf(connection: Connection, signal: AbortSignal): Promise<About['orchestrator']> {
  const { url, sandbox } = connection;
  const { http } = connection.upstream('orchestrator');
  try {
    const body = await probe(http, signal);
    return {
      url,
      reachable: true,
      // A sandbox of another process says in its health that it is one.
      sandbox: sandbox || body.sandbox === true,
      status: body.status,
      version: typeof body.version === 'string' ? body.version : null,
      error: null,
      clock_skew_ms: http.clockSkewMs() ?? null,
    };
  } catch (thrown) {
    const error = AegisError.from(thrown);
    if (error.code === 'cancelled') throw error;
    // An answer of any kind shows that something listens there.
    const reachable = error.status !== undefined || ANSWERED.has(error.code);
    const said = `${error.code}: ${error.message}`;
    return { url, sandbox, reachable, status: null, version: null, error: said, clock_skew_ms: null };
  }
}

/** Never fails for want of a credential: whoami is where one looks when calls are refused. */
async function whoIs(connection: Connection, signal: AbortSignal) {
  try {
    const { actor, seal } = await connection.seal.identity(signal);
    return describeActor(actor, seal?.securityContext ?? null, expiryOf(actor));
  } catch (thrown) {
    const error = AegisError.from(thrown);
    if (error.code === 'cancelled') throw error;
    return describeActor(readActor(undefined), null, `${error.code}: ${oneLine(error)}`);
  }
}

/** A token that nobody renews is sent even when it is over: the orchestrator has the last word, and its clock. */
function expiryOf({ claims }: Actor): string | null {
  if (claims?.exp === undefined || claims.exp * 1000 > Date.now()) return null;
  return 'unauthorized: The token has expired. Obtain a new one.';
}

function describeActor(
  { kind, tenant, claims }: Actor,
  security_context: string | null,
  error: string | null,
) {
  return {
    identity: {
      kind,
      subject: claims?.sub ?? null,
      client_id: claims?.azp ?? null,
      issuer: claims?.iss ?? null,
      role: claims?.aegis_role ?? null,
      scopes: (claims?.scope ?? '').split(' ').filter(Boolean),
      expires_at: claims?.exp === undefined ? null : new Date(claims.exp * 1000).toISOString(),
      error,
    },
    tenant: tenant ?? null,
    security_context,
  };
}
