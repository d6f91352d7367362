/** Literal requests of the cluster tools. */
import type { Case } from './_case.js';

const NODE = {
  node_id: 'node-1',
  role: 'hybrid',
  status: 'active',
  grpc_address: '127.0.0.1:50051',
  gpu_count: 0,
  vram_gb: 0,
  cpu_cores: 8,
  available_memory_gb: 32,
  supported_runtimes: ['python'],
  tags: [],
  last_heartbeat_at: '2026-05-08T10:00:00Z',
  registered_at: '2026-05-08T09:00:00Z',
};

export const CASES: readonly Case[] = [
  {
    tool: 'get_cluster_status',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/v1/cluster/status' }],
    answers: [
      {
        json: {
          source: 'local_fallback',
          controller_node_id: null,
          total_nodes: 1,
          active_nodes: 1,
          draining_nodes: 0,
          unhealthy_nodes: 0,
          cluster_health: 'healthy',
          nodes: [NODE],
        },
      },
    ],
    result: { overall_status: 'healthy', cluster_health: 'healthy', total_nodes: 1, nodes: [NODE] },
  },
  {
    tool: 'get_cluster_status',
    dialect: 'documented',
    args: {},
    asked: [{ method: 'GET', path: '/v1/cluster/status' }],
    answers: [{ json: { overall_status: 'healthy', uptime: 60, nodes: [{ id: 'n1', hostname: 'a' }] } }],
    result: { overall_status: 'healthy', uptime: 60, nodes: [{ node_id: 'n1', hostname: 'a' }] },
  },
  {
    tool: 'get_cluster_nodes',
    dialect: 'live',
    args: { limit: 500 },
    asked: [{ method: 'GET', path: '/v1/cluster/nodes?limit=500' }],
    answers: [{ json: { source: 'cluster_repository', items: [NODE] } }],
    result: { source: 'cluster_repository', nodes: [NODE] },
  },
  {
    tool: 'get_cluster_nodes',
    dialect: 'documented',
    args: {},
    asked: [{ method: 'GET', path: '/v1/cluster/nodes' }],
    answers: [{ json: { nodes: [{ id: 'n1', status: 'active' }] } }],
    result: { nodes: [{ node_id: 'n1', status: 'active' }] },
  },
];
