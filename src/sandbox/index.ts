/**
 * The embedded AEGIS orchestrator and SEAL gateway: for trying out, demos and contract tests. It serves the real
 * servers' routes or the published reference's, on loopback only, and says in health and in its `server` header what
 * it is.
 */
import { setMaxListeners } from 'node:events';
import { agentRoutes } from './agent-routes.js';
import { createAgents } from './agents.js';
import { createBus } from './bus.js';
import { skewed, systemClock } from './clock.js';
import { teamDirectory } from './colony/index.js';
import { type DataDirectory, openDataDirectory } from './data-directory.js';
import { documentedAgentRoutes } from './documented-agents.js';
import { documentedExecutionRoutes } from './documented-executions.js';
import { domainRoutes } from './domains.js';
import { executionRoutes } from './execution-routes.js';
import { createExecutions } from './executions.js';
import {
  createGateway,
  type Gateway,
  type GatewayTokenOptions,
  type SealTokenOptions,
} from './gateway/index.js';
import { type GatewayServer, serveGateway } from './gateway/server.js';
import { healthRoutes } from './health-routes.js';
import { type HttpServer, startHttpServer } from './http-server.js';
import { createIdentity, type SandboxIdentity, type TokenOptions } from './identity/index.js';
import type {
  ActivityEvent,
  BillingMode,
  Clock,
  Dialect,
  Identity,
  Polling,
  Route,
  SandboxContext,
} from './kernel.js';
import { isLoopbackHost } from './loopback.js';
import { withFaults } from './reserved-tenants.js';
import { createRouter, type OnFault, type Verify } from './router.js';
import { noFaults, type SealFaults } from './seal/faults.js';
import { createSeal } from './seal/index.js';
import { type ConnectedServers, createMcpServers, type McpServers } from './seal/remote/mcp-servers.js';
import { type ClosableStore, openStore } from './store.js';
import { tenantRule } from './tenant.js';
import { createWorkflows } from './workflows/index.js';

export type { GatewayTokenOptions, SealTokenOptions } from './gateway/index.js';
export type { TokenOptions } from './identity/index.js';
export type { BillingMode, Clock, Dialect, Polling } from './kernel.js';
export type { SealFaults } from './seal/faults.js';
export type { McpServer, McpServers, McpTool } from './seal/remote/mcp-servers.js';

/** How a sandbox runs; everything has a default. */
export interface SandboxOptions {
  /** TCP port; default 0, a free one. The SEAL gateway takes the next one when that is free. */
  readonly port?: number;
  /** Loopback name or address; default 127.0.0.1. Anything else is an Error. */
  readonly host?: string;
  /** Directory that keeps state and files over restarts; default: memory and a temporary folder. */
  readonly data?: string;
  /** Routes and shapes to serve; default `live`. */
  readonly dialect?: Dialect;
  /** Milliseconds between two events of a run; default 5. */
  readonly pace?: number;
  readonly clock?: Clock;
  /** Seconds that the clock of both servers, and with it the `Date` of their answers, is fast; negative: slow. */
  readonly clockSkew?: number;
  /**
   * Requests without an Authorization header act as the service account `aegis-mcp`, and at the gateway as an
   * operator without tenant; default false.
   */
  readonly open?: boolean;
  /** State of the simulated payment provider; default `on`. */
  readonly billing?: BillingMode;
  /** How the `*.wait` tools look at a run; default `prompt`. */
  readonly polling?: Polling;
  /** Told of every fault that no handler meant; the request is answered with 500 all the same. */
  readonly onFault?: OnFault;
}

/** A running sandbox. */
export interface Sandbox {
  /** `http://127.0.0.1:port`, without a trailing slash. */
  readonly url: string;
  /** Address of the SEAL gateway, likewise. */
  readonly gatewayUrl: string;
  /** Address of the gateway's `/metrics`, likewise. */
  readonly gatewayMetricsUrl: string;
  readonly dialect: Dialect;
  /** The MCP servers connected to the orchestrator. */
  readonly mcpServers: McpServers;
  /** Faults of SEAL, all absent at first: set a member to have it. */
  readonly faults: SealFaults;
  /** An access token without a login; default: the service account `aegis-mcp` with every scope, 300 s. */
  issueToken(options?: TokenOptions): Promise<string>;
  /** An operator token for the gateway's management API; default: `aegis:operator` without tenant, 300 s. */
  issueGatewayToken(options?: GatewayTokenOptions): Promise<string>;
  /** A security token for one signed call to the gateway; the session is registered with the same names. */
  issueSealToken(options: SealTokenOptions): Promise<string>;
  /** Issuer URL of a realm. */
  issuer(realm: string): string;
  /** Ends streams and background runs, as the death of a process would; with `data`, a new start continues. */
  close(): Promise<void>;
}

/** Starts a sandbox. Rejects on a host beyond loopback, a used port or a data directory in use. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { host = '127.0.0.1', port = 0, dialect = 'live' } = options;
  if (!isLoopbackHost(host)) {
    throw new Error(`the sandbox listens on loopback only, not on ${host}: use 127.0.0.1, ::1 or localhost`);
  }
  const base = openBase(options, dialect);
  try {
    const server: { current?: HttpServer } = {};
    const baseUrl = () => server.current?.url ?? `http://${host}:${port}`;
    const identity = await createIdentity(base.context, baseUrl);
    const gateway = createGateway({ context: base.context, baseUrl, ...gatewayHooks(options) });
    const { context } = base;
    const around = { mcpServers: createMcpServers(), faults: noFaults() };
    const routes = createRoutes(context, { identity, gateway, ...around });
    const verify = options.open ? openDoor(identity) : identity.verify;
    const tenantOf = tenantRule(teamDirectory(context), dialect);
    const router = createRouter(routes, { dialect, verify, tenantOf, ...faultHook(options) });
    server.current = await startHttpServer({ router, host, port, clock: context.clock });
    const beside = await serveBeside(server.current, gateway, { host, port, clock: context.clock });
    return createHandle(server.current, { identity, gateway, beside, ...around }, base);
  } catch (error) {
    base.release();
    throw error;
  }
}

function faultHook({ onFault }: SandboxOptions): { onFault?: OnFault } {
  return onFault === undefined ? {} : { onFault };
}

function gatewayHooks(options: SandboxOptions): { open: boolean; onFault?: OnFault } {
  return { open: options.open ?? false, ...faultHook(options) };
}

/** The gateway's listeners; without them there is no orchestrator either. */
async function serveBeside(
  orchestrator: HttpServer,
  gateway: Gateway,
  { host, port, clock }: { readonly host: string; readonly port: number; readonly clock: Clock },
): Promise<GatewayServer> {
  try {
    return await serveGateway(gateway, { host, port: port === 0 ? 0 : port + 1, clock });
  } catch (error) {
    await orchestrator.close();
    throw error;
  }
}

interface Base {
  readonly context: SandboxContext;
  readonly stop: AbortController;
  release(): void;
}

function openBase(options: SandboxOptions, dialect: Dialect): Base {
  const { data, pace = 5, clock = systemClock, clockSkew = 0, billing = 'on', polling = 'prompt' } = options;
  const directory = openDataDirectory(data);
  const store = openStoreOr(directory);
  const stop = new AbortController();
  // One listener per background wait, as many as there are.
  setMaxListeners(0, stop.signal);
  const context: SandboxContext = {
    dialect,
    clock: clockSkew === 0 ? clock : skewed(clock, clockSkew),
    store,
    activity: createBus<ActivityEvent>(),
    files: directory.files,
    signal: stop.signal,
    pace,
    billing,
    polling,
  };
  const release = () => {
    stop.abort();
    store.close();
    directory.release();
  };
  return { context, stop, release };
}

function openStoreOr(directory: DataDirectory): ClosableStore {
  try {
    return openStore(directory.database);
  } catch (error) {
    directory.release();
    throw error;
  }
}

/** Every domain's routes; runs that an earlier process left are settled first. */
function createRoutes(context: SandboxContext, parts: Omit<Parts, 'beside'>): readonly Route[] {
  const { identity } = parts;
  const agents = createAgents(context);
  const executions = createExecutions(context, agents);
  const workflows = createWorkflows(context, { agents, executions });
  executions.resume();
  workflows.resume();
  const services = { context, agents, executions, workflows: workflows.service };
  return [
    ...healthRoutes(context.clock),
    ...withFaults([
      ...agentRoutes(agents, executions),
      ...documentedAgentRoutes(agents),
      ...executionRoutes(services),
      ...documentedExecutionRoutes(services),
      ...workflows.routes,
    ]),
    ...identity.routes,
    ...createSeal({ context, services, credentials: identity, ...parts }).routes,
    ...domainRoutes({ ...services, identity }),
  ];
}

/** Without a bearer the caller is the default service account. */
function openDoor(identity: SandboxIdentity): Verify {
  let guest: Identity | undefined;
  return async (authorization) => {
    if (authorization !== undefined) return identity.verify(authorization);
    if (guest) return { identity: guest };
    const result = await identity.verify(`Bearer ${await identity.issueToken()}`);
    if ('identity' in result) guest = result.identity;
    return result;
  };
}

interface Parts {
  readonly identity: SandboxIdentity;
  readonly gateway: Gateway;
  readonly beside: GatewayServer;
  readonly mcpServers: ConnectedServers;
  readonly faults: SealFaults;
}

function createHandle(
  server: HttpServer,
  { identity, gateway, beside, mcpServers, faults }: Parts,
  { context, stop, release }: Base,
): Sandbox {
  const close = async () => {
    stop.abort();
    await Promise.all([server.close(), beside.close()]);
    // What a run awaited when it was stopped must unwind before the store goes.
    await systemClock.sleep(0, new AbortController().signal);
    release();
  };
  let closing: Promise<void> | undefined;
  return {
    url: server.url,
    gatewayUrl: beside.url,
    gatewayMetricsUrl: beside.metricsUrl,
    dialect: context.dialect,
    mcpServers,
    faults,
    issueToken: (options) => identity.issueToken(options),
    issueGatewayToken: (options) => gateway.issueToken(options),
    issueSealToken: (options) => gateway.issueSealToken(options),
    issuer: (realm) => identity.issuer(realm),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
