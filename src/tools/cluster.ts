/** Cluster & Infrastructure. */
import { z } from 'zod';
import type { AnyArgs } from './define.js';
import { op } from './define.js';
import { around, count, idOf, listOf, record } from './results.js';
import { limitOfAll } from './shapes.js';

const node = () =>
  z.looseObject({
    node_id: z.string(),
    role: z.string().nullish(),
    status: z.string().nullish(),
    last_heartbeat_at: z.string().nullish(),
  });

export const clusterStatus = () =>
  z.looseObject({
    overall_status: z.string().nullish(),
    total_nodes: count(),
    active_nodes: count(),
    nodes: z.array(node()).nullish(),
  });

/** A node; the SDK says `id`. */
const toNode = (value: AnyArgs) => ({ ...value, node_id: idOf('node_id', value) });

/** ClusterStatus, with the health under the published name too (D61). */
export function toClusterStatus(value: AnyArgs) {
  const overall_status = value.overall_status ?? value.cluster_health;
  return {
    ...value,
    ...(typeof overall_status === 'string' && { overall_status }),
    ...(Array.isArray(value.nodes) && { nodes: listOf('nodes', value, toNode) }),
  };
}

export const cluster = {
  get_cluster_status: op({
    title: 'Get cluster status',
    description:
      'Gets the health of the cluster: healthy, degraded or critical, how many nodes are active, draining or unhealthy, and each node. Needs scope node:read.',
    toolset: 'cluster',
    effect: 'read',
    adapted: 'cluster_health of the live server is given as overall_status too (D61).',
    input: () => ({}),
    output: clusterStatus,
    live: { operation: 'getClusterStatus', route: 'GET /v1/cluster/status' },
    result: (body) => toClusterStatus(record(body)),
  }),

  get_cluster_nodes: op({
    title: 'Get cluster nodes',
    description:
      'Lists the nodes of the cluster with role, status, resources and supported runtimes. Needs scope node:list.',
    toolset: 'cluster',
    effect: 'read',
    adapted: 'The live server lists them as {source, items} (D62).',
    input: () => ({ limit: limitOfAll() }),
    output: () => z.looseObject({ nodes: z.array(node()) }),
    live: { operation: 'getClusterNodes', route: 'GET /v1/cluster/nodes', query: ['limit'] },
    result: (body) => ({ ...around('nodes', body), nodes: listOf('nodes', body, toNode) }),
  }),
};
