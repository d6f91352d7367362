import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openStore } from '../../../src/sandbox/store.js';
import { manualClock } from './_clock.js';
import { createHarness, END, type Harness, TENANT, until, workflow } from './_engine.js';
import { caller, eventually, member, sandbox } from './_http.js';

const GATE = workflow(
  'gate',
  'REVIEW',
  `REVIEW: {kind: Human, prompt: "Go on?", timeout: 100s, default_response: "no", transitions: [{condition: input_equals_yes, target: END}]}\n${END}`,
);
const worker = 'A: {kind: Agent, agent: worker, input: x, transitions: []}';
const waiting = (harness: Harness) => harness.store.all<{ id: string }>('SELECT id FROM human_approvals');

/** The same store and clock in a new process, as far as the domain can tell. */
function restart(harness: Harness, clock = manualClock()): Harness {
  harness.stop();
  const next = createHarness({ worker: () => 'done' }, { store: harness.store, clock });
  next.resume();
  return next;
}

describe('after a restart', () => {
  it('a run paused in a Human state waits on, with the same approval and the time that was left', async () => {
    const first = createHarness({}, { clock: manualClock() });
    first.register(GATE);
    const id = first.start('gate');
    await until(() => waiting(first).length === 1);
    const [approval] = waiting(first);

    const clock = manualClock('2026-03-05T14:00:40.000Z');
    const second = restart(first, clock);
    await until(() => clock.sleeping()[0] === 60);
    expect(waiting(second)).toEqual([approval]);
    expect(second.run(id).status).toBe('running');
    expect(second.service.signal(id, TENANT, 'yes').ok).toBe(true);
    expect(await second.finished(id)).toMatchObject({ status: 'completed', current_state: 'END' });
    expect(second.eventTypes(id)).toEqual([
      'WorkflowExecutionStarted',
      'WorkflowStateEntered',
      'WorkflowStateExited',
      'WorkflowStateEntered',
      'WorkflowStateExited',
      'WorkflowExecutionCompleted',
    ]);
  });

  it('a wait that ended meanwhile takes its default at once', async () => {
    const first = createHarness({}, { clock: manualClock() });
    first.register(GATE);
    const id = first.start('gate');
    await until(() => waiting(first).length === 1);
    const second = restart(first, manualClock('2026-03-05T15:00:00.000Z'));
    const run = await second.finished(id);
    expect(run.state_outputs.REVIEW).toEqual({ response: 'no', timeout: true });
  });

  it('an answer given just before the process died is used', async () => {
    const first = createHarness({}, { clock: manualClock() });
    first.register(GATE);
    const id = first.start('gate');
    await until(() => waiting(first).length === 1);
    first.service.signal(id, TENANT, 'yes');
    const second = restart(first);
    expect(await second.finished(id)).toMatchObject({ status: 'completed', current_state: 'END' });
  });

  it('a run in any other state is failed with the reason in its log', async () => {
    const first = createHarness({ worker: () => 'hang' });
    first.register(workflow('busy', 'A', worker));
    const id = first.start('busy');
    await until(() => first.inputs.worker?.length === 1);
    const second = restart(first);
    expect(second.run(id).status).toBe('failed');
    const last = second.service.logs(id, 100, 0).at(-1);
    expect(last?.event_type).toBe('WorkflowExecutionFailed');
    expect(last?.details).toMatchObject({ error: 'orchestrator restarted' });
  });

  it('a run that waits for a paused subworkflow waits on as well', async () => {
    const first = createHarness({}, { clock: manualClock() });
    first.register(GATE);
    const outer = `S: {kind: Subworkflow, workflow_id: gate, mode: blocking, result_key: r, transitions: [{condition: on_success, target: END}]}\n${END}`;
    first.register(workflow('outer', 'S', outer));
    const id = first.start('outer');
    await until(() => waiting(first).length === 1);
    const second = restart(first, manualClock());
    const child = second.service.executions(TENANT, { limit: 1, offset: 0 })[0];
    second.service.signal(child?.execution_id ?? '', TENANT, 'yes');
    expect(await second.finished(id)).toMatchObject({ status: 'completed', current_state: 'END' });
    expect(second.service.executions(TENANT, { limit: 10, offset: 0 }).length).toBe(2);
  });

  it('finished runs and definitions are as they were', async () => {
    const first = createHarness({ worker: () => 'done' });
    first.register(workflow('quick', 'A', worker));
    const before = await first.finished(first.start('quick'));
    const second = restart(first);
    expect(second.run(before.execution_id)).toEqual(before);
    expect(second.service.find('quick', TENANT)?.name).toBe('quick');
  });
});

describe('a sandbox with a data directory', () => {
  const data = mkdtempSync(join(tmpdir(), 'aegis-workflows-'));
  afterAll(() => rmSync(data, { recursive: true, force: true }));

  it('keeps a pending approval over a restart, and approving it completes the run', async () => {
    const first = await sandbox({ data });
    const before = await caller(first);
    await before.call('POST', '/v1/workflows', GATE, 'text/yaml');
    const started = await before.call('POST', '/v1/workflows/gate/run', { input: null });
    const pending = () => before.call('GET', '/v1/human-approvals');
    const list = await eventually(pending, (json) => member(json, 'count') === 1);
    await first.close();

    const after = await caller(await sandbox({ data }));
    expect((await after.call('GET', '/v1/human-approvals')).json).toEqual(list.json);
    const id = member(list.json, 'pending_requests', 0, 'id');
    await after.call('POST', `/v1/human-approvals/${id}/approve`, {});
    const path = `/v1/workflows/executions/${member(started.json, 'execution_id')}`;
    const end = await eventually(
      () => after.call('GET', path),
      (json) => member(json, 'status') !== 'running',
    );
    expect(end.json).toMatchObject({ status: 'completed', current_state: 'END' });
  });
});

describe('a store on disk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aegis-workflows-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('can be opened by a second domain without losing a definition', () => {
    const file = join(folder, 'state.db');
    const store = openStore(file);
    createHarness({}, { store }).register(workflow('kept', 'END', END));
    store.close();
    const again = openStore(file);
    expect(createHarness({}, { store: again }).service.find('kept', TENANT)?.name).toBe('kept');
    again.close();
  });
});
