import { expect, test } from 'vitest';
import {
  type AgentEventsDigest,
  type StreamAgentEventsArgs,
  streamAgentEvents,
} from '../../../src/tools/actions/stream-agent-events.js';
import { completed, consoleOutput, iterationStarted, started } from './_events.js';
import {
  AGENT,
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

const known = () => ({ status: 200, json: { id: AGENT, name: 'word-counter' } });

function read(server: StreamServer, args: Partial<StreamAgentEventsArgs> = {}): Promise<AgentEventsDigest> {
  return streamAgentEvents(
    { agent_id: AGENT, max_seconds: 5, ...args },
    {
      ...collect(),
      stream: opener(server.http, `/v1/agents/${AGENT}/events`),
      readRecord: () => readJson(server, `/v1/agents/${AGENT}`),
      timing: QUICK,
    },
  );
}

const OTHER = '11111111-0b52-4d55-9b0f-2f0f5a1f6f11';

/** The same event of another execution. */
function elsewhere(event: unknown): unknown {
  return JSON.parse(JSON.stringify(event).replaceAll(EXECUTION, OTHER));
}

test('live mode is asked for, and an end of one execution is no end of the stream', async () => {
  const server = await serve({
    stream: [{ send: [started, completed(1, 'a'), elsewhere(started)], end: 'hang' }],
    read: known,
  });
  const digest = await read(server, { max_seconds: 1 });
  expect(server.requests[0]).toBe(`GET /v1/agents/${AGENT}/events?follow=true`);
  expect(digest).toMatchObject({
    reason: 'max_seconds',
    counts: { execution_started: 2, execution_completed: 1 },
    executions: [
      { execution_id: EXECUTION, status: 'completed' },
      { execution_id: OTHER, status: 'running' },
    ],
  });
  expect(digest).not.toHaveProperty('status');
});

test('the history alone ends where the server closes it', async () => {
  const server = await serve({
    stream: [{ send: [started, completed(1, 'a')], end: 'close' }],
    read: known,
  });
  const digest = await read(server, { follow: false });
  expect(server.requests[0]).toBe(`GET /v1/agents/${AGENT}/events?follow=false`);
  expect(digest).toMatchObject({
    reason: 'ended',
    reconnects: 0,
    counts: { execution_started: 1, execution_completed: 1 },
  });
});

test('cuts are normal here: reading goes on past any number of them', async () => {
  const cut = { send: [started], end: 'cut' } as const;
  const server = await serve({
    stream: [
      ...Array.from({ length: 9 }, () => cut),
      { send: [started, consoleOutput(2, 'late')], end: 'hang' },
    ],
    read: known,
  });
  const digest = await read(server, { max_events: 2 });
  expect(digest).toMatchObject({ reason: 'max_events', reconnects: 9 });
  expect(digest.gaps).toContain('console_output');
});

test('the cursor continues without repeating the history of any execution', async () => {
  const send = [started, iterationStarted(1, 1), elsewhere(iterationStarted(1, 1)), consoleOutput(2, 'x')];
  const server = await serve({ stream: [{ send, end: 'hang' }], read: known });
  const first = await read(server, { max_events: 2 });
  const second = await read(server, { max_events: 2, cursor: first.cursor });
  expect(second.events.map((event) => [event.type, event.execution_id])).toEqual([
    ['iteration_started', OTHER],
    ['console_output', EXECUTION],
  ]);
});

test('an unknown agent is not found', async () => {
  const server = await serve({
    stream: [{ send: [], end: 'cut' }],
    read: () => ({ status: 404, json: { error: 'agent not found' } }),
  });
  await expect(read(server)).rejects.toMatchObject({ code: 'not_found' });
});

test('a server that is not there is an error, however often cuts are normal', async () => {
  const server = await serve({ stream: [{ status: 503, json: { error: 'starting' } }], read: known });
  await expect(read(server)).rejects.toMatchObject({ code: 'unavailable' });
});
