/**
 * The SEAL gateway of the sandbox: a second server beside the orchestrator, with its management API and signed calls.
 * Its workflows make real HTTP calls, to this machine only. Reserved names: collection.ts, operator.ts, credentials.ts,
 * cli-tools/run.ts.
 */
import { createKeyRing, type KeyRing } from '../identity/keys.js';
import type { SandboxContext } from '../kernel.js';
import { text } from '../replies.js';
import type { OnFault, Router } from '../router.js';
import type { AttestedSession } from '../seal/attest.js';
import { catalogueRoutes } from './catalogue.js';
import { type CliTools, openCliTools } from './cli-tools/cli-tools.js';
import { cliToolRoutes } from './cli-tools/routes.js';
import { openContexts } from './contexts/contexts.js';
import { contextRoutes } from './contexts/routes.js';
import { explorerRoutes } from './explorer.js';
import { type ForwardedTools, forwardTools } from './forwarded.js';
import { openTokenMemory } from './invoke/replay.js';
import { invokeRoutes } from './invoke/routes.js';
import type { GatewayRoute } from './kernel.js';
import { operatorTenant } from './operator.js';
import { createGatewayRouter } from './router.js';
import { sessionRoutes } from './sessions/routes.js';
import { openSessions, type Sessions } from './sessions/sessions.js';
import { specRoutes } from './specs/routes.js';
import { openSpecs, type Specs } from './specs/specs.js';
import { createMetrics, type Metrics } from './system/metrics.js';
import { systemRoutes } from './system/routes.js';
import {
  type GatewayTokenOptions,
  issueOperatorToken,
  issueSealToken,
  type SealTokenOptions,
} from './tokens.js';
import { workflowRoutes } from './workflows/routes.js';
import { openWorkflows, type Workflows } from './workflows/workflows.js';

export type { GatewayTokenOptions, SealTokenOptions } from './tokens.js';

export interface GatewayBase {
  readonly context: SandboxContext;
  /** Base URL of the orchestrator, whose identity provider signs operator tokens. */
  readonly baseUrl: () => string;
  /** Requests without an Authorization header pass, as with `auth.disabled`. */
  readonly open: boolean;
  readonly onFault?: OnFault;
}

export interface Gateway {
  /** The management API, signed calls, web page and documentation. */
  readonly router: Router;
  /** `/metrics`, which the server has on a listener of its own. */
  readonly metrics: Router;
  issueToken(options?: GatewayTokenOptions): Promise<string>;
  issueSealToken(options: SealTokenOptions): Promise<string>;
  /** Its tools, as the orchestrator lists and calls them. */
  readonly tools: ForwardedTools;
  /** What the orchestrator does when it attests a key: the session becomes known here, without a tenant. */
  saveSession(session: AttestedSession): void;
}

/** Creates the gateway on the sandbox's store. */
export function createGateway({ context, baseUrl, open, onFault }: GatewayBase): Gateway {
  const keys = createKeyRing(context.store);
  const sessions = openSessions(context);
  const metrics = createMetrics();
  const check = { keys, clock: context.clock, baseUrl, open };
  const specs = openSpecs(context);
  const registry = { specs, workflows: openWorkflows(context, specs), tools: openCliTools(context) };
  return {
    router: createGatewayRouter(createRoutes({ context, keys, sessions, metrics, ...registry }), {
      context,
      metrics,
      ...(onFault !== undefined && { onFault }),
      operatorTenant: (authorization) => operatorTenant(authorization, check),
    }),
    tools: forwardTools(registry.workflows, registry.tools, specs),
    metrics: metricsRouter(context, metrics, sessions),
    issueToken: (options = {}) => issueOperatorToken(options, baseUrl(), keys, context.clock),
    issueSealToken: (options) => issueSealToken(options, keys, context.clock),
    saveSession: ({ allowed_tool_patterns, ...session }) => {
      const patterns = { allowed_tool_patterns: [...allowed_tool_patterns] };
      sessions.save({ ...session, ...patterns, session_status: 'Active' }, null);
    },
  };
}

interface Parts {
  readonly context: SandboxContext;
  readonly keys: KeyRing;
  readonly sessions: Sessions;
  readonly metrics: Metrics;
  readonly specs: Specs;
  readonly workflows: Workflows;
  readonly tools: CliTools;
}

function createRoutes(parts: Parts): readonly GatewayRoute[] {
  const { context, sessions, specs, workflows, tools } = parts;
  const { dialect } = context;
  const contexts = openContexts(context);
  const used = openTokenMemory(context);
  const operations = [
    ...specRoutes(specs, dialect),
    ...workflowRoutes(workflows, dialect),
    ...cliToolRoutes(tools, dialect),
    ...catalogueRoutes(workflows, tools),
    ...sessionRoutes(sessions, contexts, context),
    ...contextRoutes(contexts),
    ...explorerRoutes(specs),
    ...invokeRoutes({ ...parts, contexts, used }),
  ];
  return [...operations, ...systemRoutes(operations, dialect)];
}

function metricsRouter(context: SandboxContext, metrics: Metrics, sessions: Sessions): Router {
  const handler = () => text(200, metrics.print(sessions.active(null).length));
  return createGatewayRouter([{ method: 'GET', path: '/metrics', handler }], {
    context,
    metrics: createMetrics(),
    operatorTenant: async () => null,
  });
}
