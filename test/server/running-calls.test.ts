import { expect, it } from 'vitest';
import { RunningCalls } from '../../src/server/running-calls.js';

it('a call that was cancelled before it began begins cancelled', () => {
  const call = new RunningCalls().begin(AbortSignal.abort('any reason'));
  expect(call.signal.aborted).toBe(true);
  expect(call.signal.reason).toMatchObject({ name: 'AbortError', message: 'The client cancelled the call.' });
});

it('a call that has ended is cancelled by nothing and waited for by nobody', async () => {
  const calls = new RunningCalls();
  const requested = new AbortController();
  const call = calls.begin(requested.signal);
  call.end();
  requested.abort();
  calls.stop('The server is shutting down.');
  await calls.drained(60_000);
  expect(call.signal.aborted).toBe(false);
});
