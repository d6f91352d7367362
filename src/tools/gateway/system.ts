/** SEAL gateway: whether it is up, its counters, its own document. */
import { z } from 'zod';
import { answered } from '../actions/advice.js';
import { readText } from '../actions/gateway-text.js';
import { action } from '../define.js';
import { record } from '../results.js';

export const gatewaySystem = {
  gateway_health: action({
    title: 'Gateway: health',
    description: 'Liveness probe of the SEAL gateway: status is ok.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'read',
    adapted: 'The text ok becomes {status: ok}.',
    input: () => ({}),
    output: () => z.looseObject({ status: z.string() }),
    live: { operation: 'gatewayHealth', route: 'GET /health', auth: 'none' },
    run: async (call) => ({ value: { status: (await readText(call)).trim() } }),
  }),

  gateway_metrics: action({
    title: 'Gateway: metrics',
    description:
      'Gets the counters of the gateway (requests, sessions, signature failures, policy violations) in the Prometheus text format. Where its metrics port is not routed to the gateway address this fails.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'read',
    adapted: 'The Prometheus text becomes {text}.',
    limits:
      'Metrics have a port of their own (9092): they are found only where a proxy routes /metrics to it.',
    alternative:
      'The gateway serves metrics on a port of its own (METRICS_PORT, default 9092): ask there, or have a proxy route /metrics of the gateway address to it.',
    input: () => ({}),
    output: () => z.looseObject({ text: z.string() }),
    live: { operation: 'gatewayMetrics', route: 'GET /metrics', auth: 'none' },
    run: async (call) => ({ value: { text: await readText(call) } }),
  }),

  gateway_open_api_json: action({
    title: 'Gateway: OpenAPI document',
    description:
      'Gets the OpenAPI document that the gateway generates of itself: field names of the version in use. Answers have no schemas in it, and it says some things wrong (the timestamp of an envelope).',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'read',
    adapted: 'The document is given as {document}.',
    alternative:
      'The pages of this gateway are switched off (ui.enabled): its published reference has the routes.',
    input: () => ({}),
    output: () => z.looseObject({ document: z.record(z.string(), z.unknown()) }),
    live: { operation: 'gatewayOpenApiJson', route: 'GET /openapi.json', auth: 'none' },
    run: answered({}, (body) => ({ document: record(body) })),
  }),
};
