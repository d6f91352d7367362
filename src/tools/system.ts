/** Health, and who this server is to the orchestrator. */
import { z } from 'zod';
import { action, op } from './define.js';
import { record, textOf } from './results.js';

const probe = () => z.looseObject({ status: z.string() });

export const system = {
  whoami: action({
    title: 'Who am I',
    description:
      'Tells which orchestrator this server talks to and as whom: identity, tenant, scopes, security context, sandbox or not, and the tools in effect. Start here when a call is refused.',
    toolset: 'system',
    effect: 'read',
    core: true,
    input: () => ({}),
    output: () =>
      z.looseObject({
        orchestrator: z.looseObject({ url: z.string(), reachable: z.boolean(), sandbox: z.boolean() }),
        identity: z.looseObject({ kind: z.string() }),
        tenant: z.string().nullish(),
        seal: z.looseObject({ mode: z.string() }),
        surface: z.looseObject({ tools: z.int() }),
      }),
    reads: [{ operation: 'healthReady', route: 'GET /health/ready', auth: 'none' }],
    run: async ({ context }) => ({ value: await context.about() }),
  }),

  health_live: op({
    title: 'Health: live',
    description: 'Liveness probe of the orchestrator.',
    toolset: 'system',
    adapted: 'healthy or ok, as the server says it (D69).',
    effect: 'read',
    input: () => ({}),
    output: probe,
    live: { operation: 'healthLive', route: 'GET /health/live', auth: 'none' },
    documented: { operation: 'health', route: 'GET /health', auth: 'none' },
    result: (body) => ({ ...record(body), status: textOf(record(body), 'status') }),
  }),

  health_ready: op({
    title: 'Health: ready',
    description: 'Readiness probe of the orchestrator: ready or degraded, and which dependency is missing.',
    toolset: 'system',
    adapted: 'Always HTTP 200: ready or degraded is in the body (D69).',
    effect: 'read',
    core: true,
    input: () => ({}),
    output: probe,
    live: { operation: 'healthReady', route: 'GET /health/ready', auth: 'none' },
    result: (body) => ({ ...record(body), status: textOf(record(body), 'status') }),
  }),
};
