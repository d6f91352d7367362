import type { Route } from '../kernel.js';
import { defineRoute, json } from '../router.js';
import { limitQuery } from './limit.js';
import { type SandboxNode, SOURCE } from './node.js';

const STATUS = { method: 'GET', path: '/v1/cluster/status', scope: 'node:read' } as const;
const NODES = { method: 'GET', path: '/v1/cluster/nodes', scope: 'node:list' } as const;

/** Cluster status and nodes (contract tag cluster), both dialects. */
export function nodeRoutes(node: SandboxNode): readonly Route[] {
  return [
    defineRoute({
      ...STATUS,
      dialects: ['live'],
      decode: () => undefined,
      run: () => json(node.liveStatus()),
    }),
    defineRoute({
      ...STATUS,
      dialects: ['documented'],
      decode: () => undefined,
      run: () => json(node.documentedStatus()),
    }),
    defineRoute({
      ...NODES,
      dialects: ['live'],
      decode: limitQuery,
      run: () => json({ source: SOURCE, items: [node.live()] }),
    }),
    defineRoute({
      ...NODES,
      dialects: ['documented'],
      decode: limitQuery,
      run: () => json({ nodes: [node.documented()] }),
    }),
  ];
}
