import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { callSealTool } from '../../../src/tools/catalog/call.js';
import { recordingContext } from './_context.js';

const TIMED_OUT = { status: 'running', timed_out: true, message: 'still running after 10s timeout' };
const DONE = { status: 'completed' };
const wait = (context: Parameters<typeof callSealTool>[0], args: object, tool = 'aegis.task.wait') =>
  callSealTool(context, {
    tool,
    arguments: { execution_id: 'e1', ...args },
    server: 'orchestrator',
    as: 'aegis_task_wait',
  });

beforeEach(() => vi.useFakeTimers({ toFake: ['performance', 'setTimeout'] }));
afterEach(() => vi.useRealTimers());

/** An orchestrator that holds each call to its end, until `seconds` have passed. */
function heldUntil(seconds: number, signal?: AbortSignal) {
  const began = performance.now();
  return recordingContext(
    ({ args }) => {
      vi.advanceTimersByTime(Number(args.timeout_seconds) * 1_000);
      return performance.now() - began >= seconds * 1_000 ? DONE : TIMED_OUT;
    },
    signal === undefined ? {} : { signal },
  );
}

describe('a wait', () => {
  it.each(['aegis.task.wait', 'aegis.agent.wait', 'aegis.workflow.wait', 'aegis.execute.wait'])(
    '%s is several calls of at most 10 s, until the run has ended',
    async (tool) => {
      const { context, invoked, progress } = heldUntil(25);
      expect(await wait(context, { timeout_seconds: 60 }, tool)).toEqual(DONE);
      const args = { execution_id: 'e1', timeout_seconds: 10, poll_interval_seconds: 2 };
      expect(invoked.map((call) => call.args)).toEqual([args, args, args]);
      expect(progress).toEqual([
        { progress: 10, total: 60, message: 'the run goes on after 10 s' },
        { progress: 20, total: 60, message: 'the run goes on after 20 s' },
      ]);
    },
  );

  it('ends after the time that the caller gave, and the answer says so', async () => {
    const { context, invoked } = heldUntil(100);
    expect(await wait(context, { timeout_seconds: 24, poll_interval_seconds: 6 })).toEqual({
      status: 'running',
      timed_out: true,
      message: 'The run has not ended within 24 s.',
    });
    expect(invoked.map(({ args }) => args.timeout_seconds)).toEqual([10, 10, 4]);
    expect(invoked.map(({ args }) => args.poll_interval_seconds)).toEqual([6, 6, 4]);
  });

  it.each([
    [60, 10],
    [10, 5],
    [3, 1],
    [1, 1],
  ])('asks for less than a request of %i s may take', async (requestSeconds, slice) => {
    const { context, invoked } = heldUntil(100);
    await wait({ ...context, requestSeconds }, { timeout_seconds: 20 });
    expect(invoked[0]?.args.timeout_seconds).toBe(slice);
  });

  it.each([{}, { timeout_seconds: null, poll_interval_seconds: null }])('lasts 300 s by %j', async (args) => {
    const { context, invoked } = heldUntil(1_000);
    expect(await wait(context, args)).toMatchObject({ message: 'The run has not ended within 300 s.' });
    expect(invoked).toHaveLength(30);
  });

  it('of a time that is no number of seconds is left to the server to refuse', async () => {
    const { context, invoked } = recordingContext(() => ({ error: 'bad' }));
    expect(await wait(context, { timeout_seconds: 'long' })).toEqual({ error: 'bad' });
    expect(invoked.map(({ args }) => args)).toEqual([{ execution_id: 'e1', timeout_seconds: 'long' }]);
  });
});

describe('a wait for a server that answers at once', () => {
  beforeEach(() => vi.useRealTimers());

  it('asks it once a second, and stops when the caller cancels', async () => {
    const aborting = new AbortController();
    const { context, invoked } = recordingContext(() => TIMED_OUT, { signal: aborting.signal });
    const waiting = wait(context, { timeout_seconds: 60 });
    setTimeout(() => aborting.abort(), 20);
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    expect(invoked).toHaveLength(1);
  });
});
