/** Literal requests of the observability tools. */
import type { Case } from './_case.js';

const RUN = '8c1d5a5e-7a52-4e0e-8c3b-2f4f6f0f9a22';

const CLUSTER = {
  source: 'local_fallback',
  controller_node_id: null,
  total_nodes: 1,
  active_nodes: 1,
  draining_nodes: 0,
  unhealthy_nodes: 0,
  cluster_health: 'healthy',
  nodes: [],
};
const INCIDENT = {
  category: 'policy_violation_blocked',
  severity: 'high',
  agent_id: null,
  execution_id: RUN,
  session_id: null,
  tool_name: 'fs.write',
  details: 'path not allowed',
  occurred_at: '2026-05-08T10:00:00Z',
};
const VIOLATION = {
  category: 'path_traversal_blocked',
  execution_id: '',
  volume_id: null,
  path: '../etc/passwd',
  operation: 'read',
  details: 'blocked',
  occurred_at: '2026-05-08T10:00:00Z',
};

export const CASES: readonly Case[] = [
  {
    tool: 'get_dashboard_summary',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/v1/dashboard/summary' }],
    answers: [
      {
        json: {
          generated_at: '2026-05-08T10:00:00Z',
          uptime_seconds: 60,
          cluster: CLUSTER,
          swarm_count: 1,
          stimulus_count: 2,
          security_incident_count: 3,
          storage_violation_count: 4,
          recent_execution_count: 25,
          recent_workflow_execution_count: 5,
        },
      },
    ],
    result: {
      execution_count: 25,
      workflow_execution_count: 5,
      recent_execution_count: 25,
      security_incident_count: 3,
      cluster: { overall_status: 'healthy' },
    },
  },
  {
    tool: 'get_dashboard_summary',
    dialect: 'documented',
    args: {},
    asked: [{ method: 'GET', path: '/v1/dashboard/summary' }],
    answers: [{ json: { execution_count: 100, workflow_execution_count: 7 } }],
    result: { execution_count: 100, workflow_execution_count: 7 },
  },
  {
    tool: 'list_security_incidents',
    dialect: 'live',
    args: { limit: 10 },
    asked: [{ method: 'GET', path: '/v1/security/incidents?limit=10' }],
    answers: [{ json: { items: [INCIDENT] } }],
    result: { incidents: [INCIDENT] },
  },
  {
    tool: 'list_security_incidents',
    dialect: 'documented',
    args: {},
    asked: [{ method: 'GET', path: '/v1/security/incidents' }],
    answers: [
      {
        json: { incidents: [{ id: 'i1', type: 'policy', created_at: '2026-03-05T14:00:00Z', details: {} }] },
      },
    ],
    result: { incidents: [{ id: 'i1', category: 'policy', occurred_at: '2026-03-05T14:00:00Z' }] },
  },
  {
    tool: 'list_storage_violations',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/v1/storage/violations' }],
    answers: [{ json: { items: [VIOLATION] } }],
    result: { violations: [VIOLATION] },
  },
  {
    tool: 'list_storage_violations',
    dialect: 'documented',
    args: {},
    asked: [{ method: 'GET', path: '/v1/storage/violations' }],
    answers: [{ json: { violations: [] } }],
    result: { violations: [] },
  },
];
