import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/index.js';
import { manualClock } from '../workflows/_clock.js';
import { agentYaml, openSession, type Session, start, workflowYaml } from './_seal-client.js';

const HUMAN = { kind: 'Human', prompt: 'Go on?', transitions: [] };

const clock = manualClock();
const faults: unknown[] = [];
let sandbox: Sandbox;
let session: Session;

const result = async (tool: string, args: unknown) =>
  Object((await session.call(tool, args, clock.now())).body);

/** Seconds until the next look of the one wait under way; runs sleep far longer or not at all. */
const looksAgainIn = (seconds: number) =>
  vi.waitFor(() => expect(clock.sleeping().filter((each) => each <= 10)).toEqual([seconds]), { interval: 1 });

beforeAll(async () => {
  sandbox = await start({ clock, polling: 'timed', onFault: (fault) => faults.push(fault) });
  session = await openSession(sandbox, 'aegis-system-sandbox');
  const manifest_yaml = agentYaml('hanging', '1.0.0', { 'sandbox.aegis/hang': 'true' });
  await result('aegis.agent.create', { manifest_yaml });
  await result('aegis.workflow.create', { manifest_yaml: workflowYaml('asking', { ASK: HUMAN }) });
});
afterAll(() => sandbox.close());

async function startHanging(): Promise<unknown> {
  return (await result('aegis.task.execute', { agent_id: 'hanging' })).execution_id;
}

async function startAsking(): Promise<unknown> {
  await result('aegis.workflow.run', { name: 'asking' });
  const { executions } = await result('aegis.workflow.executions.list', { workflow_id: 'asking', limit: 1 });
  return executions[0].execution_id;
}

describe('with the real intervals', () => {
  it.each(['aegis.task.wait', 'aegis.agent.wait'])(
    '%s sees the end of a run at its next look, 10 s on',
    async (tool) => {
      const execution_id = await startHanging();
      const waited = result(tool, { execution_id });
      await looksAgainIn(10);
      await result('aegis.task.cancel', { execution_id });
      clock.advance(9);
      await looksAgainIn(1);
      clock.advance(1);
      expect(await waited).toMatchObject({ tool: 'aegis.task.wait', status: 'cancelled' });
    },
  );

  it.each(['aegis.workflow.wait', 'aegis.execute.wait'])('%s looks every 5 s', async (tool) => {
    const execution_id = await startAsking();
    const waited = result(tool, { execution_id });
    await looksAgainIn(5);
    await result('aegis.workflow.signal', { execution_id, response: 'yes' });
    clock.advance(5);
    expect(await waited).toMatchObject({ tool: 'aegis.workflow.wait', status: 'completed' });
  });

  it.each([
    [{ timeout_seconds: 15 }, [10, 10], 15],
    [{ timeout_seconds: 3, poll_interval_seconds: 2 }, [2, 2], 3],
    [{ timeout_seconds: 0 }, [], 0],
    [{}, Array.from({ length: 60 }, () => 10), 600],
  ])('a wait of %j is a normal result with timed_out', async (limits, looks, seconds) => {
    const execution_id = await startHanging();
    const waited = result('aegis.task.wait', { execution_id, ...limits });
    for (const pause of looks) {
      await looksAgainIn(pause);
      clock.advance(pause);
    }
    expect(await waited).toMatchObject({
      status: 'running',
      timed_out: true,
      message: `Execution still running after ${seconds}s timeout`,
    });
    await result('aegis.task.cancel', { execution_id });
  });

  it('a workflow wait gives up after 300 s of its own', async () => {
    const execution_id = await startAsking();
    const waited = result('aegis.workflow.wait', { execution_id });
    for (let looks = 0; looks < 60; looks += 1) {
      await looksAgainIn(5);
      clock.advance(5);
    }
    expect(await waited).toMatchObject({
      timed_out: true,
      message: 'Workflow execution still running after 300s timeout',
    });
  });

  it('a caller who leaves ends the wait and not the run', async () => {
    const execution_id = await startHanging();
    const leaving = new AbortController();
    const waited = session.call('aegis.task.wait', { execution_id }, clock.now(), leaving.signal);
    await looksAgainIn(10);
    leaving.abort();
    await expect(waited).rejects.toThrow('abort');
    await vi.waitFor(() => expect(clock.sleeping().filter((each) => each <= 10)).toEqual([]));
    expect(await result('aegis.task.status', { execution_id })).toMatchObject({ status: 'running' });
    expect(faults).toEqual([]);
  });
});
