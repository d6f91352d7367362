import { beforeAll, describe, expect, it } from 'vitest';
import { startWithSession, workflowYaml } from './_seal-client.js';

const SYSTEM = { kind: 'System', command: 'echo', transitions: [] };
const HUMAN = {
  kind: 'Human',
  prompt: 'Go on?',
  transitions: [{ condition: 'input_equals_yes', target: 'DONE' }],
};

const { session } = await startWithSession();

async function startRun(name: string): Promise<string> {
  await session.result('aegis.workflow.run', { name });
  const { executions } = await session.result('aegis.workflow.executions.list', {
    workflow_id: name,
    limit: 1,
  });
  return String(Object(executions)[0].execution_id);
}

describe('workflow runs', () => {
  beforeAll(async () => {
    const manifest_yaml = workflowYaml('asking', { ASK: HUMAN, DONE: SYSTEM });
    await session.result('aegis.workflow.create', { manifest_yaml });
  });

  it('start with the id of the definition in execution_id', async () => {
    const { id } = Object((await session.result('aegis.workflow.list')).workflows).find(
      (row: { readonly name: string }) => row.name === 'asking',
    );
    expect(await session.result('aegis.workflow.run', { name: 'asking' })).toEqual({
      tool: 'aegis.workflow.run',
      execution_id: id,
      status: 'started',
    });
    expect(await session.result('aegis.workflow.run', { name: 'ghost' })).toMatchObject({
      error: expect.stringMatching(/^Failed to start workflow: /),
    });
  });

  it('wait for the Human answer, time out meanwhile, and end after it', async () => {
    const execution_id = await startRun('asking');
    const timedOut = await session.result('aegis.workflow.wait', { execution_id, timeout_seconds: 0 });
    expect(timedOut).toEqual({
      tool: 'aegis.workflow.wait',
      execution_id,
      status: 'running',
      current_state: 'ASK',
      timed_out: true,
      message: 'Workflow execution still running after 0s timeout',
    });
    expect(await session.result('aegis.workflow.signal', { execution_id, response: 'yes' })).toEqual({
      tool: 'aegis.workflow.signal',
      signalled: true,
      execution_id,
    });
    const done = await session.result('aegis.execute.wait', { execution_id });
    expect(done).toMatchObject({ tool: 'aegis.workflow.wait', status: 'completed', current_state: 'DONE' });
    expect(
      await session.result('aegis.execute.status', { pipeline_execution_id: execution_id }),
    ).toMatchObject({
      tool: 'aegis.execute.status',
      pipeline_execution_id: execution_id,
      status: 'completed',
      final_result: null,
    });
    const { execution } = await session.result('aegis.workflow.status', { execution_id });
    expect(execution).toMatchObject({
      status: 'completed',
      input: {},
      state_outputs: { ASK: expect.objectContaining({ response: 'yes' }) },
    });
    const logs = await session.result('aegis.workflow.logs', { execution_id, limit: 1 });
    expect(logs).toMatchObject({ status: 'completed', total: 1, limit: 1, offset: 0 });
    expect(Object(logs.events)[0]).toMatchObject({ sequence: 1, event_type: 'WorkflowExecutionStarted' });
  });

  it('are cancelled and removed', async () => {
    const execution_id = await startRun('asking');
    const done = { execution_id };
    expect(await session.result('aegis.workflow.cancel', done)).toEqual({
      tool: 'aegis.workflow.cancel',
      cancelled: true,
      execution_id,
    });
    expect(await session.result('aegis.workflow.wait', done)).toMatchObject({ status: 'cancelled' });
    expect(await session.result('aegis.workflow.remove', done)).toMatchObject({ removed: true });
    expect(await session.result('aegis.workflow.remove', done)).toMatchObject({ removed: false });
    for (const tool of ['aegis.workflow.executions.get', 'aegis.workflow.wait', 'aegis.workflow.logs']) {
      expect(await session.result(tool, done)).toEqual({
        tool,
        error: `Workflow execution '${execution_id}' not found`,
      });
    }
  });
});
