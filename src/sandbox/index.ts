/**
 * The embedded AEGIS orchestrator: for trying out, demos and contract tests. It serves the real server's routes or
 * the published reference's, on loopback only, and says in health and in its `server` header what it is.
 */
import { setMaxListeners } from 'node:events';
import { agentRoutes } from './agent-routes.js';
import { createAgents } from './agents.js';
import { createBus } from './bus.js';
import { systemClock } from './clock.js';
import { teamDirectory } from './colony/index.js';
import { type DataDirectory, openDataDirectory } from './data-directory.js';
import { documentedAgentRoutes } from './documented-agents.js';
import { documentedExecutionRoutes } from './documented-executions.js';
import { domainRoutes } from './domains.js';
import { executionRoutes } from './execution-routes.js';
import { createExecutions } from './executions.js';
import { healthRoutes } from './health-routes.js';
import { type HttpServer, startHttpServer } from './http-server.js';
import { createIdentity, type SandboxIdentity, type TokenOptions } from './identity/index.js';
import type {
  ActivityEvent,
  BillingMode,
  Clock,
  Dialect,
  Identity,
  Route,
  SandboxContext,
} from './kernel.js';
import { isLoopbackHost } from './loopback.js';
import { createRouter, type OnFault, type Verify } from './router.js';
import { createSeal } from './seal/index.js';
import { type ClosableStore, openStore } from './store.js';
import { tenantRule } from './tenant.js';
import { createWorkflows } from './workflows/index.js';

export type { TokenOptions } from './identity/index.js';
export type { BillingMode, Clock, Dialect } from './kernel.js';

/** How a sandbox runs; everything has a default. */
export interface SandboxOptions {
  /** TCP port; default 0, a free one. */
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
  /** Requests without an Authorization header act as the service account `aegis-mcp`; default false. */
  readonly open?: boolean;
  /** State of the simulated payment provider; default `on`. */
  readonly billing?: BillingMode;
  /** Told of every fault that no handler meant; the request is answered with 500 all the same. */
  readonly onFault?: OnFault;
}

/** A running sandbox. */
export interface Sandbox {
  /** `http://127.0.0.1:port`, without a trailing slash. */
  readonly url: string;
  readonly dialect: Dialect;
  /** An access token without a login; default: the service account `aegis-mcp` with every scope, 300 s. */
  issueToken(options?: TokenOptions): Promise<string>;
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
    const routes = createRoutes(base.context, identity);
    const verify = options.open ? openDoor(identity) : identity.verify;
    const tenantOf = tenantRule(teamDirectory(base.context), dialect);
    const router = createRouter(routes, { dialect, verify, tenantOf, ...faultHook(options) });
    server.current = await startHttpServer({ router, host, port });
    return createHandle(server.current, identity, base);
  } catch (error) {
    base.release();
    throw error;
  }
}

function faultHook({ onFault }: SandboxOptions): { onFault?: OnFault } {
  return onFault === undefined ? {} : { onFault };
}

interface Base {
  readonly context: SandboxContext;
  readonly stop: AbortController;
  release(): void;
}

function openBase(options: SandboxOptions, dialect: Dialect): Base {
  const { data, pace = 5, clock = systemClock, billing = 'on' } = options;
  const directory = openDataDirectory(data);
  const store = openStoreOr(directory);
  const stop = new AbortController();
  // One listener per background wait, as many as there are.
  setMaxListeners(0, stop.signal);
  const context: SandboxContext = {
    dialect,
    clock,
    store,
    activity: createBus<ActivityEvent>(),
    files: directory.files,
    signal: stop.signal,
    pace,
    billing,
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
function createRoutes(context: SandboxContext, identity: SandboxIdentity): readonly Route[] {
  const agents = createAgents(context);
  const executions = createExecutions(context, agents);
  const workflows = createWorkflows(context, { agents, executions });
  executions.resume();
  workflows.resume();
  const services = { context, agents, executions, workflows: workflows.service };
  return [
    ...healthRoutes(context.clock),
    ...agentRoutes(agents, executions),
    ...documentedAgentRoutes(agents),
    ...executionRoutes(services),
    ...documentedExecutionRoutes(services),
    ...workflows.routes,
    ...identity.routes,
    ...createSeal(context, services, identity).routes,
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

function createHandle(
  server: HttpServer,
  identity: SandboxIdentity,
  { context, stop, release }: Base,
): Sandbox {
  const close = async () => {
    stop.abort();
    await server.close();
    // What a run awaited when it was stopped must unwind before the store goes.
    await systemClock.sleep(0, new AbortController().signal);
    release();
  };
  let closing: Promise<void> | undefined;
  return {
    url: server.url,
    dialect: context.dialect,
    issueToken: (options) => identity.issueToken(options),
    issuer: (realm) => identity.issuer(realm),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
