import { describe, expect, it } from 'vitest';
import { agentYaml, openSession, startWithSession } from './_seal-client.js';

const UUID = /^[0-9a-f-]{36}$/;
const TIME = /^\d{4}-\d{2}-\d{2}T/;

const { sandbox, session } = await startWithSession();

async function createAgent(name: string, labels = {}): Promise<string> {
  const { agent_id } = await session.result('aegis.agent.create', {
    manifest_yaml: agentYaml(name, '1.0.0', labels),
  });
  return String(agent_id);
}

describe('tasks', () => {
  it('run an agent by name to its end', async () => {
    const agent_id = await createAgent('runner', { 'sandbox.aegis/output': 'forty-two' });
    const started = await session.result('aegis.task.execute', { agent_id: 'runner', input: { n: 1 } });
    expect(started).toEqual({
      tool: 'aegis.task.execute',
      execution_id: expect.stringMatching(UUID),
      status: 'started',
    });
    const { execution_id } = started;
    const report = {
      execution_id,
      agent_id,
      status: 'completed',
      started_at: expect.stringMatching(TIME),
      ended_at: expect.stringMatching(TIME),
      iteration_count: 1,
      last_output: 'forty-two',
      last_error: null,
    };
    const waited = await session.result('aegis.agent.wait', { execution_id });
    expect(waited).toEqual({ tool: 'aegis.task.wait', ...report });
    const status = await session.result('aegis.task.status', { execution_id });
    expect(status).toEqual({ tool: 'aegis.task.status', ...report });
    const { executions } = await session.result('aegis.task.list', { agent_id });
    expect(executions).toMatchObject([{ id: execution_id, tenant_id: 'aegis-system', status: 'completed' }]);
  });

  it('page through the stored events', async () => {
    const agent_id = await createAgent('logged');
    const { execution_id } = await session.result('aegis.task.execute', { agent_id });
    await session.result('aegis.task.wait', { execution_id });
    const logs = await session.result('aegis.task.logs', { execution_id, limit: 2 });
    expect(logs).toMatchObject({ agent_id, status: 'completed', total: 2, limit: 2, offset: 0 });
    expect(Object(logs.events)[0]).toEqual({
      sequence: 1,
      event_type: 'execution_started',
      state_name: null,
      iteration_number: null,
      payload: expect.objectContaining({ type: 'execution' }),
      recorded_at: expect.stringMatching(TIME),
    });
    const activity = await session.result('aegis.agent.logs', { agent_id });
    expect(Object(activity.events)[0]).toMatchObject({ event_type: 'execution_started', execution_id });
    expect(Object(activity.events).at(-1)).toMatchObject({ event_type: 'execution_completed' });
  });

  it('time out while running, are cancelled, removed, and then missing', async () => {
    await createAgent('hanging', { 'sandbox.aegis/hang': 'true' });
    const { execution_id } = await session.result('aegis.task.execute', { agent_id: 'hanging' });
    const wait = { execution_id, timeout_seconds: 0 };
    expect(await session.result('aegis.task.wait', wait)).toEqual({
      tool: 'aegis.task.wait',
      execution_id,
      status: expect.stringMatching(/^(pending|running)$/),
      timed_out: true,
      message: expect.stringMatching(/^Execution still (pending|running) after 0s timeout$/),
      iteration_count: expect.any(Number),
    });
    const cancelled = { tool: 'aegis.task.cancel', cancelled: true, execution_id };
    expect(await session.result('aegis.task.cancel', { execution_id })).toEqual(cancelled);
    expect(await session.result('aegis.task.wait', { execution_id })).toMatchObject({ status: 'cancelled' });
    const removed = { tool: 'aegis.task.remove', removed: true, execution_id };
    expect(await session.result('aegis.task.remove', { execution_id })).toEqual(removed);
    expect(await session.result('aegis.task.wait', { execution_id })).toEqual({
      tool: 'aegis.task.wait',
      execution_id,
      error: 'Failed to get execution: Execution not found',
    });
    expect(await session.result('aegis.task.cancel', { execution_id })).toMatchObject({ cancelled: false });
  });

  it('refuse a version beside an id, and an unknown agent', async () => {
    const agent_id = await createAgent('versioned');
    expect(await session.result('aegis.task.execute', { agent_id, version: '1.0.0' })).toEqual({
      tool: 'aegis.task.execute',
      error: 'version parameter is only supported when identifying agents by name, not UUID',
    });
    expect(await session.result('aegis.task.execute', { agent_id: 'ghost' })).toEqual({
      tool: 'aegis.task.execute',
      error: "Agent 'ghost' not found",
    });
  });

  it('of another tenant are invisible', async () => {
    const agent_id = await createAgent('private');
    const { execution_id } = await session.result('aegis.task.execute', { agent_id });
    const stranger = await openSession(sandbox, 'aegis-system-sandbox', {}, { tenant_id: 'acme' });
    expect(await stranger.result('aegis.task.status', { execution_id })).toEqual({
      tool: 'aegis.task.status',
      error: 'Failed to get execution: Execution not found',
    });
    expect(await stranger.result('aegis.agent.list')).toMatchObject({ count: 0 });
  });
});
