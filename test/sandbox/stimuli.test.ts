import { describe, expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.js';
import { type Call, caller, shareSandbox, useDirectory, useSandbox } from './_sandbox.js';
import { createClock } from './identity/_provider.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const NOBODY = '00000000-0000-4000-8000-000000000000';
const OPERATOR = { user: 'operator' };
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/);

const ingest = (call: Call, content: string, idempotency_key?: string) =>
  call('POST', '/v1/stimuli', { json: { content, idempotency_key } });

/** Registers a workflow of one step. */
async function register(call: Call, name: string, labels: object = {}): Promise<string> {
  const states = { a: { kind: 'System', command: 'true', transitions: [] } };
  const metadata = { name, labels };
  const manifest = { apiVersion: '100monkeys.ai/v1', kind: 'Workflow', metadata };
  const json = { ...manifest, spec: { initial_state: 'a', states } };
  const answer = await call('POST', '/v1/workflows', { json });
  expect(answer.status, answer.text).toBe(200);
  return answer.json.workflow_id;
}

describe('ingestion', () => {
  const live = shareSandbox();
  let tenants = 0;
  /** A tenant without workflows, and an operator who sees its stimuli. */
  const start = async () => {
    tenants += 1;
    return {
      call: await caller(live(), { realm: 'zaru-consumer', tenant: `t${tenants}` }),
      operator: await caller(live(), OPERATOR),
    };
  };
  const stimulus = async (operator: Call, id: string) =>
    (await operator('GET', `/v1/stimuli/${id}`)).json.stimulus;

  test('answers 202 with the place of the logs of a real run', async () => {
    const { call } = await start();
    const answer = await ingest(call, 'Deploy release v2.1.0 to production.');
    const { workflow_execution_id: run } = answer.json;
    expect(answer.status).toBe(202);
    expect(answer.json).toEqual({
      stimulus_id: expect.stringMatching(UUID),
      workflow_execution_id: expect.stringMatching(UUID),
    });
    expect(answer.headers.get('location')).toBe(`/v1/workflows/executions/${run}/logs`);
    expect((await call('GET', `/v1/workflows/executions/${run}/logs`)).status).toBe(200);
    expect((await call('GET', `/v1/workflows/executions/${run}`)).json.workflow_name).toBe(
      'sandbox-stimulus',
    );
  });

  test('takes the workflow labelled with the source', async () => {
    const { call, operator } = await start();
    await register(call, 'deploy');
    const id = await register(call, 'intake', { 'sandbox.aegis/stimulus-source': 'http_api' });
    const { stimulus_id } = (await ingest(call, 'Please deploy.')).json;
    expect(await stimulus(operator, stimulus_id)).toEqual({
      stimulus_id,
      source: 'http_api',
      status: 'classified',
      workflow_id: id,
      confidence: 1,
      routing_mode: 'Deterministic',
      rejection_reason: null,
      classification_error: null,
      received_at: TIME,
      last_event_at: TIME,
    });
  });

  test.each([
    ['Deploy now', 'deploy'],
    ['run deploy-all, please', 'deploy-all'],
    ['redeploy', 'sandbox-stimulus'],
    ['deployment', 'sandbox-stimulus'],
    ['', 'sandbox-stimulus'],
    ['{"action":"deploy"}', 'deploy'],
  ])('routes %j to %s', async (content, name) => {
    const { call, operator } = await start();
    await register(call, 'deploy');
    await register(call, 'deploy-all');
    const { stimulus_id, workflow_execution_id } = (await ingest(call, content)).json;
    const run = await call('GET', `/v1/workflows/executions/${workflow_execution_id}`);
    expect(run.json.workflow_name).toBe(name);
    expect(await stimulus(operator, stimulus_id)).toMatchObject({ routing_mode: 'LlmClassified' });
  });

  test('ignores the source of the body, and X-Tenant-Id', async () => {
    const operator = await caller(live(), OPERATOR);
    const call = await caller(live());
    const headers = { 'x-tenant-id': 'elsewhere' };
    const json = { source: 'mine', content: 'x' };
    const answer = await call('POST', '/v1/stimuli', { json, headers });
    expect((await stimulus(operator, answer.json.stimulus_id)).source).toBe('http_api');
    const { workflow_execution_id: run } = answer.json;
    expect((await call('GET', `/v1/workflows/executions/${run}`)).status).toBe(200);
  });

  test.each([
    [422, 'classification_failed', 'classification_failed'],
    [422, 'no_router_configured', 'classification_failed'],
    [422, 'router_agent_failed', 'classification_failed'],
    [422, 'classification_parse_error', 'classification_failed'],
    [422, 'unknown_workflow', 'classification_failed'],
    [500, 'workflow_error', 'classified'],
  ])('content can ask for %i %s', async (status, error, recorded) => {
    const { call, operator } = await start();
    const answer = await ingest(call, `{"note":"sandbox:${error}"}`);
    expect([answer.status, answer.json]).toEqual([status, { error, message: expect.any(String) }]);
    const [latest] = (await operator('GET', '/v1/stimuli?limit=1')).json.items;
    expect(latest.status).toBe(recorded);
  });

  test('content can ask for the service to be missing; nothing is recorded', async () => {
    const { call, operator } = await start();
    const before = (await operator('GET', '/v1/stimuli')).json;
    const answer = await ingest(call, 'sandbox:stimulus_service_unavailable');
    expect([answer.status, answer.json.error]).toEqual([503, 'stimulus_service_unavailable']);
    expect((await operator('GET', '/v1/stimuli')).json).toEqual(before);
  });

  test('content that names another code is ordinary', async () => {
    const { call } = await start();
    for (const content of ['sandbox:run', 'sandbox:', 'sandbox:missing_signature']) {
      expect((await ingest(call, content)).status).toBe(202);
    }
  });

  test('a workflow that cannot start is workflow_error', async () => {
    const { call } = await start();
    const labels = { 'sandbox.aegis/stimulus-source': 'http_api' };
    const metadata = { name: 'strict', labels, input_schema: { type: 'object', required: ['amount'] } };
    const states = { a: { kind: 'System', command: 'true', transitions: [] } };
    const json = {
      ...{ apiVersion: '100monkeys.ai/v1', kind: 'Workflow', metadata },
      spec: { initial_state: 'a', states },
    };
    await call('POST', '/v1/workflows', { json });
    const answer = await ingest(call, 'x', 'once');
    expect([answer.status, answer.json.error]).toEqual([500, 'workflow_error']);
    expect((await ingest(call, 'x', 'once')).json.error).toBe('workflow_error');
  });

  test('of many at once with one key, one is accepted', async () => {
    const { call, operator } = await start();
    const answers = await Promise.all(Array.from({ length: 8 }, () => ingest(call, 'x', 'burst')));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, ...Array(7).fill(409)]);
    expect(answers.find(({ status }) => status === 409)?.json.error).toBe('idempotent_duplicate');
    const [latest] = (await operator('GET', '/v1/stimuli')).json.items;
    expect(latest).toMatchObject({
      status: 'rejected',
      workflow_id: null,
      rejection_reason: expect.any(String),
    });
  });

  test.each([
    [422, '{}'],
    [422, '{"content":7}'],
    [422, '{"content":"x","idempotency_key":7}'],
    [422, '[]'],
    [400, '{'],
    [202, '{"content":"x","idempotency_key":null,"more":1}'],
    [413, JSON.stringify({ content: 'x'.repeat(2 * 1024 * 1024) })],
  ])('answers %i to the body %.40s', async (status, body) => {
    const { call } = await start();
    const headers = { 'content-type': 'application/json' };
    const answer = await call('POST', '/v1/stimuli', { body, headers });
    expect(answer.status).toBe(status);
    if (status !== 202) expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  });
});

describe('reading', () => {
  const live = shareSandbox();

  test('lists the newest activity first, for operators of any role', async () => {
    const call = await caller(live(), { user: 'free@sandbox.local' });
    const ids: string[] = [];
    for (const content of ['a', 'b', 'c']) ids.unshift((await ingest(call, content)).json.stimulus_id);
    const auditor = await caller(live(), { user: 'auditor' });
    const listed = async (query: string) => {
      const { items } = (await auditor('GET', `/v1/stimuli${query}`)).json;
      return items.map(({ stimulus_id }: { stimulus_id: string }) => stimulus_id);
    };
    expect(await listed('')).toEqual(ids);
    expect(await listed('?limit=2')).toEqual(ids.slice(0, 2));
    expect(await listed('?limit=0')).toEqual(ids.slice(0, 1));
    expect(await listed('?limit=9999')).toEqual(ids);
  });

  test.each(['many', '-1', '1.5', ''])('answers 400 to limit=%s', async (limit) => {
    const call = await caller(live());
    expect((await call('GET', `/v1/stimuli?limit=${limit}`)).status).toBe(400);
  });

  test('answers 200 with an error for an unknown id', async () => {
    const call = await caller(live(), OPERATOR);
    const answer = await call('GET', `/v1/stimuli/${NOBODY}`);
    expect([answer.status, answer.json]).toEqual([200, { error: 'Stimulus not found' }]);
  });

  test.each([{}, { tenant: 'acme' }, { user: 'free@sandbox.local' }])('refuses %j', async (options) => {
    const call = await caller(live(), options);
    for (const path of ['/v1/stimuli', `/v1/stimuli/${NOBODY}`]) {
      const answer = await call('GET', path);
      expect([answer.status, answer.json.error]).toEqual([403, 'operator_required']);
    }
  });
});

test('a key is free again after 24 hours, not before', async () => {
  const clock = createClock();
  const sandbox = await useSandbox({ clock });
  const send = async () => (await ingest(await caller(sandbox), 'x', 'daily')).status;
  expect(await send()).toBe(202);
  clock.advance(24 * 3600 - 60);
  expect(await send()).toBe(409);
  clock.advance(61);
  expect(await send()).toBe(202);
  expect(await send()).toBe(409);
});

test('stimuli and their keys survive a restart', async () => {
  const data = useDirectory();
  const before = await startSandbox({ data, pace: 0 });
  const { stimulus_id } = (await ingest(await caller(before), 'x', 'kept')).json;
  await before.close();
  const sandbox = await useSandbox({ data });
  const operator = await caller(sandbox, OPERATOR);
  expect((await operator('GET', `/v1/stimuli/${stimulus_id}`)).json.stimulus.status).toBe('classified');
  expect((await ingest(await caller(sandbox), 'x', 'kept')).status).toBe(409);
});

test('the published reference: 200, its own source, content shown, the caller’s tenant', async () => {
  const sandbox = await useSandbox({ dialect: 'documented' });
  const call = await caller(sandbox);
  const json = { source: 'ops', content: 'Deploy.', idempotency_key: 'k' };
  const answer = await call('POST', '/v1/stimuli', { json });
  const { stimulus_id, workflow_execution_id } = answer.json;
  expect([answer.status, answer.headers.get('location')]).toEqual([200, null]);
  const shown = {
    ...{ stimulus_id, workflow_execution_id, source: 'ops', content: 'Deploy.', status: 'classified' },
    created_at: TIME,
  };
  expect((await call('GET', '/v1/stimuli')).json).toEqual({ stimuli: [shown] });
  expect((await call('GET', `/v1/stimuli/${stimulus_id}`)).json).toEqual(shown);
  expect((await call('POST', '/v1/stimuli', { json })).json.error).toBe('idempotent_duplicate');
  const other = await call('POST', '/v1/stimuli', { json: { ...json, source: 'ci' } });
  expect(other.status).toBe(200);
  const acme = await caller(sandbox, { tenant: 'acme' });
  expect((await acme('GET', '/v1/stimuli')).json).toEqual({ stimuli: [] });
  const hidden = await acme('GET', `/v1/stimuli/${stimulus_id}`);
  expect([hidden.status, hidden.json]).toEqual([404, { error: 'Stimulus not found' }]);
  const wrong = await call('POST', '/v1/stimuli', { json: { source: 'ops' } });
  expect([wrong.status, wrong.json]).toEqual([422, { error: expect.stringContaining('content') }]);
});
