import { expect, test } from 'vitest';
import type { Digest } from '../../../src/tools/actions/digest.js';
import type { StreamBounds } from '../../../src/tools/actions/stream-execution.js';
import { streamWorkflowLogs } from '../../../src/tools/actions/stream-workflow-logs.js';
import {
  closeAfterEach,
  collect,
  EXECUTION,
  opener,
  QUICK,
  readJson,
  type Script,
  type StreamServer,
  serveStreams,
} from './_stream-server.js';
import { liveEvent, logEvent, serveWorkflow, type WorkflowState } from './_workflow-server.js';

const opened = closeAfterEach();

async function serve(state: WorkflowState, ...stream: Script[]): Promise<StreamServer> {
  return opened(await serveWorkflow(state, stream));
}

const PATH = `/v1/workflows/executions/${EXECUTION}`;

function read(server: StreamServer, bounds: StreamBounds = {}, extra = collect()): Promise<Digest> {
  return streamWorkflowLogs(
    { execution_id: EXECUTION, max_seconds: 5, ...bounds },
    {
      ...extra,
      stream: opener(server.http, `${PATH}/logs/stream`),
      readRecord: () => readJson(server, PATH),
      readPage: (limit, offset) =>
        readJson(server, `${PATH}/logs`, [
          ['limit', String(limit)],
          ['offset', String(offset)],
        ]),
      timing: QUICK,
    },
  );
}

const begin = () => [
  logEvent('WorkflowExecutionStarted', 0, { workflow_id: 'w' }),
  logEvent('WorkflowStateEntered', 1, { state_name: 'DRAFT' }),
];
const end = logEvent('WorkflowExecutionCompleted', 9, { final_blackboard: {}, final_output: { notes: 'n' } });
const silent: Script = { send: [], end: 'hang' };

test('a finished execution, whose live stream hangs, is read from its log at once', async () => {
  const state = { log: [...begin(), end], status: 'completed' };
  const server = await serve(state, silent);
  const extra = collect();
  const digest = await read(server, {}, extra);
  expect(digest).toMatchObject({
    status: 'completed',
    terminal: true,
    reason: 'terminal',
    final_output: { notes: 'n' },
    counts: { workflow_execution_started: 1, workflow_state_entered: 1, workflow_execution_completed: 1 },
    reconnects: 0,
  });
  const told = extra.updates.map(({ message }) => message);
  expect(told.filter((message) => message !== 'waiting for events')).toEqual([
    'workflow execution started',
    'workflow state entered: DRAFT',
    'workflow execution completed',
  ]);
});

test('a live event makes it look at the log, whose own form of the event is delivered', async () => {
  const state = { log: begin(), status: 'running' };
  const server = await serve(state, {
    send: [liveEvent('WorkflowExecutionCompleted', 9)],
    end: 'close',
    after: () => state.log.push(end),
  });
  const digest = await read(server);
  expect(digest).toMatchObject({ status: 'completed', final_output: { notes: 'n' } });
  expect(digest.counts).toEqual({
    workflow_execution_started: 1,
    workflow_state_entered: 1,
    workflow_execution_completed: 1,
  });
});

test('events that the live stream loses are found in the log', async () => {
  const state = { log: begin(), status: 'running' };
  const server = await serve(state, silent);
  const extra = collect();
  const reading = read(server, {}, extra);
  await expect.poll(() => extra.updates.at(-1)?.progress).toBeGreaterThanOrEqual(2);
  state.log.push(logEvent('WorkflowStateExited', 2, { state_name: 'DRAFT', output: 'text' }), end);
  const digest = await reading;
  expect(digest.events.map((event) => event.type)).toEqual([
    'workflow_execution_started',
    'workflow_state_entered',
    'workflow_state_exited',
    'workflow_execution_completed',
  ]);
});

test('a log of several pages is read to its end', async () => {
  const middle = Array.from({ length: 250 }, (_, index) =>
    logEvent('WorkflowStateEntered', index % 60, { state_name: `S${index}` }),
  );
  const server = await serve({ log: [...begin(), ...middle, end], status: 'completed' }, silent);
  const digest = await read(server);
  expect(digest.counts).toEqual({
    workflow_execution_started: 1,
    workflow_state_entered: 251,
    workflow_execution_completed: 1,
  });
  // A page that grows while it is read may be asked for again.
  expect([...new Set(server.requests.filter((line) => line.includes('/logs?')))]).toEqual([
    `GET ${PATH}/logs?limit=100&offset=0`,
    `GET ${PATH}/logs?limit=100&offset=100`,
    `GET ${PATH}/logs?limit=100&offset=200`,
  ]);
});

test('two visits of one state at one instant are two events', async () => {
  const visit = logEvent('WorkflowStateEntered', 1, { state_name: 'LOOP' });
  const server = await serve({ log: [visit, visit, end], status: 'completed' }, silent);
  expect((await read(server)).counts.workflow_state_entered).toBe(2);
});

test('max_events stops, and the cursor continues with the next stored event', async () => {
  const server = await serve({ log: [...begin(), end], status: 'completed' }, silent);
  const first = await read(server, { max_events: 1 });
  // The record says it is over; there is still something to read.
  expect(first).toMatchObject({ reason: 'max_events', status: 'completed', terminal: true });
  const second = await read(server, { cursor: first.cursor });
  expect(second.counts).toEqual({ workflow_state_entered: 1, workflow_execution_completed: 1 });
  expect(server.requests).toContain(`GET ${PATH}/logs?limit=100&offset=1`);
});

test('a run that the record calls failed, without a terminal event in the log, is over', async () => {
  const server = await serve({ log: begin(), status: 'failed' }, silent);
  expect(await read(server)).toMatchObject({ status: 'failed', terminal: true, reason: 'terminal' });
});

test('a paused workflow is followed until the time is up, however often the live stream breaks', async () => {
  const server = await serve({ log: begin(), status: 'running' }, { send: [], end: 'cut' });
  expect(await read(server, { max_seconds: 1 })).toMatchObject({
    status: 'running',
    terminal: false,
    reason: 'max_seconds',
    counts: { workflow_execution_started: 1, workflow_state_entered: 1 },
  });
});

test('an unknown execution is not found', async () => {
  const server = opened(
    await serveStreams({
      stream: [{ send: [{ error: 'workflow execution not found' }], end: 'close' }],
      read: () => ({ status: 404, json: { error: 'workflow execution not found' } }),
    }),
  );
  await expect(read(server)).rejects.toMatchObject({ code: 'not_found' });
});

test('an error event of the live stream is an error', async () => {
  const server = await serve(
    { log: begin(), status: 'running' },
    { send: [{ error: 'bus closed' }], end: 'hang' },
  );
  await expect(read(server)).rejects.toMatchObject({ code: 'failed' });
});

test('a missing scope for the live stream is reported', async () => {
  const refusal = { status: 403, json: { error: 'insufficient_scope', required: 'workflow:logs' } };
  const server = opened(await serveWorkflow({ log: begin(), status: 'running' }, [refusal]));
  await expect(read(server)).rejects.toMatchObject({ code: 'forbidden' });
});

test('an answer that is no page is a bad response', async () => {
  const server = opened(
    await serveStreams({ stream: [silent], read: () => ({ status: 200, json: { logs: [] } }) }),
  );
  await expect(read(server)).rejects.toMatchObject({ code: 'bad_response' });
});

test('cancelling closes the live stream', async () => {
  const server = await serve({ log: begin(), status: 'running' }, silent);
  const extra = collect();
  const reading = read(server, {}, extra);
  await expect.poll(() => extra.updates.at(-1)?.progress).toBeGreaterThanOrEqual(2);
  extra.cancel();
  await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
  await expect.poll(() => server.gone()).toBe(1);
});
