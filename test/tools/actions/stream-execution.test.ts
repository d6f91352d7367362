import { expect, test } from 'vitest';
import type { Digest } from '../../../src/tools/actions/digest.js';
import { type StreamBounds, streamExecution } from '../../../src/tools/actions/stream-execution.js';
import {
  at,
  completed,
  consoleOutput,
  failed,
  iterationCompleted,
  iterationStarted,
  record,
  started,
  timedOut,
} from './_events.js';
import {
  closeAfterEach,
  collect,
  EXECUTION,
  opener,
  QUICK,
  type Routes,
  readJson,
  type StreamServer,
  serveStreams,
} from './_stream-server.js';

const opened = closeAfterEach();

async function serve(routes: Routes): Promise<StreamServer> {
  return opened(await serveStreams(routes));
}

const RECORD = `/v1/executions/${EXECUTION}`;
const running = () => ({ status: 200, json: record('Running') });

function read(server: StreamServer, bounds: StreamBounds = {}, extra = collect()): Promise<Digest> {
  return streamExecution(
    { execution_id: EXECUTION, max_seconds: 5, ...bounds },
    {
      ...extra,
      stream: opener(server.http, `${RECORD}/events`),
      readRecord: () => readJson(server, RECORD),
      timing: QUICK,
    },
  );
}

const types = (digest: Digest) => digest.events.map((event) => event.type);

test('reads to the terminal event and stops, though the live stream stays open', async () => {
  const server = await serve({
    stream: [
      {
        send: [started, iterationStarted(1, 1), iterationCompleted(1, 2, '2'), completed(3, '2')],
        end: 'hang',
      },
    ],
  });
  const extra = collect();
  const digest = await read(server, {}, extra);
  expect(digest).toMatchObject({
    status: 'completed',
    terminal: true,
    reason: 'terminal',
    final_output: '2',
    iterations: 1,
    counts: { execution_started: 1, iteration_started: 1, iteration_completed: 1, execution_completed: 1 },
    omitted_events: 0,
    reconnects: 0,
  });
  expect(digest.gaps).toBeUndefined();
  expect(types(digest)).toEqual([
    'execution_started',
    'iteration_started',
    'iteration_completed',
    'execution_completed',
  ]);
  expect(extra.updates.filter(({ message }) => message !== 'waiting for events')).toEqual([
    { progress: 1, message: 'execution started' },
    { progress: 2, message: 'iteration 1 started' },
    { progress: 3, message: 'iteration 1 completed' },
    { progress: 4, message: 'execution completed' },
  ]);
  await expect.poll(() => server.gone()).toBe(1);
});

test.each([
  ['failed', failed(3, 'Max retries exceeded'), { error: 'Max retries exceeded', iterations: 3 }],
  ['timed_out', timedOut(3), { error: 'timed out after 300 s', iterations: 2 }],
])('a run that %s says why', async (status, end, rest) => {
  const server = await serve({ stream: [{ send: [started, end], end: 'hang' }] });
  expect(await read(server)).toMatchObject({ status, terminal: true, ...rest });
});

test('the documented stream of one-key events is read the same way', async () => {
  const server = await serve({
    stream: [
      {
        send: [
          { execution_started: { execution_id: EXECUTION, agent_id: 'a', started_at: at(0) } },
          { iteration_started: { execution_id: EXECUTION, iteration_number: 1, started_at: at(1) } },
          { iteration_output: { execution_id: EXECUTION, iteration_number: 1, output: 'x' } },
          { iteration_output: { execution_id: EXECUTION, iteration_number: 1, output: 'y' } },
          {
            execution_completed: {
              execution_id: EXECUTION,
              final_output: 'y',
              total_iterations: 1,
              completed_at: at(2),
            },
          },
        ],
        end: 'close',
      },
    ],
  });
  expect(await read(server)).toMatchObject({
    status: 'completed',
    final_output: 'y',
    counts: { iteration_output: 2 },
  });
});

test('after a cut the history is read again and each event is delivered once', async () => {
  const server = await serve({
    stream: [
      { send: [started, iterationStarted(1, 1), consoleOutput(2, 'a'), consoleOutput(2, 'b')], end: 'cut' },
      { send: [started, iterationStarted(1, 1), iterationCompleted(1, 3, 'ok')], end: 'cut' },
      {
        send: [started, iterationStarted(1, 1), iterationCompleted(1, 3, 'ok'), completed(4, 'ok')],
        end: 'hang',
      },
    ],
    read: running,
  });
  const digest = await read(server);
  expect(types(digest)).toEqual([
    'execution_started',
    'iteration_started',
    'console_output',
    'console_output',
    'iteration_completed',
    'execution_completed',
  ]);
  expect(digest).toMatchObject({
    reason: 'terminal',
    reconnects: 2,
    gaps: expect.stringContaining('console_output'),
  });
});

test('two equal console lines at one instant are one event, two different ones are two', async () => {
  const server = await serve({
    stream: [
      {
        send: [consoleOutput(1, 'a'), consoleOutput(1, 'a'), consoleOutput(1, 'b'), completed(2, '')],
        end: 'hang',
      },
    ],
  });
  expect((await read(server)).counts).toEqual({ console_output: 2, execution_completed: 1 });
});

test('an iteration event replayed with other details is still the same event', async () => {
  const rebuilt = iterationCompleted(1, 2, 'ok');
  const server = await serve({
    stream: [
      { send: [started, iterationCompleted(1, 2, 'ok')], end: 'cut' },
      {
        send: [
          started,
          { ...rebuilt, timestamp: '2026-01-02T03:04:02.000123Z', message: 'rebuilt' },
          completed(3, 'ok'),
        ],
        end: 'hang',
      },
    ],
    read: running,
  });
  expect((await read(server)).counts).toEqual({
    execution_started: 1,
    iteration_completed: 1,
    execution_completed: 1,
  });
});

test('a finished run whose stream hangs is noticed by its record', async () => {
  const server = await serve({
    stream: [{ send: [started], end: 'hang' }],
    read: () => ({ status: 200, json: record('Completed') }),
  });
  expect(await read(server)).toMatchObject({ status: 'completed', terminal: true, reason: 'terminal' });
});

test('when the record says the run is over, the history is read for its output', async () => {
  const server = await serve({
    stream: [
      { send: [started], end: 'hang' },
      { send: [started, completed(3, 'found')], end: 'hang' },
    ],
    read: () => ({ status: 200, json: record('Completed') }),
  });
  expect(await read(server)).toMatchObject({ status: 'completed', final_output: 'found', iterations: 1 });
});

test('a documented record brings its output along', async () => {
  const server = await serve({
    stream: [{ send: [], end: 'hang' }],
    read: () => ({ status: 200, json: { status: 'failed', output: null, error: 'no luck', iterations: 3 } }),
  });
  expect(await read(server)).toMatchObject({ status: 'failed', error: 'no luck', iterations: 3 });
});

test('an unknown execution, which is a cut stream, is not found', async () => {
  const server = await serve({
    stream: [{ send: [], end: 'cut' }],
    read: () => ({ status: 404, json: { error: 'execution not found' } }),
  });
  await expect(read(server)).rejects.toMatchObject({ code: 'not_found' });
});

test('an error event is an error', async () => {
  const server = await serve({ stream: [{ send: [{ error: 'bus closed' }], end: 'hang' }], read: running });
  await expect(read(server)).rejects.toMatchObject({
    code: 'failed',
    message: 'The event stream answered with an error: bus closed',
  });
});

test('a missing route is reported at once, so that another can be tried', async () => {
  const server = await serve({ stream: [{ status: 404 }], read: running });
  await expect(read(server)).rejects.toMatchObject({ code: 'no_such_route' });
  expect(server.requests).toHaveLength(1);
});

test('a missing scope is reported at once', async () => {
  const refusal = { status: 403, json: { error: 'insufficient_scope', required: 'execution:stream' } };
  const server = await serve({ stream: [refusal], read: running });
  await expect(read(server)).rejects.toMatchObject({ code: 'forbidden' });
});

test('a token without the scope of the record still follows the stream', async () => {
  const server = await serve({
    stream: [
      { send: [started], end: 'cut' },
      { send: [started, completed(1, 'ok')], end: 'hang' },
    ],
    read: () => ({ status: 403, json: { error: 'insufficient_scope', required: 'execution:read' } }),
  });
  expect(await read(server)).toMatchObject({ status: 'completed', final_output: 'ok' });
});

test('a stream that keeps breaking without news is given up', async () => {
  const server = await serve({ stream: [{ send: [], end: 'cut' }], read: running });
  await expect(read(server)).rejects.toMatchObject({
    code: 'connection_lost',
    message: 'The event stream broke 6 times in a row without news.',
  });
});

test('what was read before the stream kept breaking is not thrown away', async () => {
  const server = await serve({
    stream: [
      { send: [started], end: 'cut' },
      { send: [], end: 'cut' },
    ],
    read: running,
  });
  const digest = await read(server);
  expect(digest).toMatchObject({ status: 'running', terminal: false, reason: 'connection_lost' });
  expect(types(digest)).toEqual(['execution_started']);
});

test('max_seconds ends the reading of a run that goes on', async () => {
  const server = await serve({ stream: [{ send: [started], end: 'hang' }], read: running });
  const extra = collect();
  const digest = await read(server, { max_seconds: 1 }, extra);
  expect(digest).toMatchObject({ status: 'running', terminal: false, reason: 'max_seconds' });
  expect(digest.final_output).toBeUndefined();
  const values = extra.updates.map(({ progress }) => progress);
  expect(values.length).toBeGreaterThan(1);
  expect(values).toEqual([...new Set(values)].sort((a, b) => a - b));
});

test('max_events ends it too, and the cursor continues without a repetition', async () => {
  const script = {
    send: [
      started,
      iterationStarted(1, 1),
      consoleOutput(2, 'a'),
      consoleOutput(2, 'b'),
      completed(3, 'done'),
    ],
    end: 'hang',
  } as const;
  const server = await serve({ stream: [script], read: running });
  const first = await read(server, { max_events: 3 });
  expect(first).toMatchObject({ reason: 'max_events', terminal: false });
  expect(types(first)).toEqual(['execution_started', 'iteration_started', 'console_output']);
  const second = await read(server, { max_events: 1, cursor: first.cursor });
  expect(second.events.map((event) => event.data.content)).toEqual(['b']);
  const third = await read(server, { cursor: second.cursor });
  expect(types(third)).toEqual(['execution_completed']);
  expect(third).toMatchObject({ status: 'completed', final_output: 'done' });
});

test('continuing after the end gives the outcome again and no events', async () => {
  const server = await serve({ stream: [{ send: [started, completed(3, 'done')], end: 'hang' }] });
  const first = await read(server);
  const again = await read(server, { cursor: first.cursor });
  expect(again).toMatchObject({ status: 'completed', final_output: 'done', events: [], counts: {} });
  expect(again.cursor).toBe(first.cursor);
});

test('a time with another offset or more digits is put in its place', async () => {
  const line = (timestamp: string, content: string) => ({
    ...consoleOutput(1, content),
    timestamp,
  });
  const server = await serve({
    stream: [
      {
        send: [
          line('2026-01-02T03:04:01.5Z', 'first'),
          line('2026-01-02T04:04:01.500000001+01:00', 'second'),
          completed(9, ''),
        ],
        end: 'hang',
      },
    ],
    read: running,
  });
  const first = await read(server, { max_events: 1 });
  const second = await read(server, { max_events: 1, cursor: first.cursor });
  expect(second.events.map((event) => event.data.content)).toEqual(['second']);
});

test.each([
  ['garbage', 'not a cursor', 'is not a cursor of an earlier call'],
  [
    'a cursor of another execution',
    Buffer.from('{"of":"00000000","at":"1","keys":[]}').toString('base64url'),
    'belongs to the stream of another id',
  ],
])('%s is refused before anything is sent', async (_name, cursor, message) => {
  const server = await serve({ stream: [{ send: [], end: 'hang' }] });
  await expect(read(server, { cursor })).rejects.toMatchObject({
    code: 'invalid_arguments',
    message: expect.stringContaining(message),
  });
  expect(server.requests).toEqual([]);
});

test('the caller can cancel; the stream is closed and the run is not touched', async () => {
  const server = await serve({ stream: [{ send: [started], end: 'hang' }], read: running });
  const extra = collect();
  const reading = read(server, {}, extra);
  await expect.poll(() => extra.updates.length).toBeGreaterThan(0);
  extra.cancel();
  await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
  await expect.poll(() => server.gone()).toBe(1);
  expect(server.requests.filter((line) => !line.startsWith('GET'))).toEqual([]);
});

test('a call cancelled before it begins sends nothing', async () => {
  const server = await serve({ stream: [{ send: [started], end: 'hang' }] });
  const extra = collect();
  extra.cancel();
  await expect(read(server, {}, extra)).rejects.toMatchObject({ code: 'cancelled' });
  expect(server.requests).toEqual([]);
});

test('payloads that are no events are counted and skipped', async () => {
  const server = await serve({ stream: [{ send: ['text', [1], {}, completed(1, 'ok')], end: 'hang' }] });
  expect((await read(server)).counts).toEqual({ unreadable: 3, execution_completed: 1 });
});

test('a flood is shown by its last events, long texts by their beginning', async () => {
  const lines = Array.from({ length: 60 }, (_, index) => consoleOutput(index % 60, `line ${index}`));
  const server = await serve({
    stream: [{ send: [...lines, consoleOutput(59, 'x'.repeat(5_000)), completed(59, 'ok')], end: 'hang' }],
  });
  const digest = await read(server);
  expect(digest.counts).toEqual({ console_output: 61, execution_completed: 1 });
  expect(digest.events).toHaveLength(40);
  expect(digest.omitted_events).toBe(22);
  expect(digest.events.at(-2)?.data.content).toBe(`${'x'.repeat(1_000)}… [4000 more characters]`);
  expect(JSON.stringify(digest.events).length).toBeLessThan(25_000);
});

test('a long final output is cut with a marker', async () => {
  const server = await serve({ stream: [{ send: [completed(1, 'y'.repeat(70_000))], end: 'hang' }] });
  expect((await read(server)).final_output).toBe(`${'y'.repeat(64_000)}… [6000 more characters]`);
});
