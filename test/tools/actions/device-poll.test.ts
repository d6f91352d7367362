import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AegisError } from '../../../src/errors.js';
import { type DevicePollArgs, devicePoll } from '../../../src/tools/actions/device-poll.js';
import type { Call } from '../../../src/tools/define.js';
import { refusalOf } from '../_rows.js';

const ID = 'c3a1d5a2-0d0e-4b8e-9c43-6b1f5b1a0c01';
const PENDING = { status: 'pending', provider: 'github' };
const DONE = { status: 'complete', binding_id: ID };

const refusal = (reason: string) => new AegisError('refused', reason, { status: 400, details: { reason } });

/** A call whose requests are answered in order; what it did is in `told`. */
function scripted(answers: readonly unknown[], max_seconds?: number, signal = new AbortController().signal) {
  const told = { sent: 0, progress: [] as string[], at: [] as number[] };
  const context = {
    signal,
    progress: ({ message }: { message: string }) => void told.progress.push(message),
  };
  const send = async () => {
    const answer = answers[Math.min(told.sent, answers.length - 1)];
    told.sent += 1;
    told.at.push(performance.now());
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const args = { device_code: 'dev-1', provider: 'github', max_seconds };
  // Only what devicePoll uses of a call.
  return { told, call: { args, context, send } as unknown as Call<DevicePollArgs> };
}

async function run(answers: readonly unknown[], max_seconds?: number) {
  const { told, call } = scripted(answers, max_seconds);
  const polling = devicePoll(call);
  const settled = polling.catch(() => undefined);
  await vi.runAllTimersAsync();
  await settled;
  return { result: await polling, ...told };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('device_poll', () => {
  it('asks once unless told otherwise', async () => {
    const { result, sent } = await run([PENDING]);
    expect(result).toEqual({ ...PENDING, polls: 1, interval_seconds: 5 });
    expect(sent).toBe(1);
  });

  it('keeps asking every 5 seconds until it is done, with progress', async () => {
    const { result, at, progress } = await run([PENDING, PENDING, DONE], 60);
    expect(result).toEqual({ status: 'approved', credential_id: ID, polls: 3, interval_seconds: 5 });
    expect(at.map((time) => time - (at[0] ?? 0))).toEqual([0, 5000, 10_000]);
    expect(progress).toEqual(['pending; asks again in 5 s', 'pending; asks again in 5 s']);
  });

  it('stops within its time, still pending', async () => {
    const { result, sent } = await run([PENDING], 12);
    expect(result).toMatchObject({ status: 'pending', polls: 3 });
    expect(sent).toBe(3);
  });

  it.each([
    ['the interval of the server', { ...PENDING, interval: 2 }, [0, 2000, 4000]],
    ['at least a second', { ...PENDING, interval: 0.01 }, [0, 1000, 2000]],
    ['five seconds more after slow_down', { status: 'slow_down' }, [0, 10_000, 25_000]],
  ])('waits %s', async (_title, answer, expected) => {
    const { at } = await run([answer, answer, DONE], 600);
    expect(at.map((time) => time - (at[0] ?? 0))).toEqual(expected);
  });

  it.each([
    ['authorization_pending', 'pending'],
    ['slow_down', 'pending'],
    ['access_denied', 'denied'],
    ['expired_token', 'expired'],
  ])('takes the refusal %s for %s', async (reason, status) => {
    expect((await run([refusal(reason)])).result).toMatchObject({ status });
  });

  it('says nothing of the device code', async () => {
    const { result } = await run([{ ...PENDING, device_code: 'dev-1' }]);
    expect(JSON.stringify(result)).not.toContain('dev-1');
  });

  it('throws what is a failure', async () => {
    const { call } = scripted([refusal('invalid_json')], 60);
    expect(await refusalOf(() => devicePoll(call))).toMatchObject({ code: 'refused' });
  });

  it('ends when the caller cancels', async () => {
    const caller = new AbortController();
    const { told, call } = scripted([PENDING], 600, caller.signal);
    const polling = refusalOf(() => devicePoll(call));
    await vi.advanceTimersByTimeAsync(6000);
    caller.abort();
    expect(await polling).toMatchObject({ code: 'cancelled' });
    expect(told.sent).toBe(2);
  });
});
