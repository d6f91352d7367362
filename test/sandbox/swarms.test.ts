import { describe, expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.js';
import { type Call, caller, deploy, shareSandbox, useDirectory, useSandbox } from './_sandbox.js';

const MISSING = '6f1c2f3e-0b52-4d55-9b0f-2f0f5a1f6f11';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

interface Crew {
  readonly run: string;
  readonly members: readonly [string, string];
}

let crews = 0;

/** Runs a workflow in which one agent drafts and another checks; `last` scripts what the second does. */
async function runCrew(call: Call, last: Readonly<Record<string, string>> = {}): Promise<Crew> {
  crews += 1;
  const [draft, check, name] = [`draft-${crews}`, `check-${crews}`, `crew-${crews}`];
  const labels = { 'sandbox.aegis/output': 'größer' };
  const members = [
    await deploy(call, { name: draft, labels }),
    await deploy(call, { name: check, labels: last }),
  ] as const;
  await register(call, name, {
    DRAFT: {
      kind: 'Agent',
      agent: draft,
      input: 'x',
      transitions: [{ condition: 'always', target: 'CHECK' }],
    },
    CHECK: { kind: 'Agent', agent: check, input: 'y', transitions: [] },
  });
  const { json } = await call('POST', `/v1/workflows/${name}/run`, { json: { input: {} } });
  return { run: json.execution_id, members };
}

async function register(call: Call, name: string, states: Readonly<Record<string, object>>): Promise<void> {
  const definition = {
    apiVersion: '100monkeys.ai/v1',
    kind: 'Workflow',
    metadata: { name },
    spec: { initial_state: Object.keys(states)[0], states },
  };
  const live = await call('POST', '/v1/workflows', { body: JSON.stringify(definition) });
  if (live.status === 200) return;
  const answer = await call('POST', '/v1/workflows', { json: { name, definition } });
  expect([answer.status, answer.text]).toEqual([200, answer.text]);
}

async function waitForRun(
  call: Call,
  run: string,
  test: (record: { status: string; current_state: string }) => boolean,
) {
  for (;;) {
    const { json } = await call('GET', `/v1/workflows/executions/${run}`);
    if (test(json)) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const completed = ({ status }: { status: string }) => status === 'completed';
const hangs = { 'sandbox.aegis/hang': 'true' };

describe('the live swarms', () => {
  const sandbox = shareSandbox();

  test('are the workflow runs of several agents: members, messages, and the end', async () => {
    const call = await caller(sandbox());
    const { run, members } = await runCrew(call);
    await waitForRun(call, run, completed);
    const swarm = {
      swarm_id: expect.stringMatching(UUID),
      parent_execution_id: run,
      tenant_id: 'aegis-system',
      member_ids: members,
      member_count: 2,
      status: 'dissolved',
      created_at: expect.stringMatching(TIME),
      dissolved_at: expect.stringMatching(TIME),
      lock_count: 0,
      recent_message_count: 1,
    };
    const { json } = await call('GET', '/v1/swarms?limit=1');
    expect(json).toEqual({ items: [swarm] });
    const detail = await call('GET', `/v1/swarms/${json.items[0].swarm_id}`);
    expect(detail.json).toEqual({
      swarm,
      locks: [],
      recent_messages: [
        { from: members[0], to: members[1], payload_bytes: 8, sent_at: expect.stringMatching(TIME) },
      ],
    });
  });

  test('are active while they run: the agent at work holds a lock on its state', async () => {
    const call = await caller(sandbox());
    const { run, members } = await runCrew(call, hangs);
    await waitForRun(call, run, ({ current_state }) => current_state === 'CHECK');
    const [swarm] = (await call('GET', '/v1/swarms')).json.items;
    expect(swarm).toMatchObject({ status: 'active', dissolved_at: null, lock_count: 1 });
    const { json } = await call('GET', `/v1/swarms/${swarm.swarm_id}`);
    expect(json.locks).toEqual([
      {
        resource_id: 'state:CHECK',
        held_by: members[1],
        acquired_at: expect.stringMatching(TIME),
        expires_at: expect.stringMatching(TIME),
      },
    ]);
    const [{ acquired_at, expires_at }] = json.locks;
    expect(Date.parse(expires_at) - Date.parse(acquired_at)).toBe(300_000);
    await call('POST', `/v1/workflows/executions/${run}/cancel`);
    await waitForRun(call, run, ({ status }) => status === 'cancelled');
    const ended = await call('GET', `/v1/swarms/${swarm.swarm_id}`);
    expect(ended.json.swarm).toMatchObject({ status: 'dissolved', lock_count: 0 });
  });

  test('have judges and the agents of a panel as members, but not one agent alone', async () => {
    const call = await caller(sandbox(), { user: 'enterprise@sandbox.local' });
    const verdict = { 'sandbox.aegis/output': '{"score":0.9,"confidence":1,"reasoning":""}' };
    const names = ['writer', 'left', 'right', 'judge'];
    const ids = await Promise.all(names.map((name) => deploy(call, { name, labels: verdict })));
    await register(call, 'panel', {
      WRITE: {
        ...{ kind: 'Agent', agent: 'writer', input: 'x', judges: [{ agent_id: 'judge' }] },
        transitions: [{ condition: 'always', target: 'PANEL' }],
      },
      PANEL: {
        kind: 'ParallelAgents',
        agents: ['left', 'right', 'left'].map((agent) => ({ agent, input: 'x' })),
        consensus: { strategy: 'weighted_average' },
        transitions: [],
      },
    });
    await register(call, 'alone', { ONLY: { kind: 'Agent', agent: 'writer', input: 'x', transitions: [] } });
    for (const name of ['panel', 'alone']) {
      const { json } = await call('POST', `/v1/workflows/${name}/run`, { json: { input: {} } });
      await waitForRun(call, json.execution_id, completed);
    }
    const { json } = await call('GET', '/v1/swarms');
    expect(json.items).toHaveLength(1);
    expect(json.items[0].member_ids.toSorted()).toEqual(ids.toSorted());
  });

  test('are of the effective tenant: a service account may name another', async () => {
    const call = await caller(sandbox());
    const member = await caller(sandbox(), { tenant: 'acme' });
    const { run } = await runCrew(member, hangs);
    const headers = { 'x-tenant-id': 'acme' };
    const { json } = await call('GET', '/v1/swarms', { headers });
    expect(json.items).toMatchObject([{ parent_execution_id: run, tenant_id: 'acme' }]);
    const path = `/v1/swarms/${json.items[0].swarm_id}`;
    expect((await call('GET', path, { headers })).json.swarm.tenant_id).toBe('acme');
    expect((await call('GET', path)).json).toEqual({ error: 'swarm not found' });
    expect((await call('GET', '/v1/swarms?limit=500')).json.items).not.toContainEqual(json.items[0]);
  });

  test('that are not there are 200 with an error', async () => {
    const answer = await (await caller(sandbox()))('GET', `/v1/swarms/${MISSING}`);
    expect([answer.status, answer.json]).toEqual([200, { error: 'swarm not found' }]);
  });

  test.each([
    ['/v1/swarms/crew', 400],
    ['/v1/swarms?limit=many', 400],
    ['/v1/swarms?limit=99999999999999999999', 400],
    ['/v1/swarms/a/b', 404],
  ])('refuse %s with %i', async (path, status) => {
    expect((await (await caller(sandbox()))('GET', path)).status).toBe(status);
  });

  test('need swarm:list and swarm:read', async () => {
    const call = await caller(sandbox(), { scopes: [] });
    const missing = (required: string) => ({ status: 403, json: { error: 'insufficient_scope', required } });
    expect(await call('GET', '/v1/swarms')).toMatchObject(missing('swarm:list'));
    expect(await call('GET', `/v1/swarms/${MISSING}`)).toMatchObject(missing('swarm:read'));
  });
});

test('the documented swarms are in one list, a missing one is 404', async () => {
  const call = await caller(await useSandbox({ dialect: 'documented' }));
  const { run, members } = await runCrew(call);
  await waitForRun(call, run, completed);
  const { json } = await call('GET', '/v1/swarms');
  expect(json).toEqual({
    swarms: [expect.objectContaining({ parent_execution_id: run, member_ids: members })],
  });
  const detail = await call('GET', `/v1/swarms/${json.swarms[0].swarm_id}`);
  expect(detail.json).toMatchObject({
    ...json.swarms[0],
    locks: [],
    recent_messages: [{ from: members[0] }],
  });
  const missing = await call('GET', `/v1/swarms/${MISSING}`);
  expect([missing.status, missing.json]).toEqual([404, { error: 'Swarm not found' }]);
});

test('a swarm keeps its id over a restart', async () => {
  const data = useDirectory();
  const before = await startSandbox({ data, pace: 0 });
  const first = await caller(before);
  const { run } = await runCrew(first);
  await waitForRun(first, run, completed);
  const { json } = await first('GET', '/v1/swarms');
  await before.close();
  const second = await caller(await useSandbox({ data }));
  expect((await second('GET', '/v1/swarms')).json).toEqual(json);
});
