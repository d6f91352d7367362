/** Swarm Coordination. */
import { z } from 'zod';
import { isObject } from '../client/json-object.js';
import type { AnyArgs } from './define.js';
import { op } from './define.js';
import { around, idOf, listOf, record } from './results.js';
import { id, limitOfAll } from './shapes.js';

const swarm = () =>
  z.looseObject({
    swarm_id: z.string(),
    status: z.string().nullish(),
    parent_execution_id: z.string().nullish(),
    member_ids: z.array(z.string()).nullish(),
    created_at: z.string().nullish(),
  });

const toSwarm = (value: AnyArgs) => ({ ...value, swarm_id: idOf('swarm_id', value) });

export const swarms = {
  list_swarms: op({
    title: 'List swarms',
    description:
      'Lists swarms, groups of agents that work together on one execution: members, status, locks and messages by number. Needs scope swarm:list.',
    toolset: 'swarms',
    effect: 'read',
    adapted: 'The live server lists them as items (D59).',
    input: () => ({ limit: limitOfAll() }),
    output: () => z.looseObject({ swarms: z.array(swarm()) }),
    live: { operation: 'listSwarms', route: 'GET /v1/swarms', query: ['limit'] },
    result: (body) => ({ ...around('swarms', body), swarms: listOf('swarms', body, toSwarm) }),
  }),

  get_swarm: op({
    title: 'Get swarm',
    description:
      'Gets one swarm: its members, the resources they have locked and who wrote to whom. Message contents are not given. Needs scope swarm:read.',
    toolset: 'swarms',
    effect: 'read',
    untrusted: true,
    adapted:
      'The live server gives {swarm, locks, recent_messages}, here one record, and HTTP 200 with an error for an unknown id (D60).',
    input: () => ({ swarm_id: id('UUID of the swarm, from list_swarms.') }),
    output: () =>
      swarm().extend({
        locks: z.array(z.looseObject({ resource_id: z.string().nullish() })).nullish(),
        recent_messages: z.array(z.looseObject({ from: z.string().nullish() })).nullish(),
      }),
    live: { operation: 'getSwarm', route: 'GET /v1/swarms/{swarm_id}' },
    result: (body) => {
      const { swarm: wrapped, ...rest } = record(body);
      return toSwarm({ ...(isObject(wrapped) && wrapped), ...rest });
    },
  }),
};
