import { describe, expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.js';
import { type Call, caller, deploy, execute, shareSandbox, useDirectory, useSandbox } from './_sandbox.js';
import { manualClock } from './workflows/_clock.js';

const OVERRIDES = '/v1/admin/rate-limits/overrides';
const TENANT = 'u-5b0c5a5e0a544b9c8f576a3a1f0d0021';
const USER = '5b0c5a5e-0a54-4b9c-8f57-6a3a1f0d0021';
const LIMIT = { resource_type: 'agent_execution', bucket: 'hourly', limit_value: 7 };

const WORKFLOW = `
apiVersion: 100monkeys.ai/v1
kind: Workflow
metadata: { name: ask }
spec:
  initial_state: ask
  states:
    ask: { kind: Human, prompt: go, transitions: [] }
`;

const live = shareSandbox();
const documented = shareSandbox({ dialect: 'documented' });

async function open(options: Parameters<typeof useSandbox>[0] = {}) {
  const clock = manualClock();
  const sandbox = await useSandbox({ clock, ...options });
  const free = await caller(sandbox, { user: 'free@sandbox.local', expiresIn: 1_000_000_000 });
  const robot = await caller(sandbox, { expiresIn: 1_000_000_000 });
  return { clock, sandbox, free, robot };
}

const add = async (call: Call, wish: object) =>
  (await call('POST', OVERRIDES, { json: { ...LIMIT, ...wish } })).json;
const own = async (call: Call) => (await call('GET', '/v1/user/rate-limits/usage')).json;

/** A row of the caller's usage. */
async function row(call: Call, resource: string, bucket: string) {
  const { usage } = await own(call);
  return usage.find(
    (each: Record<string, unknown>) => each.resource_type === resource && each.bucket === bucket,
  );
}

describe('rate-limit overrides', () => {
  test('are added, listed newest first and deleted by anyone', async () => {
    const { free, robot } = await open();
    const first = await add(free, { tenant_id: 'aegis-system' });
    expect(first).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      ...{ tenant_id: 'aegis-system', user_id: null, ...LIMIT, burst_value: null },
      ...{ created_at: '2026-03-05T14:00:00.000Z', updated_at: '2026-03-05T14:00:00.000Z' },
    });
    const second = await add(robot, { user_id: 'u', burst_value: 3 });
    const list = async (query = '') => (await free('GET', `${OVERRIDES}${query}`)).json;
    expect(await list()).toEqual({ overrides: [second, first], count: 2 });
    expect(await list('?user_id=u')).toEqual({ overrides: [second], count: 1 });
    expect(await list('?user_id=u&tenant_id=aegis-system')).toEqual({ overrides: [], count: 0 });
    const removed = await robot('DELETE', `${OVERRIDES}/${first.id}`);
    expect([removed.status, removed.json]).toEqual([200, { status: 'deleted', id: first.id }]);
    expect((await robot('DELETE', `${OVERRIDES}/${first.id}`)).status).toBe(404);
  });

  test('of the same owner pile up', async () => {
    const robot = await caller(live());
    const one = await add(robot, { user_id: 'hoarder' });
    const two = await add(robot, { user_id: 'hoarder', limit_value: 8 });
    expect(one.id).not.toBe(two.id);
    expect((await robot('GET', `${OVERRIDES}?user_id=hoarder`)).json.count).toBe(2);
  });

  test.each([
    [{}, 400],
    [{ user_id: 'u', tenant_id: 'aegis-system' }, 400],
    [{ user_id: null, tenant_id: null }, 400],
    [{ tenant_id: 'nowhere' }, 500],
    [{ user_id: 7 }, 422],
    [{ user_id: 'u', limit_value: 1.5 }, 422],
    [{ user_id: 'u', limit_value: 1e300 }, 422],
    [{ user_id: 'u', limit_value: -1 }, 200],
  ])('with %j are %i', async (wish, status) => {
    const robot = await caller(live());
    expect((await robot('POST', OVERRIDES, { json: { ...LIMIT, ...wish } })).status).toBe(status);
  });

  test('where documented are created or updated, and leave out what is not set', async () => {
    const { free, clock } = await open({ dialect: 'documented' });
    const one = await add(free, { user_id: 'u' });
    expect(one).toEqual({
      ...{ id: one.id, user_id: 'u', ...LIMIT },
      ...{ created_at: '2026-03-05T14:00:00.000Z', updated_at: '2026-03-05T14:00:00.000Z' },
    });
    clock.advance(1);
    const two = await add(free, { user_id: 'u', limit_value: 8, burst_value: 9 });
    expect(two).toEqual({ ...one, limit_value: 8, burst_value: 9, updated_at: '2026-03-05T14:00:01.000Z' });
    expect((await free('GET', OVERRIDES)).json).toEqual({ overrides: [two], count: 1 });
    expect((await free('POST', OVERRIDES, { json: { ...LIMIT, tenant_id: 'nowhere' } })).status).toBe(404);
  });
});

describe('usage', () => {
  test('counts the runs of the caller’s tenant in fixed windows, deleted runs too', async () => {
    const { free, robot, clock } = await open();
    const agent = await deploy(free);
    await execute(free, agent);
    const run = await execute(free, agent);
    expect((await free('DELETE', `/v1/executions/${run}`)).status).toBe(200);
    expect(await row(free, 'agent_execution', 'hourly')).toEqual({
      ...{ resource_type: 'agent_execution', bucket: 'hourly', current_count: 2, limit_value: 50 },
      ...{ window_seconds: 3600, resets_at: '2026-03-05T15:00:00.000Z' },
    });
    expect((await row(free, 'agent_execution', 'per_minute')).current_count).toBe(0);
    expect((await row(robot, 'agent_execution', 'hourly')).current_count).toBe(0);

    clock.advance(3600);
    await execute(free, agent);
    expect((await row(free, 'agent_execution', 'hourly')).current_count).toBe(1);
    expect((await row(free, 'agent_execution', 'daily')).current_count).toBe(3);
    const path = '/v1/admin/rate-limits/usage';
    const { usage, count } = (await robot('GET', `${path}?scope_type=tenant&scope_id=${TENANT}`)).json;
    expect(count).toBe(5);
    const scope = { scope_type: 'tenant', scope_id: TENANT, resource_type: 'agent_execution' };
    expect(usage.slice(0, 3)).toEqual([
      { ...scope, bucket: 'hourly', counter: 1, window_start: '2026-03-05T15:00:00.000Z' },
      { ...scope, bucket: 'hourly', counter: 2, window_start: '2026-03-05T14:00:00.000Z' },
      { ...scope, bucket: 'daily', counter: 3, window_start: '2026-03-05T00:00:00.000Z' },
    ]);
    const mine = (await robot('GET', `${path}?scope_type=user&scope_id=${USER}`)).json.usage;
    expect(mine[0]).toEqual({ ...usage[0], scope_type: 'user', scope_id: USER });
    expect((await robot('GET', `${path}?scope_type=team&scope_id=${TENANT}`)).json.count).toBe(0);
    expect((await robot('GET', `${path}?scope_id=x`)).status).toBe(400);
  });

  test('counts workflow runs', async () => {
    const free = await caller(live(), { user: 'free@sandbox.local' });
    const registered = await free('POST', '/v1/workflows', { body: WORKFLOW });
    expect(registered.text).toContain('workflow_id');
    await free('POST', '/v1/workflows/ask/run', { json: { input: {} } });
    expect((await row(free, 'workflow_execution', 'daily')).current_count).toBe(1);
  });

  test('shows the limits of the tier, and overrides of the tenant, the user and the newest', async () => {
    const { free, robot } = await open();
    const limit = async () => (await row(free, 'agent_execution', 'hourly')).limit_value;
    expect((await row(robot, 'agent_execution', 'hourly')).limit_value).toBe(50_000);
    expect(await limit()).toBe(50);
    await free('POST', '/v1/consumer/ensure-provisioned');
    await add(robot, { user_id: USER, limit_value: 12 });
    await add(robot, { tenant_id: TENANT, limit_value: 11 });
    expect(await limit()).toBe(12);
    await add(robot, { user_id: USER, limit_value: 13 });
    expect(await limit()).toBe(13);
    await add(robot, { user_id: USER, bucket: 'fortnightly' });
    expect((await own(free)).count).toBe(6);
    await add(robot, { user_id: USER, resource_type: 'seal_tool:fs.*', bucket: 'weekly' });
    expect(await row(free, 'seal_tool:fs.*', 'weekly')).toMatchObject({ current_count: 0, limit_value: 7 });
  });

  test('where documented also names the user and the used share of every bucket', async () => {
    const free = await caller(documented(), { user: 'free@sandbox.local' });
    const agent = await deploy(free);
    await free('POST', '/v1/executions', { json: { agent_id: agent, input: 'x' } });
    const answer = await own(free);
    expect(answer.user_id).toBe(USER);
    expect(answer.buckets[1]).toEqual({ bucket_name: 'agent_execution:hourly', usage_pct: 2 });
    expect(answer.count).toBe(answer.usage.length);
  });

  test('and overrides survive a restart', async () => {
    const data = useDirectory();
    const clock = manualClock();
    const before = await startSandbox({ data, pace: 0, clock });
    const first = await caller(before, { user: 'free@sandbox.local' });
    await execute(first, await deploy(first));
    await add(first, { user_id: USER });
    const usage = await own(first);
    await before.close();
    const second = await caller(await useSandbox({ data, clock }), { user: 'free@sandbox.local' });
    expect(await own(second)).toEqual(usage);
  });
});

describe('tenants', () => {
  test('have no live routes', async () => {
    const robot = await caller(live());
    const answer = await robot('GET', '/v1/admin/tenants');
    expect([answer.status, answer.text]).toEqual([404, '']);
  });

  test('where documented are created, suspended and deleted softly', async () => {
    const { robot, clock } = await open({ dialect: 'documented' });
    const made = await robot('POST', '/v1/admin/tenants', { json: { slug: 'acme', display_name: 'Acme' } });
    const at = '2026-03-05T14:00:00.000Z';
    const acme = {
      ...{ slug: 'acme', display_name: 'Acme', status: 'active', tier: 'enterprise' },
      ...{ keycloak_realm: 'tenant-acme', openbao_namespace: 'tenants/acme', created_at: at, updated_at: at },
      quotas: { max_concurrent_executions: 50, max_agents: 500, max_storage_gb: 100 },
    };
    expect([made.status, made.json]).toEqual([200, acme]);
    clock.advance(1);
    const suspended = await robot('POST', '/v1/admin/tenants/acme/suspend');
    expect(suspended.json).toEqual({ status: 'suspended', slug: 'acme' });
    const deleted = await robot('DELETE', '/v1/admin/tenants/acme');
    expect(deleted.json).toEqual({ status: 'deleted', slug: 'acme' });
    const { tenants, count } = (await robot('GET', '/v1/admin/tenants')).json;
    const later = '2026-03-05T14:00:01.000Z';
    expect(tenants.at(-1)).toEqual({ ...acme, status: 'deleted', updated_at: later, deleted_at: later });
    expect([count, tenants[0].slug]).toEqual([3, 'aegis-system']);
    expect((await robot('DELETE', '/v1/admin/tenants/acme')).status).toBe(404);
    expect((await robot('POST', '/v1/admin/tenants/nowhere/suspend')).status).toBe(404);
  });

  test.each([
    [{ slug: 'sandbox', display_name: 'x' }, 409],
    [{ slug: 'Acme', display_name: 'x' }, 422],
    [{ slug: 'acme', display_name: '' }, 422],
    [{ slug: 'acme' }, 422],
    [{ slug: 'acme', display_name: 'x', tier: 'system' }, 422],
    [{ slug: 'acme', display_name: 'x', tier: 'pro' }, 200],
  ])('of %j are %i', async (json, status) => {
    const robot = await caller(documented());
    expect((await robot('POST', '/v1/admin/tenants', { json })).status).toBe(status);
  });
});

test('provisioning gives a consumer the personal tenant, once, and others nothing', async () => {
  const { free, robot } = await open({ dialect: 'documented' });
  for (const call of [free, free, robot]) {
    const answer = await call('POST', '/v1/consumer/ensure-provisioned');
    expect([answer.status, answer.text]).toEqual([204, '']);
  }
  const { tenants } = (await robot('GET', '/v1/admin/tenants')).json;
  expect(tenants.map(({ slug, tier }: { slug: string; tier: string }) => [slug, tier])).toEqual([
    ['aegis-system', 'system'],
    ['sandbox', 'enterprise'],
    [TENANT, 'free'],
  ]);
});
