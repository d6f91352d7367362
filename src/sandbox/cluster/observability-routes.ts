import type { DomainBase } from '../domain-base.js';
import { type Reply, ReplyError, type Route, type SandboxRequest } from '../kernel.js';
import { caller, defineRoute, json, refuse } from '../router.js';
import { createDashboard } from './dashboard.js';
import { derivedId } from './derived-id.js';
import { Incidents, type SecurityIncident } from './incidents.js';
import { limitQuery } from './limit.js';
import type { SandboxNode } from './node.js';
import { listViolations, type StorageViolation } from './violations.js';

const INCIDENTS = { method: 'GET', path: '/v1/security/incidents' } as const;
const VIOLATIONS = { method: 'GET', path: '/v1/storage/violations' } as const;
const SUMMARY = { method: 'GET', path: '/v1/dashboard/summary' } as const;

/**
 * Dashboard, incidents and violations (contract tag observability; D63 to D65), both dialects. The live server serves
 * operators only; the published reference names no such rule, so the documented dialect serves every bearer.
 */
export function observabilityRoutes(base: DomainBase, node: SandboxNode): readonly Route[] {
  const incidents = new Incidents(base);
  const dashboard = createDashboard(base, node, incidents);
  return [
    ...liveRoutes(base, incidents, () => json(dashboard.live())),
    defineRoute({
      ...INCIDENTS,
      dialects: ['documented'],
      decode: limitQuery,
      run: (_request, limit) => json({ incidents: incidents.list().slice(0, limit).map(documentedIncident) }),
    }),
    defineRoute({
      ...VIOLATIONS,
      dialects: ['documented'],
      decode: limitQuery,
      run(_request, limit) {
        const violations = listViolations(base);
        if (!violations.ok) return refuse(500, violations.error);
        return json({ violations: violations.value.slice(0, limit).map(documentedViolation) });
      },
    }),
    defineRoute({
      ...SUMMARY,
      dialects: ['documented'],
      decode: () => undefined,
      run: () => json(dashboard.documented()),
    }),
  ];
}

function liveRoutes(base: DomainBase, incidents: Incidents, summary: () => Reply): readonly Route[] {
  const asOperator =
    <T>(run: (input: T) => Reply) =>
    (request: SandboxRequest, input: T): Reply => {
      requireOperator(request, incidents);
      return run(input);
    };
  return [
    defineRoute({
      ...INCIDENTS,
      dialects: ['live'],
      decode: limitQuery,
      run: asOperator((limit: number) => json({ items: incidents.list().slice(0, limit) })),
    }),
    defineRoute({
      ...VIOLATIONS,
      dialects: ['live'],
      decode: limitQuery,
      run: asOperator((limit: number) => {
        const violations = listViolations(base);
        if (!violations.ok) return json({ error: violations.error, items: [] });
        return json({ items: violations.value.slice(0, limit) });
      }),
    }),
    defineRoute({ ...SUMMARY, dialects: ['live'], decode: () => undefined, run: asOperator(summary) }),
  ];
}

/** 403 `operator_required` for everybody else, service accounts included; the refusal itself is an incident. */
function requireOperator(request: SandboxRequest, incidents: Incidents): void {
  const { kind, subject } = caller(request);
  if (kind === 'operator') return;
  incidents.refused(`OperatorRequired: ${kind} ${subject} called an operator route`);
  const message = 'This endpoint shows data of all tenants and is restricted to operators.';
  throw new ReplyError(json({ error: 'operator_required', message }, 403));
}

/** The published SDK's SecurityIncident. */
function documentedIncident(incident: SecurityIncident) {
  const { category: type, severity, details, occurred_at: created_at } = incident;
  return { id: derivedId(JSON.stringify(incident)), type, severity, details, created_at };
}

/** The published SDK's StorageViolation. */
function documentedViolation(violation: StorageViolation) {
  const { category: type, volume_id, details, occurred_at: created_at } = violation;
  const volume = volume_id === null ? {} : { volume_id };
  return { id: derivedId(JSON.stringify(violation)), ...volume, type, details, created_at };
}
