/** Counts over the system tenant, as the dashboard shows them (schema DashboardSummary; D65). */
import type { DomainBase } from '../domain-base.js';
import { openStimulusRecords } from '../stimuli/records.js';
import { SYSTEM_TENANT } from '../tenant.js';
import type { Incidents } from './incidents.js';
import type { SandboxNode } from './node.js';
import { listSwarms } from './swarms.js';
import { listViolations } from './violations.js';

/** The live summary counts at most this many executions of either kind. */
const RECENT = 25;
/** The documented one counts as many as a list of executions may show. */
const COUNTED = 1000;

/** The dashboard in the words of each dialect. */
export interface Dashboard {
  live(): unknown;
  documented(): unknown;
}

/** A dashboard over what runs in the sandbox. */
export function createDashboard(base: DomainBase, node: SandboxNode, incidents: Incidents): Dashboard {
  const { context, executions, workflows } = base;
  const counts = (limit: number) => ({
    executions: executions.list(SYSTEM_TENANT, { limit }).length,
    runs: workflows.executions(SYSTEM_TENANT, { limit, offset: 0 }).length,
  });
  return {
    live() {
      const recent = counts(RECENT);
      return {
        generated_at: context.clock.now().toISOString(),
        uptime_seconds: node.uptimeSeconds(),
        cluster: node.liveStatus(),
        ...countTrouble(base, incidents),
        recent_execution_count: recent.executions,
        recent_workflow_execution_count: recent.runs,
      };
    },
    documented() {
      const { executions: execution_count, runs: workflow_execution_count } = counts(COUNTED);
      const cluster = node.documentedStatus();
      return { cluster, ...countTrouble(base, incidents), execution_count, workflow_execution_count };
    },
  };
}

/** What both dialects call the same; violations that cannot be read count as none. */
function countTrouble(base: DomainBase, incidents: Incidents) {
  const violations = listViolations(base);
  return {
    swarm_count: listSwarms(base, SYSTEM_TENANT).length,
    stimulus_count: openStimulusRecords(base.context.store).list({ limit: COUNTED }).length,
    security_incident_count: incidents.list().length,
    storage_violation_count: violations.ok ? violations.value.length : 0,
  };
}
