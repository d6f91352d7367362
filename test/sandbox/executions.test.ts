import { describe, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/index.js';
import {
  type Call,
  caller,
  deploy,
  execute,
  type ManifestParts,
  manifest,
  shareSandbox,
  useSandbox,
  waitForStatus,
} from './_sandbox.js';

const MISSING = '6f1c2f3e-0b52-4d55-9b0f-2f0f5a1f6f11';

const live = shareSandbox();
const start = () => caller(live());
const ownSandbox = async () => caller(await useSandbox());

/** Runs an agent to its end; `reason` is the failure's, from the history. */
async function run(call: Call, parts: ManifestParts, input: unknown = 'one two three') {
  const id = await execute(call, await deploy(call, parts), input);
  const status = await waitForStatus(call, id, 'Completed', 'Failed', 'Cancelled');
  const history = (await call('GET', `/v1/executions/${id}/events?follow=false`)).text;
  const events = history
    .split('\n\n')
    .filter(Boolean)
    .map((block) => JSON.parse(block.slice('data: '.length)));
  const end = events.at(-1);
  const output = (await call('GET', `/v1/executions/${id}/files/output.txt`)).text;
  return { id, status, events, output, reason: end.details.ExecutionFailed?.reason, end };
}

describe('health', () => {
  test('is public and says sandbox', async () => {
    const { url } = live();
    for (const path of ['/health', '/health/live']) {
      const body = await (await fetch(`${url}${path}`)).json();
      expect(body).toEqual({
        status: 'healthy',
        mode: 'live',
        uptime_seconds: expect.any(Number),
        sandbox: true,
      });
    }
    expect(await (await fetch(`${url}/health/ready`)).json()).toEqual({
      status: 'ready',
      uptime_seconds: expect.any(Number),
      dependencies: { database: true, temporal: true, cluster_repository: true },
      sandbox: true,
    });
  });

  test('of the documented dialect says ok', async () => {
    const { url } = await useSandbox({ dialect: 'documented' });
    expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: 'ok', sandbox: true });
  });
});

describe('executeAgent', () => {
  test('answers the id only and runs to Completed', async () => {
    const call = await start();
    const agentId = await deploy(call);
    const answer = await call('POST', `/v1/agents/${agentId}/execute`, { json: { input: 'a b' } });
    expect(Object.keys(answer.json)).toEqual(['execution_id']);
    const id = answer.json.execution_id;
    expect(await waitForStatus(call, id, 'Completed')).toBe('Completed');
    expect((await call('GET', `/v1/executions/${id}`)).json).toEqual({
      id,
      agent_id: agentId,
      status: 'Completed',
      tenant_id: 'aegis-system',
    });
  });

  test.each([
    ['no input', {}, 422],
    ['an intent that is no text', { input: 'x', intent: 3 }, 422],
    ['overrides that are no object', { input: 'x', context_overrides: 'y' }, 422],
    ['an attachment without volume', { input: 'x', attachments: [{ path: 'a' }] }, 422],
    ['neither input nor intent', { input: null }, 500],
    ['a reserved override', { input: 'x', context_overrides: { instruction: 'y' } }, 500],
  ])('refuses %s', async (_title, json, status) => {
    const call = await start();
    const answer = await call('POST', `/v1/agents/${await deploy(call)}/execute`, { json });
    expect(answer.status).toBe(status);
  });

  test('an unknown agent is 500, with ?version 404; a wrong version 409', async () => {
    const call = await start();
    const id = await deploy(call);
    const go = (path: string) => call('POST', path, { json: { input: 'x' } });
    expect((await go(`/v1/agents/${MISSING}/execute`)).status).toBe(500);
    expect((await go(`/v1/agents/${MISSING}/execute?version=1.0.0`)).status).toBe(404);
    expect((await go(`/v1/agents/${id}/execute?version=9.9.9`)).status).toBe(409);
    expect((await go(`/v1/agents/${id}/execute?version=1.0.0`)).status).toBe(200);
  });

  test('checks input_schema against the wrapper, so required user keys refuse every call', async () => {
    const call = await start();
    const strict = await deploy(call, { spec: { input_schema: { type: 'object', required: ['period'] } } });
    const go = (id: string) =>
      call('POST', `/v1/agents/${id}/execute`, { json: { input: { period: 'May' } } });
    const refused = await go(strict);
    expect([refused.status, typeof refused.json.error]).toEqual([500, 'string']);
    const schema = { type: 'object', properties: { input: { type: 'object', required: ['period'] } } };
    expect((await go(await deploy(call, { spec: { input_schema: schema } }))).status).toBe(200);
  });

  test('refuses a tool the node does not have', async () => {
    const call = await start();
    const id = await deploy(call, { spec: { tools: ['read_file'] } });
    const answer = await call('POST', `/v1/agents/${id}/execute`, { json: { input: 'x' } });
    expect([answer.status, answer.json]).toEqual([500, { error: 'Unknown tool: read_file' }]);
  });

  test('with null input the intent is the prompt', async () => {
    const call = await start();
    const agentId = await deploy(call);
    const json = { input: null, intent: 'four words are here' };
    const { execution_id } = (await call('POST', `/v1/agents/${agentId}/execute`, { json })).json;
    await waitForStatus(call, execution_id, 'Completed');
    const history = await call('GET', `/v1/executions/${execution_id}/events?follow=false`);
    expect(history.text).toContain('"action":"four words are here"');
    expect(history.text).toContain('"final_output":"4"');
  });

  test('renders the prompt template with the overrides', async () => {
    const call = await start();
    const task = { instruction: 'Echo it.', prompt_template: '{{tone}}: {{instruction}} <{{input}}>' };
    const agentId = await deploy(call, { spec: { task } });
    const json = { input: 'a & b', context_overrides: { tone: 'kind' } };
    const { execution_id } = (await call('POST', `/v1/agents/${agentId}/execute`, { json })).json;
    await waitForStatus(call, execution_id, 'Completed');
    const history = await call('GET', `/v1/executions/${execution_id}/events?follow=false`);
    expect(history.text).toContain('"action":"kind: Echo it. <a & b>"');
  });
});

describe('the scripted runner', () => {
  test.each([
    ['Count the words in the input.', 'one two  three', '3'],
    ['Please reverse the text', 'abc', 'cba'],
    ['Convert to upper-case', 'abc', 'ABC'],
    ['Summarise the input', 'First sentence. Second one.', 'First sentence.'],
    ['Sort the lines', 'b\na', 'a\nb'],
    ['Add up the numbers', 'a 2 and 40', '42'],
    ['Count the words in the input.', { text: 'from an object' }, '3'],
  ])('does what "%s" asks', async (instruction, input, output) => {
    const result = await run(await start(), { instruction }, input);
    expect([result.status, result.output]).toEqual(['Completed', output]);
    expect(result.end.details.ExecutionCompleted.final_output).toBe(output);
  });

  test('composes a reply that names agent, intent and input for anything else', async () => {
    const call = await start();
    const agentId = await deploy(call, { name: 'poet', instruction: 'Write a poem.' });
    const json = { input: 'about rain', intent: 'verse' };
    const { execution_id } = (await call('POST', `/v1/agents/${agentId}/execute`, { json })).json;
    await waitForStatus(call, execution_id, 'Completed');
    const { text } = await call('GET', `/v1/executions/${execution_id}/files/output.txt`);
    expect(text).toMatch(/poet.*verse.*about rain/);
  });

  test('label output sets the answer, label file writes a workspace file', async () => {
    const call = await start();
    const labels = { 'sandbox.aegis/output': 'forty-two', 'sandbox.aegis/file': 'reports/a.csv=x,y\n1,2' };
    const result = await run(call, { labels });
    expect(result.output).toBe('forty-two');
    const file = await call('GET', `/v1/executions/${result.id}/files/reports/a.csv`);
    expect([file.status, file.text, file.headers.get('content-type')]).toEqual([200, 'x,y\n1,2', 'text/csv']);
  });

  test('label fail spends every try, then fails', async () => {
    const spec = { execution: { max_retries: 2 } };
    const result = await run(await start(), { labels: { 'sandbox.aegis/fail': 'no disk' }, spec });
    expect([result.status, result.reason]).toEqual(['Failed', 'Max retries exceeded']);
    const count = (type: string) => result.events.filter((event) => event.event_type === type).length;
    expect([count('iteration_started'), count('iteration_failed'), count('refinement_applied')]).toEqual([
      2, 2, 2,
    ]);
    expect([count('console_output'), count('iteration_completed')]).toEqual([0, 0]);
    const failed = result.events.find((event) => event.event_type === 'iteration_failed');
    expect(failed.details.IterationFailed.error).toEqual({ message: 'no disk', details: null });
    expect(result.end.details.ExecutionFailed.total_iterations).toBe(2);
  });

  test('without an execution block there are three tries, with one there are five', async () => {
    const call = await start();
    const labels = { 'sandbox.aegis/fail': 'x' };
    const three = await run(call, { labels });
    expect(three.end.details.ExecutionFailed.total_iterations).toBe(3);
    const five = await run(call, { labels, spec: { execution: {} } });
    expect(five.end.details.ExecutionFailed.total_iterations).toBe(5);
  });

  test('label iterations passes validation at that iteration', async () => {
    const result = await run(await start(), { labels: { 'sandbox.aegis/iterations': '3' } });
    expect(result.status).toBe('Completed');
    expect(result.end.details.ExecutionCompleted.total_iterations).toBe(3);
    const scores = result.events
      .filter((event) => event.event_type === 'gradient_validation_performed')
      .map((event) => event.details.Validation.GradientValidationPerformed.score);
    expect(scores).toEqual([1 / 3, 2 / 3, 1]);
    expect(result.events.filter((event) => event.event_type === 'refinement_applied')).toHaveLength(2);
    expect(result.events.filter((event) => event.event_type === 'iteration_failed')).toHaveLength(0);
  });

  test.each([
    ['a regex that fits', [{ type: 'regex', pattern: '^\\d+$' }], 'Completed'],
    ['a regex that does not', [{ type: 'regex', pattern: '^[a-z]+$' }], 'Failed'],
    ['exit code 0', [{ type: 'exit_code' }], 'Completed'],
    ['exit code 1', [{ type: 'exit_code', expected: 1 }], 'Failed'],
    [
      'a schema the output is shaped for',
      [{ type: 'json_schema', schema: { type: 'object', required: ['n'] } }],
      'Completed',
    ],
    ['a schema it cannot fit', [{ type: 'json_schema', schema: { type: 'array' } }], 'Failed'],
    ['a judge that is not deployed', [{ type: 'semantic', judge_agent: 'nobody', criteria: 'x' }], 'Failed'],
    ['a judge that is', [{ type: 'semantic', judge_agent: 'judge', criteria: 'x' }], 'Completed'],
    [
      'a judge of higher standards',
      [{ type: 'semantic', judge_agent: 'judge', criteria: 'x', min_score: 0.95 }],
      'Failed',
    ],
    [
      'too few judges',
      [{ type: 'multi_judge', judges: ['judge', 'nobody'], criteria: 'x', min_judges_required: 2 }],
      'Failed',
    ],
  ])('really validates: %s', async (_title, validation, status) => {
    const call = await start();
    await call('POST', '/v1/agents?force=true', { json: manifest({ name: 'judge' }) });
    const result = await run(call, { spec: { execution: { validation, max_retries: 1 } } });
    expect(result.status).toBe(status);
  });

  test.each([
    [{ language: 'python', version: '3.12' }, /^Unsupported runtime: python 3\.12/],
    [{ language: 'typescript' }, /^Invalid runtime/],
    [{ image: 'alpine' }, /^Invalid runtime/],
  ])('a runtime such as %o deploys and fails when it runs', async (runtime, reason) => {
    const result = await run(await start(), { spec: { runtime } });
    expect(result.status).toBe('Failed');
    expect(result.reason).toMatch(reason);
  });

  test('a time-out is stored as Failed', async () => {
    const spec = { security: { resources: { timeout: '5m' } } };
    const result = await run(await start(), { labels: { 'sandbox.aegis/timeout': 'true' }, spec });
    expect([result.status, result.reason]).toEqual(['Failed', 'Execution timed out after 300s']);
  });

  test('a hanging run meets the time limit of its manifest', async () => {
    const spec = { security: { resources: { timeout: '1s' } } };
    const result = await run(await start(), { labels: { 'sandbox.aegis/hang': 'true' }, spec });
    expect([result.status, result.reason]).toEqual(['Failed', 'Execution timed out after 1s']);
  });
});

describe('listExecutions', () => {
  test('is a bare array, newest first, by agent and limit', async () => {
    const call = await ownSandbox();
    const first = await deploy(call);
    const second = await deploy(call);
    const ids = [await execute(call, first), await execute(call, second), await execute(call, first)];
    const list = async (query = '') => (await call('GET', `/v1/executions${query}`)).json;
    expect((await list()).map((item: { id: string }) => item.id)).toEqual([...ids].reverse());
    expect((await list(`?agent_id=${second}`)).map((item: { id: string }) => item.id)).toEqual([ids[1]]);
    expect(await list('?limit=1')).toHaveLength(1);
    expect(await list('?limit=0')).toEqual([]);
    expect(Object.keys((await list())[0])).toEqual([
      'id',
      'agent_id',
      'status',
      'started_at',
      'ended_at',
      'tenant_id',
    ]);
  });

  test('shows 20 unless asked for more', async () => {
    const call = await ownSandbox();
    const agentId = await deploy(call);
    for (let count = 0; count < 22; count += 1) await execute(call, agentId);
    expect((await call('GET', '/v1/executions')).json).toHaveLength(20);
    expect((await call('GET', '/v1/executions?limit=5000')).json).toHaveLength(22);
  });

  test('an unknown workflow is 200 with an error; bad numbers and ids are 400 text', async () => {
    const call = await start();
    const unknown = await call('GET', '/v1/executions?workflow_name=nope');
    expect([unknown.status, Object.keys(unknown.json)]).toEqual([200, ['error']]);
    expect((await call('GET', '/v1/executions?limit=many')).status).toBe(400);
    expect((await call('GET', '/v1/executions?agent_id=x')).status).toBe(400);
  });

  test('finds the runs of a workflow by its name, whatever agent_id says', async () => {
    const call = await ownSandbox();
    await deploy(call, { name: 'worker' });
    const other = await execute(call, await deploy(call));
    const workflow = {
      apiVersion: '100monkeys.ai/v1',
      kind: 'Workflow',
      metadata: { name: 'count-once' },
      spec: {
        initial_state: 'COUNT',
        states: { COUNT: { kind: 'Agent', agent: 'worker', input: 'a b', transitions: [] } },
      },
    };
    await call('POST', '/v1/workflows', { json: workflow });
    const run = await call('POST', '/v1/workflows/count-once/run', { json: { input: {} } });
    expect(run.status).toBe(200);
    const find = () => call('GET', `/v1/executions?workflow_name=count-once&agent_id=${MISSING}`);
    let found = await find();
    while (found.json.length === 0) found = await find();
    expect(found.json).toHaveLength(1);
    expect(found.json[0].id).not.toBe(other);
  });

  test('POST is not routed', async () => {
    const answer = await (await start())('POST', '/v1/executions', {
      json: { agent_id: MISSING, input: 'x' },
    });
    expect([answer.status, answer.text, answer.headers.get('allow')]).toEqual([405, '', 'GET,HEAD']);
  });
});

describe('cancel and delete', () => {
  test('cancel ends a hanging run, and rewrites a finished one', async () => {
    const call = await start();
    const hanging = await execute(call, await deploy(call, { labels: { 'sandbox.aegis/hang': 'true' } }));
    await waitForStatus(call, hanging, 'Running');
    expect((await call('POST', `/v1/executions/${hanging}/cancel`)).json).toEqual({ success: true });
    expect((await call('GET', `/v1/executions/${hanging}`)).json.status).toBe('Cancelled');
    const { id } = await run(call, {});
    expect((await call('POST', `/v1/executions/${id}/cancel`, { body: 'ignored' })).json).toEqual({
      success: true,
    });
    expect((await call('GET', `/v1/executions/${id}`)).json.status).toBe('Cancelled');
  });

  test('cancel of an unknown id is 500', async () => {
    const answer = await (await start())('POST', `/v1/executions/${MISSING}/cancel`);
    expect([answer.status, typeof answer.json.error]).toEqual([500, 'string']);
  });

  test('delete always succeeds and takes record and files', async () => {
    const call = await start();
    const { id } = await run(call, {});
    expect((await call('DELETE', `/v1/executions/${id}`)).json).toEqual({ success: true });
    expect((await call('DELETE', `/v1/executions/${id}`)).json).toEqual({ success: true });
    expect((await call('GET', `/v1/executions/${id}`)).json).toEqual({ error: 'Execution not found' });
    expect((await call('GET', `/v1/executions/${id}/files/output.txt`)).status).toBe(404);
  });
});

describe('getExecutionFile', () => {
  test('strips a leading workspace/, guesses the type, refuses .. and misses politely', async () => {
    const call = await start();
    const { id } = await run(call, { labels: { 'sandbox.aegis/file': 'data.json={}' } });
    const get = (path: string) => call('GET', `/v1/executions/${id}/files/${path}`);
    const json = await get('workspace/data.json');
    expect([json.status, json.headers.get('content-type'), json.text]).toEqual([
      200,
      'application/json',
      '{}',
    ]);
    expect((await get('output.txt')).headers.get('content-type')).toBe('text/plain');
    for (const path of ['a/..%2fsecret', '..%2f..%2fetc%2fpasswd', '%2fetc%2fpasswd', 'a//b']) {
      expect([path, (await get(path)).status]).toEqual([path, 422]);
    }
    for (const path of ['none.txt', 'output.txt/below', 'workspace']) {
      expect([path, (await get(path)).status]).toEqual([path, 404]);
    }
  });

  test('of another tenant is 403', async () => {
    const sandbox = live();
    const { id } = await run(await caller(sandbox), {});
    const consumer = await caller(sandbox, { user: 'pro@sandbox.local' });
    const answer = await consumer('GET', `/v1/executions/${id}/files/output.txt`);
    expect([answer.status, answer.json]).toEqual([403, { error: 'unauthorized' }]);
  });
});

describe('tenants', () => {
  async function foreign(sandbox: Sandbox) {
    const account = await caller(sandbox);
    const headers = { 'x-tenant-id': 'acme' };
    const agentId = (await account('POST', '/v1/agents', { json: manifest(), headers })).json.agent_id;
    const started = await account('POST', `/v1/agents/${agentId}/execute`, { json: { input: 'x' }, headers });
    return { account, headers, id: started.json.execution_id };
  }

  test('a service account starts in tenant T but cannot read there', async () => {
    const { account, headers, id } = await foreign(await useSandbox());
    expect((await account('GET', `/v1/executions/${id}`, { headers })).status).toBe(404);
    expect((await account('GET', '/v1/executions', { headers })).json).toEqual([]);
    expect((await account('POST', `/v1/executions/${id}/cancel`, { headers })).status).toBe(500);
  });

  test('an operator reads across tenants but does not cancel there', async () => {
    const sandbox = await useSandbox();
    const { id } = await foreign(sandbox);
    const operator = await caller(sandbox, { role: 'aegis:operator' });
    expect((await operator('GET', `/v1/executions/${id}`)).json.tenant_id).toBe('acme');
    expect((await operator('GET', '/v1/executions')).json).toHaveLength(1);
    expect((await operator('POST', `/v1/executions/${id}/cancel`)).status).toBe(500);
  });
});

describe('open', () => {
  test('lets requests without a bearer act as the service account, and still checks those that bring one', async () => {
    const { url } = await useSandbox({ open: true });
    expect((await fetch(`${url}/v1/agents`)).status).toBe(200);
    expect((await fetch(`${url}/v1/agents`, { headers: { authorization: 'Bearer x' } })).status).toBe(401);
  });
});

describe('documented dialect', () => {
  test('starts by POST /v1/executions and shows the full record', async () => {
    const call = await caller(await useSandbox({ dialect: 'documented' }));
    const agent_id = await deploy(call);
    const { execution_id } = (await call('POST', '/v1/executions', { json: { agent_id, input: 'a b' } }))
      .json;
    await waitForStatus(call, execution_id, 'completed');
    const record = (await call('GET', `/v1/executions/${execution_id}`)).json;
    expect(record).toEqual({
      ...{ execution_id, agent_id, tenant_id: 'aegis-system', status: 'completed' },
      ...{ input: 'a b', output: '2', error: null, iterations: 1 },
      ...{ started_at: expect.any(String), ended_at: expect.any(String) },
    });
    expect((await call('GET', '/v1/executions')).json).toEqual({ executions: [record] });
    expect((await call('POST', `/v1/executions/${execution_id}/cancel`)).json).toEqual({
      status: 'cancelled',
    });
    expect((await call('DELETE', `/v1/executions/${execution_id}`)).json).toEqual({ status: 'deleted' });
  });

  test('refuses in JSON: an agent id that is no UUID 400, unknown executions 404', async () => {
    const call = await caller(await useSandbox({ dialect: 'documented' }));
    const bad = await call('POST', '/v1/executions', { json: { agent_id: 'agt', input: 'x' } });
    expect([bad.status, bad.json]).toEqual([400, { error: 'Invalid agent ID' }]);
    expect((await call('GET', `/v1/executions/${MISSING}`)).json).toEqual({ error: 'Execution not found' });
    expect((await call('POST', `/v1/executions/${MISSING}/cancel`)).status).toBe(404);
  });
});
