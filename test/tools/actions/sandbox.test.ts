import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpClient } from '../../../src/client/client.js';
import type { HttpClient, Method } from '../../../src/client/types.js';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.js';
import type { Digest } from '../../../src/tools/actions/digest.js';
import { readExecutionHistory, readWorkflowHistory } from '../../../src/tools/actions/final-output.js';
import { type StreamBounds, streamExecution } from '../../../src/tools/actions/stream-execution.js';
import { streamWorkflowLogs } from '../../../src/tools/actions/stream-workflow-logs.js';
import { asList, asObject } from '../../../src/tools/manifest/values.js';
import { readManifest } from '../../../src/tools/manifest/yaml.js';
import { opener } from './_stream-server.js';

let sandbox: Sandbox;
let http: HttpClient;
const agents = new Map<string, unknown>();

const example = (path: string) =>
  readFileSync(new URL(`../../../examples/${path}.yaml`, import.meta.url), 'utf8');

beforeAll(async () => {
  sandbox = await startSandbox({ open: true, pace: 1 });
  http = createHttpClient({ baseUrl: sandbox.url });
  for (const name of ['word-counter', 'code-reviewer', 'release-notes']) {
    const manifest = await readManifest(example(`agents/${name}`));
    agents.set(name, asObject(await send('POST', '/v1/agents', JSON.stringify(manifest))).agent_id);
  }
});

afterAll(async () => {
  await http.close();
  await sandbox.close();
});

async function send(
  method: Method,
  path: string,
  data?: string,
  query: [string, string][] = [],
): Promise<unknown> {
  const body = data === undefined ? {} : { body: { type: 'application/json', data } };
  const signal = AbortSignal.timeout(10_000);
  const { bytes } = await http.send({ method, path, query, ...body }, { signal });
  return JSON.parse(new TextDecoder().decode(bytes));
}

async function execute(agent: string, input: string): Promise<string> {
  const path = `/v1/agents/${agents.get(agent)}/execute`;
  return String(asObject(await send('POST', path, JSON.stringify({ input }))).execution_id);
}

const quiet = { signal: new AbortController().signal, progress: () => undefined };

function followExecution(id: string, bounds: StreamBounds = {}): Promise<Digest> {
  const record = `/v1/executions/${id}`;
  return streamExecution(
    { execution_id: id, max_seconds: 10, ...bounds },
    {
      ...quiet,
      stream: opener(http, `${record}/events`),
      readRecord: () => send('GET', record),
    },
  );
}

const readPage = (record: string) => (limit: number, offset: number) =>
  send('GET', `${record}/logs`, undefined, [
    ['limit', String(limit)],
    ['offset', String(offset)],
  ]);

function followWorkflow(id: string, bounds: StreamBounds = {}): Promise<Digest> {
  const record = `/v1/workflows/executions/${id}`;
  return streamWorkflowLogs(
    { execution_id: id, max_seconds: 10, ...bounds },
    {
      ...quiet,
      stream: opener(http, `${record}/logs/stream`),
      readRecord: () => send('GET', record),
      readPage: readPage(record),
    },
  );
}

async function run(workflow: string, input: Record<string, string>): Promise<string> {
  await send('POST', '/v1/workflows', example(`workflows/${workflow}`));
  const started = await send('POST', `/v1/workflows/${workflow}/run`, JSON.stringify({ input }));
  return String(asObject(started).execution_id);
}

test('the word counter counts, live and from its history', async () => {
  const id = await execute('word-counter', 'one two three four');
  expect(await followExecution(id)).toMatchObject({ status: 'completed', final_output: '4', iterations: 1 });
  const path = `/v1/executions/${id}/events`;
  const history = await readExecutionHistory({
    ...quiet,
    stream: (signal) => opener(http, path)(signal, [['follow', 'false']]),
  });
  expect(history).toMatchObject({ complete: true, status: 'completed', final_output: '4', iterations: 1 });
});

test('an execution nobody knows is not found', async () => {
  await expect(followExecution('00000000-0000-4000-8000-000000000000')).rejects.toMatchObject({
    code: 'not_found',
  });
});

test('review-and-publish waits for a person and goes on from the cursor after the answer', async () => {
  const id = await run('review-and-publish', { changes: 'Faster start.', release: '1.4.0' });
  const paused = await followWorkflow(id, { max_events: 6 });
  expect(paused).toMatchObject({ status: 'running', reason: 'max_events' });
  expect(paused.events.at(-1)).toMatchObject({ type: 'workflow_state_entered', state: 'REVIEW' });
  const queue = asObject(await send('GET', '/v1/human-approvals'));
  const [request] = asList(queue.pending_requests).map(asObject);
  await send('POST', `/v1/human-approvals/${request?.id}/approve`, '{}');
  const rest = await followWorkflow(id, { cursor: paused.cursor });
  expect(rest).toMatchObject({
    status: 'completed',
    final_output: { notes: expect.stringContaining('Faster start.'), decision: 'yes' },
  });
  expect(rest.events.map(({ type, state }) => [type, state])).toEqual([
    ['workflow_state_exited', 'REVIEW'],
    ['workflow_state_entered', 'PUBLISH'],
    ['workflow_state_exited', 'PUBLISH'],
    ['workflow_execution_completed', undefined],
  ]);
  const record = `/v1/workflows/executions/${id}`;
  expect(await readWorkflowHistory(readPage(record))).toMatchObject({ final_output: { decision: 'yes' } });
});

test('review-panel runs to its end', async () => {
  const id = await run('review-panel', { change: 'A small change.' });
  const digest = await followWorkflow(id);
  expect(digest).toMatchObject({ status: 'completed', terminal: true });
  expect(digest.counts.workflow_state_entered).toBe(2);
});

test('a workflow execution nobody knows is not found', async () => {
  await expect(followWorkflow('00000000-0000-4000-8000-000000000000')).rejects.toMatchObject({
    code: 'not_found',
  });
});
