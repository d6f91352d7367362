import type { Route, SandboxRequest } from '../kernel.js';
import { defineRoute, json, refuse, uuidParam } from '../router.js';
import { limitQuery } from './limit.js';
import { listSwarms, type SwarmDetail, type SwarmSources } from './swarms.js';

const LIST = { method: 'GET', path: '/v1/swarms', scope: 'swarm:list' } as const;
const ONE = { method: 'GET', path: '/v1/swarms/{swarm_id}', scope: 'swarm:read' } as const;

/** Swarms of the effective tenant (contract tag swarms; D59, D60), both dialects. */
export function swarmRoutes(sources: SwarmSources): readonly Route[] {
  const swarms = ({ effectiveTenant }: SandboxRequest) => listSwarms(sources, effectiveTenant);
  const list = (request: SandboxRequest, limit: number) =>
    swarms(request)
      .slice(0, limit)
      .map(({ swarm }) => swarm);
  const find = (request: SandboxRequest, id: string): SwarmDetail | undefined =>
    swarms(request).find(({ swarm }) => swarm.swarm_id === id);
  const id = (request: SandboxRequest) => uuidParam(request, 'swarm_id');
  return [
    defineRoute({
      ...LIST,
      dialects: ['live'],
      decode: limitQuery,
      run: (request, limit) => json({ items: list(request, limit) }),
    }),
    defineRoute({
      ...LIST,
      dialects: ['documented'],
      decode: limitQuery,
      run: (request, limit) => json({ swarms: list(request, limit) }),
    }),
    defineRoute({
      ...ONE,
      dialects: ['live'],
      decode: id,
      run: (request, wanted) => json(find(request, wanted) ?? { error: 'swarm not found' }),
    }),
    defineRoute({
      ...ONE,
      dialects: ['documented'],
      decode: id,
      run(request, wanted) {
        const { swarm, ...coordination } = find(request, wanted) ?? refuse(404, 'Swarm not found');
        return json({ ...swarm, ...coordination });
      },
    }),
  ];
}
