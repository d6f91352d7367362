import { describe, expect, it } from 'vitest';
import { openSession, startWithSession } from './_seal-client.js';

const UUID = /^[0-9a-f-]{36}$/;

const { sandbox, session } = await startWithSession();

async function idOfWorkflow(name: string): Promise<unknown> {
  const { workflows } = await session.result('aegis.workflow.list');
  return Object(workflows).find((row: { readonly name: string }) => row.name === name)?.id;
}

describe('the tools that make something', () => {
  it('aegis.agent.generate runs the author, whose execution can be waited for', async () => {
    const started = await session.result('aegis.agent.generate', { input: 'Count words.' });
    expect(started).toEqual({
      tool: 'aegis.agent.generate',
      execution_id: expect.stringMatching(UUID),
      status: 'started',
    });
    const { execution_id } = started;
    expect(await session.result('aegis.agent.wait', { execution_id })).toMatchObject({ status: 'completed' });
    const again = await session.result('aegis.agent.generate', { input: 'And again.' });
    expect(again.execution_id).not.toBe(execution_id);
  });

  it('aegis.workflow.generate puts the id of the definition in execution_id', async () => {
    const started = await session.result('aegis.workflow.generate', { input: 'Review a page.' });
    const workflow_id = await idOfWorkflow('builtin-workflow-generator');
    expect(started).toEqual({
      tool: 'aegis.workflow.generate',
      execution_id: workflow_id,
      status: 'started',
    });
    expect(await session.result('aegis.workflow.wait', { execution_id: workflow_id })).toEqual({
      tool: 'aegis.workflow.wait',
      error: `Workflow execution '${workflow_id}' not found`,
    });
    const { executions } = await session.result('aegis.workflow.executions.list', { workflow_id, limit: 1 });
    const { execution_id } = Object(executions)[0];
    expect(execution_id).not.toBe(workflow_id);
    expect(await session.result('aegis.workflow.wait', { execution_id })).toMatchObject({
      status: 'completed',
    });
  });

  it('aegis.execute.intent has the id of its run, and an address without a route', async () => {
    const started = await session.result('aegis.execute.intent', { intent: 'Add two numbers.' });
    const id = String(started.pipeline_execution_id);
    expect(started).toEqual({
      tool: 'aegis.execute.intent',
      pipeline_execution_id: expect.stringMatching(UUID),
      status: 'started',
      stream_url: `/v1/executions/${id}/stream`,
    });
    expect(await session.result('aegis.execute.wait', { execution_id: id })).toMatchObject({
      status: 'completed',
    });
    const status = await session.result('aegis.execute.status', { pipeline_execution_id: id });
    expect(status).toMatchObject({ status: 'completed' });
    const headers = { authorization: `Bearer ${await sandbox.issueToken()}` };
    expect((await fetch(`${sandbox.url}${started.stream_url}`, { headers })).status).toBe(404);
  });

  it('volumes are not for the free tier', async () => {
    const free = await openSession(sandbox, 'zaru-free', { user: 'free@sandbox.local' });
    const volume_id = crypto.randomUUID();
    expect((await free.call('aegis.execute.intent', { intent: 'x', volume_id })).status).toBe(400);
    expect((await free.call('aegis.execute.intent', { intent: 'x' })).status).toBe(200);
  });
});
