import { describe, expect, it } from 'vitest';
import { workflow } from './_engine.js';
import {
  type Answer,
  agentManifest,
  type Caller,
  caller,
  eventually,
  member,
  sharedSandbox,
} from './_http.js';

const shared = sharedSandbox();
const END = 'END: {kind: System, command: echo end, transitions: []}';
const HUMAN = 'H: {kind: Human, prompt: "?", transitions: []}';
const UNKNOWN = '5b0c5a5e-0a54-4b9c-8f57-6a3a1f0d9999';
const uuid = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);

const user = () => caller(shared());
const register = (by: Caller, yaml: string, query = '') =>
  by.call('POST', `/v1/workflows${query}`, yaml, 'text/yaml');
const keys = (value: unknown) => Object.keys(Object(value)).sort();
const plain = (answer: Answer) => [answer.status, answer.type.split(';')[0]];

/** Registers the workflow and plays one run to its end. */
async function playOnce(by: Caller, name: string): Promise<string> {
  await register(by, workflow(name, 'END', END));
  const started = await by.call('POST', `/v1/workflows/${name}/run`, { input: {} });
  const id = String(member(started.json, 'execution_id'));
  await eventually(
    () => by.call('GET', `/v1/workflows/executions/${id}`),
    (json) => member(json, 'status') === 'completed',
  );
  return id;
}

describe('registering', () => {
  it.each([
    ['/v1/workflows', 'text/yaml', 'reg-a'],
    ['/v1/workflows', 'application/octet-stream', 'reg-b'],
    ['/v1/workflows/temporal/register', 'application/yaml', 'reg-c'],
  ])('POST %s takes YAML as %s', async (path, type, name) => {
    const answer = await (await user()).call('POST', path, workflow(name, 'END', END), type);
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      workflow_id: uuid,
      name,
      version: '1.0.0',
      status: 'registered',
      registered_at: time,
    });
  });

  it('answers every failure with 400 and the prefix', async () => {
    const by = await user();
    await register(by, workflow('twice', 'END', END));
    const agent = 'A: {kind: Agent, agent: nobody, input: x, transitions: []}';
    for (const yaml of [
      'a: [',
      workflow('x', 'NOPE', END),
      workflow('x', 'A', agent),
      workflow('twice', 'END', END),
    ]) {
      const answer = await register(by, yaml);
      expect(answer.status).toBe(400);
      expect(member(answer.json, 'error')).toMatch(/^Failed to register workflow: /);
    }
    expect((await register(by, workflow('twice', 'END', END), '?force=true')).status).toBe(200);
  });

  it('refuses a force that is no boolean with text', async () => {
    expect(plain(await register(await user(), workflow('f', 'END', END), '?force=1'))).toEqual([
      400,
      'text/plain',
    ]);
  });

  it('stores under aegis-system with scope=global, visible to others', async () => {
    const north = await caller(shared(), { tenant: 'north' });
    await register(north, workflow('everyones', 'END', END), '?scope=global');
    const global = await (await user()).call('GET', '/v1/workflows/everyones');
    expect(global.json).toMatchObject({ scope: 'global', tenant_id: 'aegis-system' });
    const other = await caller(shared(), { tenant: 'south' });
    expect((await other.call('GET', '/v1/workflows/everyones')).status).toBe(200);
    expect((await other.call('DELETE', '/v1/workflows/everyones')).status).toBe(404);
  });
});

describe('definitions', () => {
  it('are listed as a bare array with the keys of WorkflowSummary', async () => {
    const by = await caller(shared(), { tenant: 'lister' });
    await playOnce(by, 'listed');
    const answer = await by.call('GET', '/v1/workflows');
    expect(answer.json).toEqual([
      {
        id: uuid,
        name: 'listed',
        version: null,
        description: null,
        scope: 'tenant',
        status: 'active',
        labels: {},
        created_at: time,
        updated_at: null,
        tenant_id: 'lister',
        input_schema: null,
        execution_count: 1,
      },
    ]);
  });

  it('list global ones only with visible=true or scope=global', async () => {
    await register(await user(), workflow('shared-one', 'END', END), '?scope=global');
    const by = await caller(shared(), { tenant: 'looker' });
    const names = async (query: string) => {
      const answer = await by.call('GET', `/v1/workflows${query}`);
      return Array.isArray(answer.json) && answer.json.some((item) => item.name === 'shared-one');
    };
    expect([await names(''), await names('?visible=true'), await names('?scope=global')]).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('are read by name with manifest_yaml, and 404 otherwise', async () => {
    const by = await user();
    await register(by, workflow('readable', 'END', END));
    const answer = await by.call('GET', '/v1/workflows/readable');
    expect(keys(answer.json)).toEqual([
      'created_at',
      'description',
      'id',
      'input_schema',
      'labels',
      'manifest_yaml',
      'name',
      'scope',
      'tenant_id',
      'updated_at',
      'version',
    ]);
    expect(member(answer.json, 'manifest_yaml')).toContain('initial_state: END');
    const missing = await by.call('GET', '/v1/workflows/nowhere');
    expect([missing.status, keys(missing.json)]).toEqual([404, ['error']]);
  });

  it('have versions; an unknown name has none', async () => {
    const by = await user();
    await register(
      by,
      workflow('versioned', 'END', END).replace('{name: versioned}', '{name: versioned, version: "1"}'),
    );
    await register(
      by,
      workflow('versioned', 'END', END).replace('{name: versioned}', '{name: versioned, version: "2"}'),
    );
    const answer = await by.call('GET', '/v1/workflows/versioned/versions');
    const one = {
      name: 'versioned',
      description: null,
      scope: 'tenant',
      created_at: time,
      tenant_id: 'aegis-system',
    };
    expect(answer.json).toEqual([
      { id: uuid, version: '2', ...one },
      { id: uuid, version: '1', ...one },
    ]);
    expect((await by.call('GET', '/v1/workflows/nowhere/versions')).json).toEqual([]);
  });

  it('are deleted once', async () => {
    const by = await user();
    await register(by, workflow('doomed', 'END', END));
    expect((await by.call('DELETE', '/v1/workflows/doomed')).json).toEqual({ success: true });
    const again = await by.call('DELETE', '/v1/workflows/doomed');
    expect([again.status, again.json]).toEqual([404, { error: 'not found' }]);
  });

  it('are promoted and demoted by target_scope', async () => {
    const by = await user();
    await register(by, workflow('climber', 'END', END));
    const move = (body: unknown, name = 'climber') => by.call('POST', `/v1/workflows/${name}/scope`, body);
    const answer = await move({ target_scope: 'global' });
    expect(answer.json).toEqual({ workflow_id: uuid, previous_scope: 'tenant', new_scope: 'global' });
    await register(by, workflow('climber', 'END', END));
    const clash = await move({ target_scope: 'global' });
    expect([clash.status, keys(clash.json)]).toEqual([409, ['error', 'existing_id']]);
    expect((await move({ target_scope: 'global' }, 'nowhere')).status).toBe(404);
    expect(plain(await move({ scope: 'global' }))).toEqual([422, 'text/plain']);
    const tenant = await caller(shared(), { tenant: 'north' });
    expect(
      (await tenant.call('POST', '/v1/workflows/climber/scope', { target_scope: 'global' })).status,
    ).toBe(403);
  });
});

describe('starting', () => {
  it('answers with the keys of StartedWorkflowExecution, by name and by id', async () => {
    const by = await user();
    const registered = await register(by, workflow('startable', 'END', END));
    const id = member(registered.json, 'workflow_id');
    const started = {
      execution_id: uuid,
      workflow_id: id,
      temporal_run_id: uuid,
      status: 'running',
      started_at: time,
    };
    const byName = await by.call('POST', '/v1/workflows/startable/run', { input: null });
    const byId = await by.call('POST', `/v1/workflows/${id}/run`, {
      input: 'x',
      intent: 'i',
      blackboard: { a: 1 },
    });
    const body = { workflow_id: 'startable', input: {}, version: '1.0.0', timeout: 5 };
    const temporal = await by.call('POST', '/v1/workflows/temporal/execute', body);
    expect([byName.json, byId.json, temporal.json]).toEqual([started, started, started]);
  });

  it('wants input, JSON and an object as blackboard', async () => {
    const by = await user();
    await register(by, workflow('strict', 'END', END));
    const run = (body: unknown, type?: string) => by.call('POST', '/v1/workflows/strict/run', body, type);
    expect(plain(await run({ context_overrides: {} }))).toEqual([422, 'text/plain']);
    expect(plain(await run({ input: {}, blackboard: [] }))).toEqual([422, 'text/plain']);
    expect(plain(await run('{'))).toEqual([400, 'text/plain']);
    expect(plain(await run('input: {}', 'text/yaml'))).toEqual([415, 'text/plain']);
    const execute = await by.call('POST', '/v1/workflows/temporal/execute', {
      workflow_name: 'strict',
      input: {},
    });
    expect(plain(execute)).toEqual([422, 'text/plain']);
  });

  it.each([
    ['an unknown workflow', '/v1/workflows/nowhere/run', { input: {} }],
    ['an unknown version', '/v1/workflows/picky/run?version=7', { input: { period: 'q' } }],
    ['a reserved key', '/v1/workflows/picky/run', { input: { period: 'q' }, blackboard: { workflow: 1 } }],
    ['an input that does not fit', '/v1/workflows/picky/run', { input: {} }],
  ])('refuses %s with 400 and the prefix', async (_, path, body) => {
    const by = await user();
    const metadata = '{name: picky, input_schema: {type: object, required: [period]}}';
    await register(by, workflow('picky', 'END', END).replace('{name: picky}', metadata), '?force=true');
    const answer = await by.call('POST', path, body);
    expect(answer.status).toBe(400);
    expect(member(answer.json, 'error')).toMatch(/^Failed to start workflow execution: /);
  });
});

describe('runs', () => {
  it('are listed newest first as a bare array, filtered by workflow_id, limit and offset', async () => {
    const by = await caller(shared(), { tenant: 'runner' });
    const ids = [await playOnce(by, 'list-a'), await playOnce(by, 'list-b')];
    const listed = async (query: string) => {
      const answer = await by.call('GET', `/v1/workflows/executions${query}`);
      return Array.isArray(answer.json) ? answer.json : [];
    };
    const all = await listed('');
    expect(all.map((run) => run.execution_id)).toEqual(ids.reverse());
    expect(all[0]).toEqual({
      execution_id: uuid,
      workflow_id: uuid,
      workflow_name: 'list-b',
      status: 'completed',
      current_state: 'END',
      started_at: time,
      last_transition_at: time,
      tenant_id: 'runner',
    });
    const names = async (query: string) => (await listed(query)).map((run) => run.workflow_name);
    expect(await names(`?workflow_id=${all[1].workflow_id}`)).toEqual(['list-a']);
    expect(await names('?limit=1&offset=1')).toEqual(['list-a']);
    expect(await names('?limit=many&status=failed&workflow_name=zzz')).toEqual(['list-b', 'list-a']);
  });

  it('are read without final_output', async () => {
    const by = await user();
    const id = await playOnce(by, 'detail');
    const answer = await by.call('GET', `/v1/workflows/executions/${id}`);
    expect(answer.json).toEqual({
      execution_id: id,
      workflow_id: uuid,
      workflow_name: 'detail',
      status: 'completed',
      current_state: 'END',
      started_at: time,
      last_transition_at: time,
      blackboard: expect.objectContaining({ END: expect.anything() }),
      state_outputs: { END: { status: 'success', exit_code: 0, stdout: 'end\n', stderr: '' } },
      temporal_workflow_id: id,
      temporal_run_id: uuid,
    });
  });

  it.each([
    ['GET', ''],
    ['DELETE', ''],
    ['GET', '/logs'],
    ['POST', '/cancel'],
  ])('%s of an unknown run%s is 404, of a bad id 400 text', async (method, suffix) => {
    const by = await user();
    const unknown = await by.call(method, `/v1/workflows/executions/${UNKNOWN}${suffix}`);
    expect([unknown.status, unknown.json]).toEqual([404, { error: 'workflow execution not found' }]);
    expect(plain(await by.call(method, `/v1/workflows/executions/nope${suffix}`))).toEqual([
      400,
      'text/plain',
    ]);
  });

  it('of another tenant are 404, also for an operator who can list them', async () => {
    const owner = await caller(shared(), { tenant: 'owner' });
    const id = await playOnce(owner, 'private');
    const operator = await caller(shared(), { user: 'operator' });
    const listed = await operator.call('GET', '/v1/workflows/executions?limit=1000');
    expect(listed.text).toContain(id);
    expect((await operator.call('GET', `/v1/workflows/executions/${id}`)).status).toBe(404);
  });

  it('are removed with their logs', async () => {
    const by = await user();
    const id = await playOnce(by, 'removable');
    const answer = await by.call('DELETE', `/v1/workflows/executions/${id}`);
    expect([answer.status, answer.json]).toEqual([200, { status: 'removed', execution_id: id }]);
    expect((await by.call('GET', `/v1/workflows/executions/${id}/logs`)).status).toBe(404);
  });

  it('are signalled with {response} only, and a bad id is 404', async () => {
    const by = await user();
    const signal = (id: string, body: unknown) =>
      by.call('POST', `/v1/workflows/executions/${id}/signal`, body);
    expect((await signal('nope', { response: 'x' })).status).toBe(404);
    expect((await signal(UNKNOWN, { response: 'x' })).json).toEqual({
      error: 'workflow execution not found',
    });
    expect(plain(await signal(UNKNOWN, { signal_name: 's', payload: {} }))).toEqual([422, 'text/plain']);
  });

  it('take no worker events from anyone: the engine is inside', async () => {
    const by = await user();
    const event = { event_type: 'X', execution_id: UNKNOWN, temporal_sequence_number: 1, timestamp: 'now' };
    const answer = await by.call('POST', '/v1/temporal-events', event);
    expect([answer.status, answer.json]).toEqual([401, { error: 'Unauthorized' }]);
    expect(plain(await by.call('POST', '/v1/temporal-events', {}))).toEqual([422, 'text/plain']);
  });

  it.each([
    ['GET', '/v1/workflows', 'workflow:list'],
    ['POST', '/v1/workflows', 'workflow:deploy'],
    ['GET', '/v1/workflows/x', 'workflow:read'],
    ['DELETE', '/v1/workflows/x', 'workflow:delete'],
    ['GET', '/v1/workflows/executions', 'workflow:list'],
    ['DELETE', `/v1/workflows/executions/${UNKNOWN}`, 'workflow:cancel'],
    ['POST', `/v1/workflows/executions/${UNKNOWN}/cancel`, 'workflow:cancel'],
    ['GET', `/v1/workflows/executions/${UNKNOWN}/logs`, 'workflow:read'],
    ['GET', `/v1/workflows/executions/${UNKNOWN}/logs/stream`, 'workflow:logs'],
  ])('%s %s needs the scope %s', async (method, path, required) => {
    const by = await caller(shared(), { scopes: ['agent:list'] });
    const answer = await by.call(method, path);
    expect([answer.status, answer.json]).toEqual([403, { error: 'insufficient_scope', required }]);
  });
});

describe('Agent states with deployed agents', () => {
  const states = `A: {kind: Agent, agent: AGENT, input: "{{workflow.text}}", judges: [{agent_id: wf-judge}], transitions: [{condition: "score_above", threshold: 0.9, target: END}]}\n${END}`;

  /** Plays a workflow around an agent with these labels; the judge gives 0.95. */
  async function play(name: string, labels: Readonly<Record<string, string>>) {
    const by = await user();
    const verdict = { 'sandbox.aegis/output': '{"score": 0.95, "confidence": 1}' };
    await by.call('POST', '/v1/agents?force=true', agentManifest('wf-judge', verdict));
    await by.call('POST', '/v1/agents', agentManifest(name, labels));
    await register(by, workflow(`with-${name}`, 'A', states.replace('AGENT', name)));
    const started = await by.call('POST', `/v1/workflows/with-${name}/run`, {
      input: { text: 'one two three' },
    });
    const path = `/v1/workflows/executions/${member(started.json, 'execution_id')}`;
    const run = await eventually(
      () => by.call('GET', path),
      (json) => member(json, 'status') !== 'running',
    );
    const executions = await by.call('GET', `/v1/executions?workflow_name=with-${name}`);
    return { run: run.json, logs: (await by.call('GET', `${path}/logs`)).json, executions: executions.json };
  }

  it('run them as executions of the workflow, and judges decide the way', async () => {
    const { run, executions } = await play('wf-counter', {});
    expect(run).toMatchObject({
      status: 'completed',
      current_state: 'END',
      state_outputs: { A: { status: 'completed', output: '3', score: 0.95 } },
    });
    expect(Array.isArray(executions) && executions.length).toBe(2);
  });

  it('fail with the reason of the agent', async () => {
    const { run, logs } = await play('wf-broken', { 'sandbox.aegis/fail': 'no disk' });
    expect(run).toMatchObject({ status: 'failed', current_state: 'A' });
    const types = member(logs, 'events');
    expect(Array.isArray(types) && types.map((event) => event.event_type).slice(2)).toEqual([
      'WorkflowIterationStarted',
      'WorkflowIterationFailed',
      'WorkflowExecutionFailed',
    ]);
  });
});

describe('logs', () => {
  it('page with a TemporalEventPayload in details, null for what is unset', async () => {
    const by = await user();
    const id = await playOnce(by, 'logged');
    const answer = await by.call('GET', `/v1/workflows/executions/${id}/logs?limit=1&offset=2`);
    expect(answer.json).toMatchObject({ execution_id: id, count: 1, limit: 1, offset: 2 });
    const event = member(answer.json, 'events', 0);
    expect(event).toMatchObject({
      execution_id: id,
      workflow_id: uuid,
      workflow_name: 'logged',
      event_type: 'WorkflowStateExited',
      state_name: 'END',
      timestamp: time,
      temporal_workflow_id: id,
      temporal_run_id: uuid,
    });
    expect(member(event, 'details')).toMatchObject({
      event_type: 'WorkflowStateExited',
      execution_id: id,
      temporal_sequence_number: 3,
      state_name: 'END',
      output: { exit_code: 0 },
      error: null,
      final_output: null,
      agent_similarity_score: null,
    });
    expect(keys(member(event, 'details')).length).toBe(38);
  });

  it('stream live only, one variant an event, and close after the terminal one', async () => {
    const by = await user();
    await register(
      by,
      workflow('streamed', 'H', `${HUMAN.replace('[]', '[{condition: always, target: END}]')}\n${END}`),
    );
    const started = await by.call('POST', '/v1/workflows/streamed/run', { input: {} });
    const id = String(member(started.json, 'execution_id'));
    await eventually(
      () => by.call('GET', '/v1/human-approvals'),
      (json) => JSON.stringify(json).includes(id),
    );
    const events = await by.events(`/v1/workflows/executions/${id}/logs/stream`, AbortSignal.timeout(10_000));
    await by.call('POST', `/v1/workflows/executions/${id}/signal`, { response: 'go' });
    const seen: unknown[] = [];
    for await (const event of events) seen.push(event);
    expect(seen.map((event) => member(event, 'event_type'))).toEqual([
      'WorkflowStateExited',
      'WorkflowStateEntered',
      'WorkflowStateExited',
      'WorkflowExecutionCompleted',
    ]);
    expect(member(seen[0], 'details')).toEqual({
      WorkflowStateExited: {
        execution_id: id,
        state_name: 'H',
        output: { response: 'go', timeout: false },
        exited_at: time,
      },
    });
    expect(keys(member(seen[3], 'details', 'WorkflowExecutionCompleted'))).toEqual([
      'artifacts',
      'completed_at',
      'execution_id',
      'final_blackboard',
    ]);
  });

  it('of an unknown run stream one error and close', async () => {
    const by = await user();
    const events = await by.events(
      `/v1/workflows/executions/${UNKNOWN}/logs/stream`,
      AbortSignal.timeout(10_000),
    );
    const seen: unknown[] = [];
    for await (const event of events) seen.push(event);
    expect(seen).toEqual([{ error: 'workflow execution not found' }]);
  });

  it('of a finished run stream nothing and stay open until the client leaves', async () => {
    const by = await user();
    const id = await playOnce(by, 'over');
    const leave = new AbortController();
    const events = await by.events(`/v1/workflows/executions/${id}/logs/stream`, leave.signal);
    const first = events.next();
    const open = by.call('GET', `/v1/workflows/executions/${id}`).then(() => 'still open');
    expect(await Promise.race([first, open])).toBe('still open');
    leave.abort();
    await expect(first).rejects.toThrow();
  });
});
