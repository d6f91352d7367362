import { describe, expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.js';
import {
  type Call,
  caller,
  deploy,
  execute,
  type ManifestParts,
  manifest,
  shareSandbox,
  useDirectory,
  useSandbox,
  waitForStatus,
} from './_sandbox.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const PATHS = ['/v1/cortex/patterns', '/v1/cortex/skills', '/v1/cortex/metrics'];

/** Deploys agents and runs each as often as told, in the live dialect. */
async function teach(call: Call, lessons: readonly (readonly [parts: ManifestParts, times: number])[]) {
  for (const [parts, times] of lessons) {
    const agent = await deploy(call, parts);
    for (let count = 0; count < times; count += 1) {
      await waitForStatus(call, await execute(call, agent), 'Completed', 'Failed');
    }
  }
}

const quick: ManifestParts = { name: 'quick', labels: { 'sandbox.aegis/output': 'done' } };
const retrying: ManifestParts = {
  name: 'retrying',
  labels: { 'sandbox.aegis/output': 'at last', 'sandbox.aegis/iterations': '3' },
};
const broken: ManifestParts = { name: 'broken', labels: { 'sandbox.aegis/fail': 'no such file' } };

describe('what the live Cortex learned', () => {
  const sandbox = shareSandbox();

  test('are patterns of agents that completed: how it went and what helped, the most frequent first', async () => {
    const call = await caller(sandbox(), { tenant: 'lessons' });
    expect((await call('GET', '/v1/cortex/patterns')).json).toEqual({ items: [] });
    await teach(call, [
      [quick, 2],
      [retrying, 1],
      [broken, 1],
    ]);
    const pattern = {
      id: expect.stringMatching(UUID),
      error_signature_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      created_at: expect.stringMatching(TIME),
      last_used_at: expect.stringMatching(TIME),
      success_score: 1,
    };
    const first = {
      ...pattern,
      error_type: '',
      error_message: '',
      solution_approach: 'Agent quick completed after 1 iteration(s)',
      solution_code: 'done',
      ...{ frequency: 2, success_count: 2, total_count: 2 },
    };
    const second = {
      ...pattern,
      error_type: 'validation_failed',
      error_message: 'validation failed before the last iteration',
      solution_approach: 'Agent retrying completed after 3 iteration(s)',
      solution_code: 'at last',
      ...{ frequency: 1, success_count: 1, total_count: 1 },
    };
    const { json } = await call('GET', '/v1/cortex/patterns');
    expect(json).toEqual({ items: [first, second] });
    const ask = async (query: string) => (await call('GET', `/v1/cortex/patterns?${query}`)).json.items;
    expect(await ask('q=VALIDATION')).toEqual([second]);
    expect(await ask(`q=${json.items[0].error_signature_hash}`)).toEqual([first]);
    expect(await ask('q=unheard')).toEqual([]);
    expect(await ask('limit=1')).toEqual([first]);
    expect(await ask('limit=0')).toEqual([]);
  });

  test('includes failures of an agent that completed another time, with their share of success', async () => {
    const call = await caller(sandbox(), { tenant: 'failures' });
    const agent = await deploy(call, broken);
    await waitForStatus(call, await execute(call, agent), 'Failed');
    expect((await call('GET', '/v1/cortex/patterns')).json).toEqual({ items: [] });
    await call('PATCH', `/v1/agents/${agent}`, { json: manifest({ name: 'broken' }) });
    await waitForStatus(call, await execute(call, agent), 'Completed');
    const { items } = (await call('GET', '/v1/cortex/patterns?q=execution_failed')).json;
    const share = { success_count: 0, total_count: 1, success_score: 0 };
    const help = { solution_approach: 'Agent broken completed after 1 iteration(s)', solution_code: '3' };
    expect(items).toMatchObject([{ error_type: 'execution_failed', ...share, ...help }]);
    expect((await call('GET', '/v1/cortex/metrics')).json).toMatchObject({
      ...{ totalPatterns: 2, avgSuccessRate: 0.5, mostUsedSkills: ['execution_failed'] },
    });
  });

  test('sums up as skills and metrics', async () => {
    const call = await caller(sandbox(), { tenant: 'sums' });
    const retries = Array.from({ length: 5 }, (_, index) => [{ ...retrying, name: `r${index}` }, 1] as const);
    await teach(call, [[quick, 2], ...retries]);
    const { json: skills } = await call('GET', '/v1/cortex/skills');
    const skill = (category: string, level: string, patternCount: number, usageCount: number) => ({
      ...{ id: category, name: category, category, level, patternCount, usageCount },
      description: `Learned patterns for ${category} errors`,
      successRate: 100,
    });
    expect(skills).toEqual({
      items: [skill('general', 'intermediate', 1, 2), skill('validation_failed', 'advanced', 5, 5)],
    });
    expect((await call('GET', '/v1/cortex/metrics')).json).toEqual({
      totalPatterns: 6,
      totalSkills: 1,
      avgSuccessRate: 1,
      totalFrequency: 7,
      patternsThisWeek: 0,
      growthRate: 0,
      firstAttemptSuccessRate: 0,
      averageIterations: 0,
      learningVelocity: 0,
      mostUsedSkills: ['validation_failed'],
    });
  });

  test('is of the tenant of the token, whatever X-Tenant-Id says, and needs no scope', async () => {
    const call = await caller(sandbox(), { scopes: [] });
    const member = await caller(sandbox(), { tenant: 'own' });
    await teach(member, [[quick, 1]]);
    const headers = { 'x-tenant-id': 'own' };
    expect((await call('GET', '/v1/cortex/patterns', { headers })).json).toEqual({ items: [] });
    expect((await call('GET', '/v1/cortex/metrics')).json).toMatchObject({
      totalPatterns: 0,
      avgSuccessRate: 0,
    });
  });

  test.each(['limit=many', 'limit=-1', 'limit='])('takes no %s', async (query) => {
    const answer = await (await caller(sandbox()))('GET', `/v1/cortex/patterns?${query}`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'text/plain; charset=utf-8']);
  });
});

describe.each(['live', 'documented'] as const)('Cortex of the %s dialect', (dialect) => {
  const sandbox = shareSandbox({ dialect });

  test.each(PATHS)('%s is 503 in the tenant without it and 500 in the one where it fails', async (path) => {
    const without = await caller(sandbox(), { tenant: 'sandbox-no-database' });
    expect(await without('GET', path)).toMatchObject({
      status: 503,
      json: { error: 'cortex_not_configured', message: expect.any(String) },
    });
    const faulty = await caller(sandbox(), { tenant: 'sandbox-database-fault' });
    const answer = await faulty('GET', path);
    expect([answer.status, answer.json.error]).toEqual([
      500,
      expect.stringMatching(/^cortex_query_failed: /),
    ]);
  });
});

test('the documented Cortex has the names of the published SDK', async () => {
  const call = await caller(await useSandbox({ dialect: 'documented' }));
  const agent_id = await deploy(call, retrying);
  const { json: started } = await call('POST', '/v1/executions', { json: { agent_id, input: 'x' } });
  for (;;) {
    const { json } = await call('GET', `/v1/executions/${started.execution_id}`);
    if (/completed/i.test(json.status)) break;
  }
  expect((await call('GET', '/v1/cortex/patterns')).json).toEqual({
    patterns: [
      {
        id: expect.stringMatching(UUID),
        error_signature: 'validation_failed: validation failed before the last iteration',
        solution: 'Agent retrying completed after 3 iteration(s)',
        success_rate: 1,
        created_at: expect.stringMatching(TIME),
      },
    ],
  });
  const skills = [
    {
      id: 'validation_failed',
      description: 'Learned patterns for validation_failed errors',
      capability_tags: ['validation_failed'],
    },
  ];
  expect((await call('GET', '/v1/cortex/skills')).json).toEqual({ skills });
  expect((await call('GET', '/v1/cortex/skills?limit=0')).json).toEqual({ skills: [] });
  expect((await call('GET', '/v1/cortex/metrics?metric_type=patterns')).json).toEqual({
    pattern_count: 1,
    solution_count: 1,
    avg_success_rate: 1,
  });
});

test('what was learned survives a restart', async () => {
  const data = useDirectory();
  const before = await startSandbox({ data, pace: 0 });
  const first = await caller(before);
  await teach(first, [[quick, 1]]);
  const { json } = await first('GET', '/v1/cortex/patterns');
  await before.close();
  const second = await caller(await useSandbox({ data }));
  expect((await second('GET', '/v1/cortex/patterns')).json).toEqual(json);
});
