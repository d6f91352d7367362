import { describe, expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.js';
import { type Call, caller, deploy, execute, useDirectory, useSandbox, waitForStatus } from './_sandbox.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const PATHS = ['/v1/security/incidents', '/v1/storage/violations', '/v1/dashboard/summary'];

/** Runs an agent with one more label `sandbox.aegis/...` to its end. */
async function runLabelled(call: Call, name: string, value: string) {
  const agent = await deploy(call, { labels: { [`sandbox.aegis/${name}`]: value } });
  const execution = await execute(call, agent);
  await waitForStatus(call, execution, 'Completed');
  return { agent, execution };
}

describe('of the live dialect', () => {
  test.each(PATHS)('%s is for operators only; a refusal is an incident', async (path) => {
    const sandbox = await useSandbox();
    const refusal = { status: 403, json: { error: 'operator_required', message: expect.any(String) } };
    for (const token of [{}, { user: 'enterprise@sandbox.local' }, { tenant: 'acme' }]) {
      expect(await (await caller(sandbox, token))('GET', path)).toMatchObject(refusal);
    }
    const operator = await caller(sandbox, { user: 'auditor', scopes: [] });
    expect((await operator('GET', path)).status).toBe(200);
    const { items } = (await operator('GET', PATHS[0] ?? '')).json;
    expect(items).toHaveLength(3);
    expect(items[2]).toEqual({
      category: 'policy_violation_blocked',
      severity: 'high',
      agent_id: null,
      execution_id: null,
      session_id: null,
      tool_name: null,
      details:
        'OperatorRequired: service_account 5b0c5a5e-0a54-4b9c-8f57-6a3a1f0d0001 called an operator route',
      occurred_at: expect.stringMatching(TIME),
    });
  });

  test('a wrong limit is refused before the caller is looked at', async () => {
    const call = await caller(await useSandbox());
    for (const path of PATHS.slice(0, 2)) expect((await call('GET', `${path}?limit=x`)).status).toBe(400);
  });

  test('an agent labelled policy-violation makes an incident with each execution', async () => {
    const sandbox = await useSandbox();
    const operator = await caller(sandbox, { user: 'operator' });
    const { agent, execution } = await runLabelled(await caller(sandbox), 'policy-violation', 'cmd.run');
    const { json } = await operator('GET', '/v1/security/incidents');
    expect(json).toEqual({
      items: [
        {
          category: 'seal_policy_violation_blocked',
          severity: 'high',
          agent_id: agent,
          execution_id: execution,
          session_id: null,
          tool_name: 'cmd.run',
          details: "ToolNotAllowed: the security context does not allow 'cmd.run'",
          occurred_at: expect.stringMatching(TIME),
        },
      ],
    });
  });

  test('incidents are newest first, cut by limit, and at most 512', async () => {
    const sandbox = await useSandbox();
    const [call, operator] = [await caller(sandbox), await caller(sandbox, { user: 'operator' })];
    const { execution } = await runLabelled(call, 'policy-violation', 'fs.write');
    for (let batch = 0; batch < 26; batch += 1) {
      await Promise.all(Array.from({ length: 20 }, () => call('GET', '/v1/dashboard/summary')));
    }
    const list = async (query: string) =>
      (await operator('GET', `/v1/security/incidents${query}`)).json.items;
    expect(await list('')).toHaveLength(500);
    expect(await list('?limit=2')).toHaveLength(2);
    expect(await list('?limit=0')).toHaveLength(1);
    expect((await operator('GET', '/v1/dashboard/summary')).json.security_incident_count).toBe(512);
    expect(JSON.stringify(await list(''))).not.toContain(execution);
  });

  test('agents labelled storage-violation make violations; a path with .. is a traversal', async () => {
    const sandbox = await useSandbox();
    const [call, operator] = [await caller(sandbox), await caller(sandbox, { user: 'operator' })];
    expect((await operator('GET', '/v1/storage/violations')).json).toEqual({ items: [] });
    const outside = await runLabelled(call, 'storage-violation', '../etc/passwd');
    const forbidden = await runLabelled(call, 'storage-violation', '/etc/a..b');
    expect((await operator('GET', '/v1/storage/violations')).json).toEqual({
      items: [
        {
          category: 'filesystem_policy_violation',
          execution_id: forbidden.execution,
          volume_id: expect.stringMatching(UUID),
          path: '/etc/a..b',
          operation: 'write',
          details: 'Policy rule violated: filesystem.write',
          occurred_at: expect.stringMatching(TIME),
        },
        {
          category: 'path_traversal_blocked',
          execution_id: outside.execution,
          volume_id: null,
          path: '../etc/passwd',
          operation: 'path_traversal',
          details: 'Path traversal was blocked before reaching storage',
          occurred_at: expect.stringMatching(TIME),
        },
      ],
    });
    expect((await operator('GET', '/v1/storage/violations?limit=1')).json.items).toHaveLength(1);
  });

  test('violations that cannot be read are 200 with an error and no items', async () => {
    const sandbox = await useSandbox();
    await runLabelled(await caller(sandbox), 'storage-violation', 'unreadable');
    const operator = await caller(sandbox, { user: 'operator' });
    const answer = await operator('GET', '/v1/storage/violations');
    expect([answer.status, answer.json]).toEqual([
      200,
      { error: 'Database error: a storage event cannot be read', items: [] },
    ]);
    expect((await operator('GET', '/v1/dashboard/summary')).json.storage_violation_count).toBe(0);
  });

  test('the dashboard counts what ran, at most 25 of each', async () => {
    const sandbox = await useSandbox();
    const [call, operator] = [await caller(sandbox), await caller(sandbox, { user: 'admin' })];
    const summary = async () => (await operator('GET', '/v1/dashboard/summary')).json;
    const before = await summary();
    expect(before).toEqual({
      generated_at: expect.stringMatching(TIME),
      uptime_seconds: expect.any(Number),
      cluster: expect.objectContaining({ total_nodes: 1, cluster_health: 'healthy' }),
      swarm_count: 0,
      stimulus_count: 0,
      security_incident_count: 0,
      storage_violation_count: 0,
      recent_execution_count: 0,
      recent_workflow_execution_count: 0,
    });
    await runLabelled(call, 'policy-violation', 'cmd.run');
    await runLabelled(call, 'storage-violation', '../x');
    expect(await summary()).toMatchObject({
      security_incident_count: 1,
      storage_violation_count: 1,
      recent_execution_count: 2,
    });
    const agent = await deploy(call);
    await Promise.all(Array.from({ length: 30 }, () => execute(call, agent)));
    expect((await summary()).recent_execution_count).toBe(25);
  });
});

describe('of the documented dialect', () => {
  test('incidents, violations and the dashboard have the published names, for every bearer', async () => {
    const call = await caller(await useSandbox({ dialect: 'documented' }));
    const start = async (name: string, value: string) => {
      const agent = await deploy(call, { labels: { [`sandbox.aegis/${name}`]: value } });
      await call('POST', '/v1/executions', { json: { agent_id: agent, input: 'x' } });
    };
    await start('policy-violation', 'cmd.run');
    await start('storage-violation', '/etc/passwd');
    expect((await call('GET', '/v1/security/incidents')).json).toEqual({
      incidents: [
        {
          id: expect.stringMatching(UUID),
          type: 'seal_policy_violation_blocked',
          severity: 'high',
          details: "ToolNotAllowed: the security context does not allow 'cmd.run'",
          created_at: expect.stringMatching(TIME),
        },
      ],
    });
    expect((await call('GET', '/v1/storage/violations')).json).toEqual({
      violations: [
        {
          id: expect.stringMatching(UUID),
          volume_id: expect.stringMatching(UUID),
          type: 'filesystem_policy_violation',
          details: 'Policy rule violated: filesystem.write',
          created_at: expect.stringMatching(TIME),
        },
      ],
    });
    expect((await call('GET', '/v1/dashboard/summary')).json).toEqual({
      cluster: expect.objectContaining({ overall_status: 'healthy' }),
      swarm_count: 0,
      stimulus_count: 0,
      security_incident_count: 1,
      storage_violation_count: 1,
      execution_count: 2,
      workflow_execution_count: 0,
    });
    await start('storage-violation', 'unreadable');
    const answer = await call('GET', '/v1/storage/violations');
    expect([answer.status, answer.json]).toEqual([
      500,
      { error: 'Database error: a storage event cannot be read' },
    ]);
  });
});

test('a restart forgets incidents and keeps violations', async () => {
  const data = useDirectory();
  const before = await startSandbox({ data, pace: 0 });
  const first = await caller(before);
  await runLabelled(first, 'policy-violation', 'cmd.run');
  await runLabelled(first, 'storage-violation', '../x');
  await first('GET', '/v1/dashboard/summary');
  await before.close();
  const operator = await caller(await useSandbox({ data }), { user: 'operator' });
  expect((await operator('GET', '/v1/security/incidents')).json.items).toEqual([]);
  expect((await operator('GET', '/v1/storage/violations')).json.items).toHaveLength(1);
});
