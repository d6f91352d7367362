/** Observability: dashboard, security incidents, storage violations. */
import { z } from 'zod';
import { isObject } from '../client/json-object.js';
import { clusterStatus, toClusterStatus } from './cluster.js';
import type { AnyArgs } from './define.js';
import { op } from './define.js';
import { around, count, listOf, record } from './results.js';
import { limitOfAll } from './shapes.js';

const finding = () =>
  z.looseObject({
    category: z.string().nullish(),
    severity: z.string().nullish(),
    execution_id: z.string().nullish(),
    details: z.unknown().optional(),
    occurred_at: z.string().nullish(),
  });

/** An incident or violation; the SDK says `type` and `created_at` (D63). */
function toFinding(value: AnyArgs): z.input<ReturnType<typeof finding>> {
  const category = value.category ?? value.type;
  const occurred_at = value.occurred_at ?? value.created_at;
  return {
    ...value,
    ...(typeof category === 'string' && { category }),
    ...(typeof occurred_at === 'string' && { occurred_at }),
  };
}

export const observability = {
  get_dashboard_summary: op({
    title: 'Get dashboard summary',
    description:
      'Gets the figures of the operator dashboard: cluster health, swarms, stimuli, incidents, violations, recent executions. Operators only; service accounts are refused.',
    toolset: 'observability',
    effect: 'read',
    adapted:
      'recent_execution_count and recent_workflow_execution_count of the live server, at most 25 each, are given as execution_count and workflow_execution_count too (D65).',
    input: () => ({}),
    output: () =>
      z.looseObject({
        execution_count: count(),
        workflow_execution_count: count(),
        security_incident_count: count(),
        cluster: clusterStatus().nullish(),
      }),
    live: { operation: 'getDashboardSummary', route: 'GET /v1/dashboard/summary' },
    result: (body) => toSummary(record(body)),
  }),

  list_security_incidents: op({
    title: 'List security incidents',
    description:
      'Lists recent security incidents: blocked policy violations and revoked SEAL sessions, newest first. Operators only; service accounts are refused.',
    toolset: 'observability',
    effect: 'read',
    untrusted: true,
    adapted:
      'The live server lists them as items, without an id, and only the 512 newest since its start (D63).',
    input: () => ({ limit: limitOfAll() }),
    output: () => z.looseObject({ incidents: z.array(finding()) }),
    live: { operation: 'listSecurityIncidents', route: 'GET /v1/security/incidents', query: ['limit'] },
    result: (body) => ({ ...around('incidents', body), incidents: listOf('incidents', body, toFinding) }),
  }),

  list_storage_violations: op({
    title: 'List storage violations',
    description:
      'Lists storage policy violations: blocked paths, exceeded quotas, access to foreign volumes. Operators only; service accounts are refused.',
    toolset: 'observability',
    effect: 'read',
    untrusted: true,
    adapted: 'The live server lists them as items and reports its own failure with HTTP 200 (D64).',
    input: () => ({ limit: limitOfAll() }),
    output: () => z.looseObject({ violations: z.array(finding()) }),
    live: { operation: 'listStorageViolations', route: 'GET /v1/storage/violations', query: ['limit'] },
    result: (body) => ({ ...around('violations', body), violations: listOf('violations', body, toFinding) }),
  }),
};

function toSummary(value: AnyArgs) {
  const executions = value.execution_count ?? value.recent_execution_count;
  const workflows = value.workflow_execution_count ?? value.recent_workflow_execution_count;
  return {
    ...value,
    ...(typeof executions === 'number' && { execution_count: executions }),
    ...(typeof workflows === 'number' && { workflow_execution_count: workflows }),
    ...(isObject(value.cluster) && { cluster: toClusterStatus(value.cluster) }),
  };
}
