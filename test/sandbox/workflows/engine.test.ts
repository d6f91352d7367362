import { describe, expect, it } from 'vitest';
import { createHarness, END, play, route, TENANT, to, until, workflow } from './_engine.js';

describe('a run', () => {
  it('logs start, states and iterations in order, and ends as completed', async () => {
    const harness = createHarness({ worker: () => 'three' });
    const states = `A: {kind: Agent, agent: worker, input: "{{workflow.text}}", transitions: [${to('on_success', 'END')}]}\n${END}`;
    const run = await play(harness, states, 'A', { text: 'a b c' });
    expect(run.status).toBe('completed');
    expect(harness.inputs.worker).toEqual(['a b c']);
    expect(harness.eventTypes(run.execution_id)).toEqual([
      'WorkflowExecutionStarted',
      'WorkflowStateEntered',
      'WorkflowIterationStarted',
      'WorkflowIterationCompleted',
      'WorkflowStateExited',
      'WorkflowStateEntered',
      'WorkflowStateExited',
      'WorkflowExecutionCompleted',
    ]);
    expect(run.state_outputs.A).toMatchObject({ status: 'completed', output: 'three' });
    expect(run.state_outputs.END).toEqual({ status: 'success', exit_code: 0, stdout: 'end\n', stderr: '' });
  });

  it('is completed when no transition matches', async () => {
    expect(await route('kind: System, command: "true"', to('on_failure'))).toBe('S');
  });

  it('takes the first transition that matches', async () => {
    const both = `${to('exit_code_zero', 'END')}, ${to('always')}`;
    expect(await route('kind: System, command: "true"', both)).toBe('END');
  });

  it('keeps context, overrides, input and outputs on the blackboard', async () => {
    const harness = createHarness();
    harness.register(workflow('w', 'END', END, 'context: {floor: 0.75, mode: slow}'));
    const outcome = harness.service.start({
      workflow: 'w',
      tenant: TENANT,
      input: 'plain',
      blackboard: { mode: 'fast' },
      intent: null,
    });
    const run = await harness.finished(outcome.ok ? outcome.value.execution_id : '');
    expect(run.blackboard).toMatchObject({
      floor: 0.75,
      mode: 'fast',
      tenant_id: TENANT,
      workflow: { name: 'w', version: '1.0.0', input: 'plain' },
      END: { exit_code: 0 },
    });
  });

  it('fails after the default of 5 visits of a state', async () => {
    const loop = `A: {kind: System, command: "true", transitions: [${to('always', 'A')}]}`;
    const harness = createHarness();
    const run = await play(harness, loop, 'A');
    const visits = harness.eventTypes(run.execution_id).filter((type) => type === 'WorkflowStateEntered');
    expect([run.status, visits.length]).toEqual(['failed', 5]);
  });

  it('fails when max_total_transitions is exceeded', async () => {
    const loop = `A: {kind: System, command: "true", max_state_visits: 20, transitions: [${to('always', 'A')}]}`;
    const harness = createHarness();
    const run = await play(harness, loop, 'A', {}, 'max_total_transitions: 3');
    const visits = harness.eventTypes(run.execution_id).filter((type) => type === 'WorkflowStateEntered');
    expect([run.status, visits.length]).toEqual(['failed', 4]);
  });

  it('fails with the reason in the log when a template is malformed', async () => {
    const harness = createHarness();
    const run = await play(harness, 'A: {kind: System, command: "echo {{#if x}}", transitions: []}', 'A');
    const last = harness.service.logs(run.execution_id, 100, 0).at(-1);
    expect(last?.event_type).toBe('WorkflowExecutionFailed');
    expect(last?.details).toMatchObject({ error: expect.stringContaining('Parse error') });
  });

  it('fails when a state exceeds its timeout, and cancels the agent execution', async () => {
    const harness = createHarness({ worker: () => 'hang' });
    const state = 'A: {kind: Agent, agent: worker, input: x, timeout: 20ms, transitions: []}';
    const run = await play(harness, state, 'A');
    expect(run.status).toBe('failed');
    await until(() => harness.cancelled.length === 1);
  });

  it('goes on after a timeout where the state has an on_failure transition', async () => {
    const harness = createHarness();
    const state = 'kind: System, command: sleep 30, timeout: 20ms';
    expect(await route(state, to('on_failure'), harness)).toBe('YES');
  });

  it('stays running while an agent works, and cancel ends both', async () => {
    const harness = createHarness({ worker: () => 'hang' });
    harness.register(workflow('w', 'A', 'A: {kind: Agent, agent: worker, input: x, transitions: []}'));
    const id = harness.start('w');
    await until(() => harness.inputs.worker?.length === 1);
    expect(harness.service.cancel(id, TENANT).ok).toBe(true);
    expect(harness.run(id).status).toBe('cancelled');
    expect(harness.eventTypes(id).at(-1)).toBe('WorkflowExecutionCancelled');
    await until(() => harness.cancelled.length === 1);
    const again = harness.service.cancel(id, TENANT);
    expect(again).toEqual({ ok: false, error: 'workflow execution already completed' });
  });

  it('leaves nothing when it is removed while it runs', async () => {
    const harness = createHarness({ worker: () => 'hang' });
    harness.register(workflow('w', 'A', 'A: {kind: Agent, agent: worker, input: x, transitions: []}'));
    const id = harness.start('w');
    await until(() => harness.inputs.worker?.length === 1);
    expect(harness.service.removeExecution(id, TENANT)).toBe(true);
    await until(() => harness.cancelled.length === 1);
    expect(harness.service.execution(id, TENANT)).toBeUndefined();
    expect(harness.eventTypes(id)).toEqual([]);
  });
});

describe('starting', () => {
  const start = (blackboard: Record<string, unknown> | null, input: unknown, version?: string) => {
    const harness = createHarness();
    const metadata = '{name: w, input_schema: {type: object, required: [period]}}';
    harness.register(workflow('w', 'END', END).replace('{name: w}', metadata));
    const pinned = version === undefined ? {} : { version };
    const outcome = harness.service.start({
      workflow: 'w',
      tenant: TENANT,
      input,
      blackboard,
      intent: null,
      ...pinned,
    });
    return outcome.ok ? 'started' : outcome.error;
  };

  it.each(['instruction', 'input', 'iteration_number', 'previous_error', 'context', 'workflow'])(
    'refuses the reserved blackboard key %s',
    (key) => {
      expect(start({ [key]: 1 }, { period: 'q1' })).toContain(`'${key}' is reserved`);
    },
  );

  it('holds the input against input_schema', () => {
    expect(start(null, {})).toContain('input_schema');
    expect(start(null, { period: 'q1' })).toBe('started');
  });

  it('knows the version 1.0.0 of a manifest that names none, and no other', () => {
    expect(start(null, { period: 'q1' }, '1.0.0')).toBe('started');
    expect(start(null, { period: 'q1' }, '9.9.9')).toBe('Workflow not found: w version 9.9.9');
  });
});
