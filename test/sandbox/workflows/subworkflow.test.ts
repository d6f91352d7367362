import { describe, expect, it } from 'vitest';
import { createHarness, END, play, route, TENANT, to, until, workflow } from './_engine.js';

describe('Subworkflow states', () => {
  const child = (command: string) =>
    workflow('child', 'C', `C: {kind: System, command: "${command}", transitions: []}`);

  it('blocking: wait for the child and keep its result under result_key', async () => {
    const harness = createHarness();
    harness.register(child('echo {{workflow.text}}'));
    const states = `S: {kind: Subworkflow, workflow_id: child, mode: blocking, result_key: found, input: '{"text": "hi"}', transitions: [${to('on_success', 'END')}]}\n${END}`;
    const run = await play(harness, states, 'S');
    expect(run.current_state).toBe('END');
    expect(run.blackboard.found).toMatchObject({ status: 'completed', output: { stdout: 'hi\n' } });
    const types = harness.eventTypes(run.execution_id);
    expect(types.slice(2, 5)).toEqual([
      'SubworkflowTriggered',
      'SubworkflowCompleted',
      'WorkflowStateExited',
    ]);
  });

  it('blocking: a failed child is an output that on_failure matches', async () => {
    const harness = createHarness();
    harness.register(child('{{#if}}'));
    const state = 'kind: Subworkflow, workflow_id: child, mode: blocking, result_key: r';
    expect(await route(state, to('on_failure'), harness)).toBe('YES');
  });

  it('fire_and_forget: go on at once', async () => {
    const harness = createHarness({ worker: () => 'hang' });
    harness.register(workflow('child', 'C', 'C: {kind: Agent, agent: worker, input: x, transitions: []}'));
    const state = 'kind: Subworkflow, workflow_id: child, mode: fire_and_forget';
    expect(await route(state, to('always'), harness)).toBe('YES');
    const runs = harness.service.executions(TENANT, { limit: 10, offset: 0 });
    expect(runs.map((run) => [run.workflow_name, run.status])).toEqual([
      ['child', 'running'],
      ['w', 'completed'],
    ]);
  });

  it('cancel of the parent cancels a blocking child', async () => {
    const harness = createHarness({ worker: () => 'hang' });
    harness.register(workflow('child', 'C', 'C: {kind: Agent, agent: worker, input: x, transitions: []}'));
    harness.register(
      workflow(
        'w',
        'S',
        'S: {kind: Subworkflow, workflow_id: child, mode: blocking, result_key: r, transitions: []}',
      ),
    );
    const id = harness.start('w');
    await until(() => harness.inputs.worker?.length === 1);
    harness.service.cancel(id, TENANT);
    await until(() => harness.service.executions(TENANT, { limit: 1, offset: 0 })[0]?.status === 'cancelled');
    expect(harness.service.executions(TENANT, { limit: 1, offset: 0 })[0]?.workflow_name).toBe('child');
  });

  it('a workflow that starts itself ends at the nesting limit', async () => {
    const harness = createHarness();
    const self = 'S: {kind: Subworkflow, workflow_id: w, mode: blocking, result_key: r, transitions: []}';
    await play(harness, self, 'S');
    expect(harness.service.executions(TENANT, { limit: 100, offset: 0 }).length).toBe(9);
  });
});
