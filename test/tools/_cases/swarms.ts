/** Literal requests of the swarm tools. */
import type { Case } from './_case.js';

const SWARM = '5a3a3000-0d0e-4b8e-9c43-6b1f5b1a0c01';
const RUN = '8c1d5a5e-7a52-4e0e-8c3b-2f4f6f0f9a22';

const LIVE = {
  swarm_id: SWARM,
  parent_execution_id: RUN,
  tenant_id: 'acme',
  member_ids: ['m1', 'm2'],
  member_count: 2,
  status: 'active',
  created_at: '2026-05-08T10:00:00Z',
  dissolved_at: null,
  lock_count: 1,
  recent_message_count: 1,
};
const LOCK = {
  resource_id: '/workspace/a.txt',
  held_by: 'm1',
  acquired_at: '2026-05-08T10:00:01Z',
  expires_at: '2026-05-08T10:05:01Z',
};
const MESSAGE = { from: 'm1', to: 'm2', payload_bytes: 12, sent_at: '2026-05-08T10:00:02Z' };

export const CASES: readonly Case[] = [
  {
    tool: 'list_swarms',
    dialect: 'live',
    args: { limit: '1' },
    asked: [{ method: 'GET', path: '/v1/swarms?limit=1' }],
    answers: [{ json: { items: [LIVE] } }],
    result: { swarms: [LIVE] },
  },
  {
    tool: 'list_swarms',
    dialect: 'documented',
    args: {},
    asked: [{ method: 'GET', path: '/v1/swarms' }],
    answers: [{ json: { swarms: [{ id: 'sw-1', status: 'active' }] } }],
    result: { swarms: [{ swarm_id: 'sw-1', status: 'active' }] },
  },
  {
    tool: 'get_swarm',
    dialect: 'live',
    args: { swarm_id: SWARM },
    asked: [{ method: 'GET', path: `/v1/swarms/${SWARM}` }],
    answers: [{ json: { swarm: LIVE, locks: [LOCK], recent_messages: [MESSAGE] } }],
    result: { ...LIVE, locks: [LOCK], recent_messages: [MESSAGE] },
  },
  {
    tool: 'get_swarm',
    dialect: 'documented',
    args: { swarm_id: 'sw-1' },
    asked: [{ method: 'GET', path: '/v1/swarms/sw-1' }],
    answers: [{ json: { id: 'sw-1', status: 'active' } }],
    result: { swarm_id: 'sw-1', status: 'active' },
  },
];
