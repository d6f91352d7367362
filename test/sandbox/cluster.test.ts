import { describe, expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.js';
import { caller, shareSandbox, useDirectory, useSandbox } from './_sandbox.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const NODE = {
  node_id: expect.stringMatching(UUID),
  role: 'hybrid',
  status: 'active',
  grpc_address: '127.0.0.1:0',
  gpu_count: 0,
  vram_gb: 0,
  cpu_cores: expect.any(Number),
  available_memory_gb: expect.any(Number),
  supported_runtimes: ['python', 'javascript', 'typescript', 'rust', 'go'],
  tags: ['sandbox'],
  last_heartbeat_at: expect.stringMatching(TIME),
  registered_at: expect.stringMatching(TIME),
};
const DOCUMENTED_NODE = {
  id: expect.stringMatching(UUID),
  hostname: expect.any(String),
  status: 'active',
  last_heartbeat: expect.stringMatching(TIME),
  capacity: { cpu_cores: expect.any(Number), memory_gb: expect.any(Number), gpu_count: 0 },
};

describe('the live cluster', () => {
  const sandbox = shareSandbox();

  test('is healthy and has one node, the controller', async () => {
    const { status, json } = await (await caller(sandbox()))('GET', '/v1/cluster/status');
    expect([status, json]).toEqual([
      200,
      {
        source: 'cluster_repository',
        controller_node_id: json.nodes[0].node_id,
        total_nodes: 1,
        active_nodes: 1,
        draining_nodes: 0,
        unhealthy_nodes: 0,
        cluster_health: 'healthy',
        nodes: [NODE],
      },
    ]);
  });

  test.each(['', '?limit=0', '?limit=1', '?limit=9999'])('lists its node for %j', async (query) => {
    const { json } = await (await caller(sandbox()))('GET', `/v1/cluster/nodes${query}`);
    expect(json).toEqual({ source: 'cluster_repository', items: [NODE] });
  });

  test.each(['many', '-1', '1.5', ''])('takes no limit of %j', async (limit) => {
    const answer = await (await caller(sandbox()))('GET', `/v1/cluster/nodes?limit=${limit}`);
    expect([answer.status, answer.text.startsWith('Failed to deserialize query string: ')]).toEqual([
      400,
      true,
    ]);
  });
});

test('the documented cluster has the names of the published SDK', async () => {
  const call = await caller(await useSandbox({ dialect: 'documented' }));
  expect((await call('GET', '/v1/cluster/status')).json).toEqual({
    overall_status: 'healthy',
    uptime: expect.any(Number),
    nodes: [DOCUMENTED_NODE],
  });
  expect((await call('GET', '/v1/cluster/nodes')).json).toEqual({ nodes: [DOCUMENTED_NODE] });
  const wrong = await call('GET', '/v1/cluster/nodes?limit=many');
  expect([wrong.status, wrong.json]).toEqual([400, { error: expect.any(String) }]);
});

test.each([
  ['live', 'status', 'node:read'],
  ['live', 'nodes', 'node:list'],
  ['documented', 'status', 'node:read'],
  ['documented', 'nodes', 'node:list'],
] as const)('the %s cluster %s needs %s', async (dialect, what, required) => {
  const sandbox = await useSandbox({ dialect });
  const without = await caller(sandbox, { scopes: ['agent:list'] });
  expect(await without('GET', `/v1/cluster/${what}`)).toMatchObject({
    status: 403,
    json: { error: 'insufficient_scope', required },
  });
  const having = await caller(sandbox, { scopes: [required] });
  expect((await having('GET', `/v1/cluster/${what}`)).status).toBe(200);
});

test('the node keeps its id and registration over a restart', async () => {
  const data = useDirectory();
  const before = await startSandbox({ data });
  const first = (await (await caller(before))('GET', '/v1/cluster/nodes')).json.items[0];
  await before.close();
  const second = (await (await caller(await useSandbox({ data })))('GET', '/v1/cluster/nodes')).json.items[0];
  expect([second.node_id, second.registered_at]).toEqual([first.node_id, first.registered_at]);
});
