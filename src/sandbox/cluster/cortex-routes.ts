import type { DomainBase } from '../domain-base.js';
import type { Route, SandboxRequest } from '../kernel.js';
import { requireService } from '../reserved-tenants.js';
import { caller, defineRoute, intQuery, json } from '../router.js';
import { type CortexPattern, listPatterns } from './cortex.js';
import {
  documentedMetrics,
  documentedPattern,
  documentedSkill,
  metricsOf,
  skillsOf,
} from './cortex-summaries.js';

const FAULTS = {
  unconfigured: {
    error: 'cortex_not_configured',
    message: 'Cortex gRPC service is not configured; orchestrator running in memoryless mode',
  },
  fault: 'cortex_query_failed: connection reset',
};
const PATTERNS = { method: 'GET', path: '/v1/cortex/patterns' } as const;
const SKILLS = { method: 'GET', path: '/v1/cortex/skills' } as const;
const METRICS = { method: 'GET', path: '/v1/cortex/metrics' } as const;

/** Patterns that skills and metrics are made from. */
const FOR_SKILLS = 500;
const FOR_METRICS = 1000;

/** Cortex of the token's tenant, without a scope (contract tag cortex; D66 to D68), both dialects. */
export function cortexRoutes(base: DomainBase): readonly Route[] {
  const query = (request: SandboxRequest, most: number, q?: string): readonly CortexPattern[] => {
    requireService(request, FAULTS);
    return listPatterns(base, caller(request).tenant, q).slice(0, most);
  };
  const wanted = (request: SandboxRequest) => ({
    q: request.query.get('q') ?? '',
    limit: intQuery(request, 'limit', 100),
  });
  return [
    defineRoute({
      ...PATTERNS,
      dialects: ['live'],
      decode: wanted,
      run: (request, { q, limit }) => json({ items: query(request, limit, q) }),
    }),
    defineRoute({
      ...PATTERNS,
      dialects: ['documented'],
      decode: wanted,
      run: (request, { q, limit }) => json({ patterns: query(request, limit, q).map(documentedPattern) }),
    }),
    defineRoute({
      ...SKILLS,
      dialects: ['live'],
      decode: () => undefined,
      run: (request) => json({ items: skillsOf(query(request, FOR_SKILLS)) }),
    }),
    defineRoute({
      ...SKILLS,
      dialects: ['documented'],
      decode: (request) => intQuery(request, 'limit', 100),
      run(request, limit) {
        const skills = skillsOf(query(request, FOR_SKILLS)).slice(0, limit);
        return json({ skills: skills.map(documentedSkill) });
      },
    }),
    defineRoute({
      ...METRICS,
      dialects: ['live'],
      decode: () => undefined,
      run: (request) => json(metricsOf(query(request, FOR_METRICS))),
    }),
    defineRoute({
      ...METRICS,
      dialects: ['documented'],
      decode: () => undefined,
      run: (request) => json(documentedMetrics(query(request, FOR_METRICS))),
    }),
  ];
}
