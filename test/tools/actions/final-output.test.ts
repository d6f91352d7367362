import { expect, test } from 'vitest';
import {
  type RunHistory,
  readExecutionHistory,
  readWorkflowHistory,
} from '../../../src/tools/actions/final-output.js';
import { completed, failed, iterationCompleted, iterationStarted, started } from './_events.js';
import { closeAfterEach, collect, EXECUTION, opener, type Routes, serveStreams } from './_stream-server.js';
import { logEvent } from './_workflow-server.js';

const opened = closeAfterEach();

async function readHistory(routes: Routes): Promise<RunHistory> {
  const server = opened(await serveStreams(routes));
  const path = `/v1/executions/${EXECUTION}/events`;
  return await readExecutionHistory({
    ...collect(),
    stream: (signal: AbortSignal) => opener(server.http, path)(signal, [['follow', 'false']]),
    patienceMs: 1_000,
  });
}

test('output, times and iterations come from the history of a finished execution', async () => {
  const send = [started, iterationStarted(1, 1), iterationCompleted(1, 2, 'x'), completed(3, 'the output')];
  expect(await readHistory({ stream: [{ send, end: 'close' }] })).toEqual({
    complete: true,
    status: 'completed',
    final_output: 'the output',
    iterations: 1,
    started_at: '2026-01-02T03:04:00Z',
    ended_at: '2026-01-02T03:04:03Z',
  });
});

test('a failed execution has its reason', async () => {
  expect(
    await readHistory({ stream: [{ send: [started, failed(3, 'no luck')], end: 'close' }] }),
  ).toMatchObject({
    status: 'failed',
    error: 'no luck',
    iterations: 3,
  });
});

test('a running execution has its start and the iteration it is in', async () => {
  expect(await readHistory({ stream: [{ send: [started, iterationStarted(2, 1)], end: 'close' }] })).toEqual({
    complete: true,
    iterations: 2,
    started_at: '2026-01-02T03:04:00Z',
  });
});

test('a server that goes on live after the history is left after the terminal event', async () => {
  expect(await readHistory({ stream: [{ send: [completed(3, 'x')], end: 'hang' }] })).toMatchObject({
    complete: true,
    final_output: 'x',
  });
});

test.each<[string, Routes, string]>([
  ['a cut history', { stream: [{ send: [started], end: 'cut' }] }, 'connection'],
  ['a silent server', { stream: [{ send: [started], end: 'hang' }] }, 'the server fell silent'],
  [
    'a missing scope',
    { stream: [{ status: 403, json: { error: 'insufficient_scope', required: 'execution:stream' } }] },
    'execution:stream',
  ],
])('%s is no error, but said', async (_name, routes, problem) => {
  const history = await readHistory(routes);
  expect(history.complete).toBe(false);
  expect(history.problem).toContain(problem);
});

/** Pages of a log of `length` events that ends with `last`; remembers the offsets asked for. */
function pagesOf(
  length: number,
  last: unknown,
): { offsets: number[]; read: (limit: number, offset: number) => Promise<unknown> } {
  const offsets: number[] = [];
  const log = Array.from({ length }, (_, index) =>
    index === length - 1 ? last : logEvent('WorkflowStateEntered', index % 60, { state_name: 'S' }),
  );
  return {
    offsets,
    async read(limit, offset) {
      offsets.push(offset);
      return { events: log.slice(offset, offset + limit) };
    },
  };
}

const end = logEvent('WorkflowExecutionCompleted', 9, { final_output: { notes: 'n' } });

test.each([
  [1, [0]],
  [99, [0]],
  [100, [0, 100]],
  [101, [0, 100]],
  [250, [0, 100, 200]],
  [1_000, [0, 100, 200, 400, 800, 1_600, 1_200, 1_000, 900]],
])('the end of a log of %i events is found by reading the pages at %j', async (length, offsets) => {
  const pages = pagesOf(length, end);
  expect(await readWorkflowHistory(pages.read)).toEqual({
    status: 'completed',
    final_output: { notes: 'n' },
    ended_at: '2026-01-02T03:04:09Z',
  });
  expect(pages.offsets).toEqual(offsets);
});

test('a failed workflow has its reason; a running or empty one has nothing', async () => {
  const failure = logEvent('WorkflowExecutionFailed', 9, { error: 'state timed out' });
  expect(await readWorkflowHistory(pagesOf(3, failure).read)).toMatchObject({
    status: 'failed',
    error: 'state timed out',
  });
  expect(await readWorkflowHistory(pagesOf(3, logEvent('WorkflowStateEntered', 1)).read)).toEqual({});
  expect(await readWorkflowHistory(async () => ({ events: [] }))).toEqual({});
});

test('a terminal event just before the last page is found too', async () => {
  const log = [
    ...Array(99).fill(logEvent('WorkflowStateEntered', 1)),
    end,
    logEvent('SubworkflowCompleted', 10),
  ];
  const read = async (limit: number, offset: number) => ({ events: log.slice(offset, offset + limit) });
  expect(await readWorkflowHistory(read)).toMatchObject({ status: 'completed' });
});
