/** Runs that fail, retry, time out, hang, break off or wait for a person, read to their end through the tools. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { agentManifest, approvalWorkflow } from './_manifests.js';
import { type Json, openTools, type Tools } from './_tools.js';

const examples = join(import.meta.dirname, '..', '..', 'examples');
const example = (path: string): string => readFileSync(join(examples, path), 'utf8');

/** The events of one passed iteration that the history of a run keeps, in the live and the published form. */
const HISTORY = {
  live: ['execution_started', 'iteration_started', 'llm_interaction', 'iteration_completed'],
  documented: ['execution_started', 'iteration_started', 'iteration_completed'],
};

describe.each(['live', 'documented'] as const)('against a server of the %s routes', (dialect) => {
  let sandbox: Sandbox;
  let tools: Tools;
  beforeAll(async () => {
    sandbox = await startSandbox({ dialect, pace: 0 });
    tools = openTools({ url: sandbox.url }, { AEGIS_TOKEN: await sandbox.issueToken() });
  });
  afterAll(async () => {
    await tools.close();
    await sandbox.close();
  });

  async function start(name: string, labels: Readonly<Record<string, string>>): Promise<unknown> {
    const { agent_id } = await tools.must('deploy_agent', { manifest: agentManifest(name, labels) });
    return (await tools.must('start_execution', { agent_id, input: 'a b c' })).execution_id;
  }

  /** Reads on from cursor to cursor until the run has ended; types of all events delivered. */
  async function readInPieces(execution_id: unknown, bounds: Json): Promise<{ types: string[]; last: Json }> {
    const types: string[] = [];
    let cursor: unknown;
    for (let piece = 0; piece < 50; piece += 1) {
      const more = cursor === undefined ? {} : { cursor };
      const last = await tools.must('stream_execution', { execution_id, ...bounds, ...more });
      const events: Json[] = Array.isArray(last.events) ? last.events : [];
      types.push(...events.map(({ type }) => String(type)));
      cursor = last.cursor;
      if (last.reason === 'terminal') return { types, last };
    }
    throw new Error(`no end in sight: ${types.join()}`);
  }

  it('a failing run tells its reason after three iterations', async () => {
    const execution_id = await start('failing', { fail: 'disk full' });
    const end = { status: 'failed', terminal: true, error: 'Max retries exceeded', iterations: 3 };
    const digest = await tools.must('stream_execution', { execution_id });
    expect(digest).toMatchObject({ ...end, counts: { iteration_failed: 3, execution_failed: 1 } });
    expect(JSON.stringify(digest.events)).toContain('disk full');
    expect(await tools.must('get_execution', { execution_id })).toMatchObject({
      status: 'failed',
      error: 'Max retries exceeded',
    });
  });

  it('a run that is refined completes in its second iteration', async () => {
    const execution_id = await start('refined', { iterations: '2' });
    expect(await tools.must('stream_execution', { execution_id })).toMatchObject({
      status: 'completed',
      final_output: '3',
      iterations: 2,
      counts: { iteration_started: 2, refinement_applied: 1, execution_completed: 1 },
    });
  });

  it('a run out of time says so', async () => {
    const { spec, ...rest } = agentManifest('late', { hang: 'true' });
    const manifest = { ...rest, spec: { ...spec, security: { resources: { timeout: '1s' } } } };
    const { agent_id } = await tools.must('deploy_agent', { manifest });
    const { execution_id } = await tools.must('start_execution', { agent_id, input: 'x' });
    const live = { status: 'timed_out', error: 'timed out after 1 s' };
    const published = { status: 'failed', error: 'Execution timed out' };
    const digest = await tools.must('stream_execution', { execution_id });
    expect(digest).toMatchObject({ terminal: true, ...(dialect === 'live' ? live : published) });
    expect(await tools.must('get_execution', { execution_id })).toMatchObject({
      status: 'failed',
      error: 'Execution timed out after 1s',
    });
  });

  it('a stream that is cut off is opened again and told completely', async () => {
    const execution_id = await start('cut', { 'abort-stream-after': '2', 'delay-ms': '200' });
    const digest = await tools.must('stream_execution', { execution_id });
    expect(digest).toMatchObject({
      status: 'completed',
      reason: 'terminal',
      final_output: '3',
      reconnects: 1,
    });
    const counted = Object.entries(Object(digest.counts));
    for (const type of [...HISTORY[dialect], 'execution_completed'])
      expect(counted).toContainEqual([type, 1]);
  });

  it('a run that hangs is left alone after max_seconds, and read on from the cursor', async () => {
    const execution_id = await start('hanging', { hang: 'true' });
    const digest = await tools.must('stream_execution', { execution_id, max_seconds: 1 });
    expect(digest).toMatchObject({ status: 'running', terminal: false, reason: 'max_seconds' });
    expect(await tools.must('get_execution', { execution_id })).toMatchObject({ status: 'running' });
    await tools.must('cancel_execution', { execution_id, reason: 'enough' });
    const rest = await tools.must('stream_execution', { execution_id, cursor: digest.cursor });
    const end = dialect === 'live' ? 'execution_cancelled' : 'execution_failed';
    expect(rest).toMatchObject({ reason: 'terminal', counts: { [end]: 1 } });
    expect(Object(rest).counts.execution_started).toBeUndefined();
  });

  it('max_events with the cursor delivers every event exactly once', async () => {
    const execution_id = await start('pieces', {});
    await tools.must('stream_execution', { execution_id });
    const { types, last } = await readInPieces(execution_id, { max_events: 1 });
    expect(types).toEqual([...HISTORY[dialect], 'execution_completed']);
    expect(last).toMatchObject({ status: 'completed', final_output: '3' });
  });

  it('max_seconds with the cursor delivers every event of a run under way exactly once', async () => {
    const execution_id = await start('slow', { iterations: '3', 'delay-ms': '450' });
    const { types } = await readInPieces(execution_id, { max_seconds: 1 });
    const count = (type: string): number => types.filter((each) => each === type).length;
    expect(types[0]).toBe('execution_started');
    expect(types.at(-1)).toBe('execution_completed');
    const kinds = ['execution_started', 'iteration_started', 'iteration_completed', 'refinement_applied'];
    expect(kinds.map(count)).toEqual([1, 3, 3, 2]);
  });

  it('the history of an agent ends by itself, whether the server closes it or not', async () => {
    const { agent_id } = await tools.must('deploy_agent', { manifest: agentManifest('history') });
    const { execution_id } = await tools.must('start_execution', { agent_id, input: 'x' });
    await tools.must('stream_execution', { execution_id });
    expect(await tools.must('stream_agent_events', { agent_id, follow: false })).toMatchObject({
      reason: 'ended',
      executions: [{ execution_id, status: 'completed' }],
    });
  });

  it('an approval that nobody gives in time takes the default answer', async () => {
    const payload = approvalWorkflow('unanswered', { timeout: '1s', default_response: 'no' });
    await tools.must('register_workflow', { payload });
    const { execution_id } = await tools.must('run_workflow', { name: 'unanswered' });
    expect(await tools.must('stream_workflow_execution_logs', { execution_id })).toMatchObject({
      status: 'completed',
      final_output: { decision: 'no' },
    });
    expect(await tools.must('list_pending_approvals')).toMatchObject({ pending_requests: [], count: 0 });
  });

  it('an approval without a default answer fails the run when its time is over', async () => {
    await tools.must('register_workflow', { payload: approvalWorkflow('overdue', { timeout: '1s' }) });
    const { execution_id } = await tools.must('run_workflow', { name: 'overdue' });
    const digest = await tools.must('stream_workflow_execution_logs', { execution_id });
    expect(digest).toMatchObject({ status: 'failed', terminal: true });
    expect(digest.error).toContain('Human input timeout');
  });

  it('two reviewers at once agree, and the third agent writes it up', async () => {
    for (const name of ['code-reviewer', 'release-notes'])
      await tools.must('deploy_agent', { manifest: example(`agents/${name}.yaml`) });
    await tools.must('register_workflow', { payload: example('workflows/review-panel.yaml') });
    const start = { name: 'review-panel', input: { change: 'Adds a page.' } };
    const { execution_id } = await tools.must('run_workflow', start);
    const digest = await tools.must('stream_workflow_execution_logs', { execution_id });
    expect(digest).toMatchObject({ status: 'completed', terminal: true });
    const entered = Object(digest)
      .events.filter(({ type }: Json) => type === 'workflow_state_entered')
      .map(({ state }: Json) => state);
    expect(entered).toEqual(['PANEL', 'WRITE_UP']);
    expect(Object(digest.final_output).summary).toMatch(/^Reviewed with a score of 0/);
  });
});
