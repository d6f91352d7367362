import { describe, expect, it } from 'vitest';
import { workflow } from './_engine.js';
import { agentManifest, type Caller, caller, eventually, member, sharedSandbox } from './_http.js';

const shared = sharedSandbox({ dialect: 'documented' });
const user = () => caller(shared());
const spec = {
  initial_state: 'END',
  states: { END: { kind: 'System', command: 'echo end', transitions: [] } },
};
const human = {
  initial_state: 'H',
  states: {
    H: {
      kind: 'Human',
      prompt: 'Go on?',
      transitions: [{ condition: 'input_equals_yes', target: 'END' }],
    },
    ...spec.states,
  },
};

const register = (by: Caller, name: string, definition: unknown, query = '') =>
  by.call('POST', `/v1/workflows${query}`, { name, definition });

/** Waits for the run's status. */
const reached = (by: Caller, id: unknown, status: string) =>
  eventually(
    () => by.call('GET', `/v1/workflows/executions/${id}`),
    (json) => member(json, 'status') === status,
  );

/** The approval of a run. */
async function approvalOf(by: Caller, id: unknown): Promise<string> {
  const find = (json: unknown) => {
    const pending = member(json, 'pending_requests');
    return Array.isArray(pending) ? pending.find((item) => item.execution_id === id) : undefined;
  };
  const list = await eventually(
    () => by.call('GET', '/v1/human-approvals'),
    (json) => find(json) !== undefined,
  );
  return find(list.json).id;
}

async function startHuman(by: Caller, name: string): Promise<unknown> {
  await register(by, name, human);
  const started = await by.call('POST', `/v1/workflows/${name}/run`, {});
  return member(started.json, 'execution_id');
}

describe('documented: registering', () => {
  it.each([
    ['a whole manifest as object', { apiVersion: '100monkeys.ai/v1', kind: 'Workflow', metadata: {}, spec }],
    [
      'a whole manifest as text',
      workflow('whole-text', 'END', 'END: {kind: System, command: x, transitions: []}'),
    ],
    ['only the spec', spec],
  ])('takes {name, definition} with %s', async (_, definition) => {
    const answer = await register(await user(), 'whole-text', definition, '?force=true');
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ name: 'whole-text', status: 'registered' });
  });

  it('refuses other content types with 415 and other bodies with 422', async () => {
    const by = await user();
    const yaml = await by.call('POST', '/v1/workflows', workflow('w', 'E', ''), 'text/yaml');
    const manifest = await by.call('POST', '/v1/workflows', { apiVersion: '100monkeys.ai/v1' });
    expect([yaml.status, manifest.status]).toEqual([415, 422]);
    const broken = await register(by, 'broken', { initial_state: 'A', states: {} });
    expect(broken.status).toBe(400);
    expect(member(broken.json, 'error')).toMatch(/^Failed to register workflow: /);
  });
});

describe('documented: definitions', () => {
  it('are wrapped in {workflows} and {versions}', async () => {
    const by = await user();
    await register(by, 'wrapped', spec);
    const list = await by.call('GET', '/v1/workflows');
    expect(list.json).toEqual({
      workflows: expect.arrayContaining([expect.objectContaining({ name: 'wrapped' })]),
    });
    const versions = await by.call('GET', '/v1/workflows/wrapped/versions');
    expect(versions.json).toEqual({ versions: [expect.objectContaining({ name: 'wrapped' })] });
  });

  it('carry output_schema and output_template in metadata', async () => {
    const by = await user();
    const metadata = { output_schema: { type: 'object' }, output_template: { text: '{{END.stdout}}' } };
    const manifest = { apiVersion: '100monkeys.ai/v1', kind: 'Workflow', metadata, spec };
    await register(by, 'with-output', manifest);
    const answer = await by.call('GET', '/v1/workflows/with-output');
    expect(answer.json).toMatchObject({
      name: 'with-output',
      metadata: { name: 'with-output', ...metadata },
    });
  });

  it('change scope by {scope}', async () => {
    const by = await user();
    await register(by, 'scoped', spec);
    const answer = await by.call('POST', '/v1/workflows/scoped/scope', { scope: 'global' });
    expect(answer.json).toMatchObject({ previous_scope: 'tenant', new_scope: 'global' });
    expect((await by.call('POST', '/v1/workflows/scoped/scope', { target_scope: 'tenant' })).status).toBe(
      422,
    );
  });

  it('are deleted', async () => {
    const by = await user();
    await register(by, 'gone', spec);
    expect((await by.call('DELETE', '/v1/workflows/gone')).json).toEqual({ status: 'deleted' });
    expect((await by.call('GET', '/v1/workflows/gone')).status).toBe(404);
  });
});

describe('documented: runs', () => {
  it('start without input, take context_overrides, and show final_output', async () => {
    const by = await user();
    await by.call('POST', '/v1/agents', agentManifest('counter', { 'sandbox.aegis/output': '42' }));
    const metadata = {
      output_schema: { properties: { n: { type: 'integer' } } },
      output_template: { n: '{{A.output}}' },
    };
    const states = { A: { kind: 'Agent', agent: 'counter', input: '{{text}}', transitions: [] } };
    const manifest = {
      apiVersion: '100monkeys.ai/v1',
      kind: 'Workflow',
      metadata,
      spec: { initial_state: 'A', states },
    };
    await register(by, 'counting', manifest);
    const started = await by.call('POST', '/v1/workflows/counting/run', {
      context_overrides: { text: 'a b' },
    });
    expect(started.status).toBe(200);
    const run = await reached(by, member(started.json, 'execution_id'), 'completed');
    expect(run.json).toMatchObject({
      execution_id: expect.any(String),
      status: 'completed',
      final_output: { n: 42 },
    });
  });

  it('have a null final_output while running and without output_template', async () => {
    const by = await user();
    const id = await startHuman(by, 'nulls');
    expect((await reached(by, id, 'running')).json).toMatchObject({ final_output: null });
    await by.call('POST', `/v1/human-approvals/${await approvalOf(by, id)}/approve`);
    expect((await reached(by, id, 'completed')).json).toMatchObject({ final_output: null });
  });

  it('start only in the version asked for', async () => {
    const by = await user();
    await register(by, 'pinned', spec);
    const start = (version: string) =>
      by.call('POST', `/v1/workflows/pinned/run?version=${version}`, { input: {} });
    expect([(await start('1.0.0')).status, (await start('9.0.0')).status]).toEqual([200, 400]);
  });

  it('start by workflow_name or workflow_id', async () => {
    const by = await user();
    const registered = await register(by, 'named', spec);
    const execute = (body: unknown) => by.call('POST', '/v1/workflows/temporal/execute', body);
    const byName = await execute({ workflow_name: 'named', input: {} });
    const byId = await execute({ workflow_id: member(registered.json, 'workflow_id'), input: {} });
    expect([byName.status, byId.status]).toEqual([200, 200]);
    expect((await execute({ input: {} })).status).toBe(400);
  });

  it('are listed in {executions} with three statuses: a cancelled run is failed', async () => {
    const by = await user();
    const id = await startHuman(by, 'stopped');
    await by.call('POST', `/v1/workflows/executions/${id}/cancel`, { reason: 'enough' });
    const run = await reached(by, id, 'failed');
    expect(run.json).toMatchObject({ execution_id: id, status: 'failed' });
    const list = await by.call('GET', '/v1/workflows/executions');
    expect(list.json).toEqual({
      executions: expect.arrayContaining([expect.objectContaining({ execution_id: id, status: 'failed' })]),
    });
  });

  it.each([
    ['a text', 'yes'],
    ['an object with response', { response: 'yes' }],
  ])('are signalled with {signal_name, payload} of %s', async (_, payload) => {
    const by = await user();
    const id = await startHuman(by, `signalled-${typeof payload}`);
    await approvalOf(by, id);
    const body = { signal_name: 'humanInput', payload };
    const answer = await by.call('POST', `/v1/workflows/executions/${id}/signal`, body);
    expect([answer.status, answer.json]).toEqual([202, { status: 'signal_sent', execution_id: id }]);
    expect((await reached(by, id, 'completed')).json).toMatchObject({ current_state: 'END' });
  });

  it('have logs with the paging of the reference', async () => {
    const by = await user();
    const id = await startHuman(by, 'with-logs');
    const answer = await by.call('GET', `/v1/workflows/executions/${id}/logs?limit=1`);
    expect(answer.json).toMatchObject({ execution_id: id, count: 1, limit: 1, offset: 0 });
  });
});

describe('documented: approvals', () => {
  it('have neither tenant nor request_id, and approve needs no body', async () => {
    const by = await user();
    const id = await startHuman(by, 'asked');
    const approval = await approvalOf(by, id);
    const one = await by.call('GET', `/v1/human-approvals/${approval}`);
    expect(one.json).toEqual({
      request: {
        id: approval,
        execution_id: id,
        prompt: 'Go on?',
        created_at: expect.any(String),
        timeout_seconds: 3600,
      },
    });
    const answer = await by.call('POST', `/v1/human-approvals/${approval}/approve`);
    expect([answer.status, answer.json]).toEqual([200, { status: 'approved' }]);
    const again = await by.call('POST', `/v1/human-approvals/${approval}/reject`, { reason: 'late' });
    expect([again.status, again.json]).toEqual([200, { error: 'Request not found or already completed' }]);
  });

  it('refuse a bad id with 400', async () => {
    const answer = await (await user()).call('GET', '/v1/human-approvals/nope');
    expect([answer.status, answer.json]).toEqual([400, { error: 'Invalid request ID' }]);
  });
});
