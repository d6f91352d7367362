import { expect, test } from 'vitest';
import {
  type StreamCanvasArgs,
  streamCanvasEvents,
} from '../../../src/tools/actions/stream-canvas-events.js';
import { refusalOf } from '../_rows.js';
import {
  closeAfterEach,
  collect,
  opener,
  QUICK,
  type Routes,
  readJson,
  type StreamServer,
  serveStreams,
} from './_stream-server.js';

const SESSION = 'ca27a500-0d0e-4b8e-9c43-6b1f5b1a0c01';
const opened = closeAfterEach();

const serve = async (routes: Routes): Promise<StreamServer> => opened(await serveStreams(routes));
const session = (status: string) => () => ({ status: 200, json: { id: SESSION, status } });
const written = (second: number) => ({
  FilesWrittenByAgent: {
    session_id: SESSION,
    file_count: second,
    written_at: `2026-05-08T10:00:0${second}Z`,
  },
});
const terminated = { SessionTerminated: { session_id: SESSION, terminated_at: '2026-05-08T10:00:09Z' } };

function read(server: StreamServer, args: Partial<StreamCanvasArgs> = {}) {
  return streamCanvasEvents(
    { session_id: SESSION, max_seconds: 5, ...args },
    {
      ...collect(),
      stream: opener(server.http, `/v1/canvas/sessions/${SESSION}/events`),
      readRecord: () => readJson(server, `/v1/canvas/sessions/${SESSION}`),
      timing: QUICK,
    },
  );
}

test('the session is read to its end', async () => {
  const server = await serve({ stream: [{ send: [written(1), terminated], end: 'hang' }] });
  expect(await read(server)).toEqual({
    status: 'terminated',
    terminal: true,
    reason: 'terminal',
    counts: { files_written_by_agent: 1, session_terminated: 1 },
    events: [
      {
        type: 'files_written_by_agent',
        timestamp: '2026-05-08T10:00:01Z',
        data: {
          session_id: SESSION,
          file_count: 1,
          written_at: '2026-05-08T10:00:01Z',
        },
      },
      {
        type: 'session_terminated',
        timestamp: '2026-05-08T10:00:09Z',
        data: {
          session_id: SESSION,
          terminated_at: '2026-05-08T10:00:09Z',
        },
      },
    ],
    omitted_events: 0,
    reconnects: 0,
  });
});

test('a bound leaves the session as it is', async () => {
  const server = await serve({
    stream: [{ send: [written(1), written(2)], end: 'hang' }],
    read: session('Ready'),
  });
  expect(await read(server, { max_events: 2 })).toMatchObject({
    status: 'ready',
    terminal: false,
    reason: 'max_events',
    counts: { files_written_by_agent: 2 },
  });
});

test('a stream that the server closes is opened again, and the gap is told', async () => {
  const server = await serve({
    stream: [
      { send: [written(1)], end: 'close' },
      { send: [terminated], end: 'hang' },
    ],
    read: session('Idle'),
  });
  const digest = await read(server);
  expect(digest).toMatchObject({ status: 'terminated', reason: 'terminal', reconnects: 1 });
  expect(digest.gaps).toContain('no history');
  expect(digest).not.toHaveProperty('cursor');
});

test('a session that had ended before is told by its record', async () => {
  const server = await serve({ stream: [{ send: [], end: 'hang' }], read: session('Terminated') });
  expect(await read(server)).toMatchObject({ status: 'terminated', terminal: true, counts: {} });
});

test('a session that is not there is a failure', async () => {
  const server = await serve({ stream: [{ status: 404, json: { error: 'session not found' } }] });
  expect(await refusalOf(() => read(server))).toMatchObject({ code: 'not_found' });
});
