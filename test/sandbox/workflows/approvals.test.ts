import { describe, expect, it } from 'vitest';
import { manualClock } from './_clock.js';
import { createHarness, END, type Harness, TENANT, until, workflow } from './_engine.js';
import { type Caller, caller, eventually, member, sandbox, sharedSandbox } from './_http.js';

const REVIEW = `REVIEW: {kind: Human, prompt: "Publish {{workflow.what}}?", TRANSITIONS}
YES: {kind: System, command: echo yes, transitions: []}
NO: {kind: System, command: echo no, transitions: []}
${END}`;
const BRANCHES =
  'transitions: [{condition: input_equals_yes, target: YES}, {condition: input_equals_no, target: NO}, {condition: always, target: END}]';
const review = (extra = '') =>
  workflow('gate', 'REVIEW', REVIEW.replace('TRANSITIONS', `${extra}${extra && ', '}${BRANCHES}`));

/** A caller of a sandbox with one run paused in its Human state. */
async function paused(): Promise<{ user: Caller; run: string; approval: string }> {
  const user = await caller(await sandbox());
  await user.call('POST', '/v1/workflows', review(), 'text/yaml');
  const started = await user.call('POST', '/v1/workflows/gate/run', { input: { what: 'it' } });
  const list = await eventually(
    () => user.call('GET', '/v1/human-approvals'),
    (json) => member(json, 'count') === 1,
  );
  const run = String(member(started.json, 'execution_id'));
  return { user, run, approval: String(member(list.json, 'pending_requests', 0, 'id')) };
}

const ended = (user: Caller, run: string) =>
  eventually(
    () => user.call('GET', `/v1/workflows/executions/${run}`),
    (json) => member(json, 'status') !== 'running',
  );

describe('a pending approval', () => {
  it('is listed and read with the keys of the contract', async () => {
    const { user, run, approval } = await paused();
    const list = await user.call('GET', '/v1/human-approvals');
    const request = {
      id: approval,
      execution_id: run,
      tenant_id: 'aegis-system',
      prompt: 'Publish it?',
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      timeout_seconds: 3600,
    };
    expect(list.json).toEqual({ count: 1, pending_requests: [request] });
    const one = await user.call('GET', `/v1/human-approvals/${approval}`);
    expect([one.status, one.json]).toEqual([200, { request }]);
  });

  it('is approved: the run goes on with yes, and the record is gone', async () => {
    const { user, run, approval } = await paused();
    const body = { feedback: 'Looks good', approved_by: 'alice@example.com' };
    const answer = await user.call('POST', `/v1/human-approvals/${approval}/approve`, body);
    expect([answer.status, answer.json]).toEqual([200, { status: 'approved', request_id: approval }]);
    const end = await ended(user, run);
    expect(end.json).toMatchObject({
      status: 'completed',
      current_state: 'YES',
      state_outputs: { REVIEW: { response: 'yes', timeout: false, ...body } },
    });
    const list = await user.call('GET', '/v1/human-approvals');
    expect(list.json).toEqual({ count: 0, pending_requests: [] });
  });

  it('is rejected with a reason: the run goes on with no', async () => {
    const { user, run, approval } = await paused();
    const body = { reason: 'Needs citations', rejected_by: 'bob' };
    const answer = await user.call('POST', `/v1/human-approvals/${approval}/reject`, body);
    expect(answer.json).toEqual({ status: 'rejected', request_id: approval });
    const end = await ended(user, run);
    expect(end.json).toMatchObject({
      current_state: 'NO',
      state_outputs: { REVIEW: { response: 'no', timeout: false, ...body } },
    });
  });

  it('is removed by a signal with any text', async () => {
    const { user, run, approval } = await paused();
    const sent = await user.call('POST', `/v1/workflows/executions/${run}/signal`, { response: 'later' });
    expect([sent.status, sent.json]).toEqual([202, { status: 'signal_sent', execution_id: run }]);
    const gone = await user.call('GET', `/v1/human-approvals/${approval}`);
    expect([gone.status, gone.json]).toEqual([200, { error: 'Request not found or already completed' }]);
    const end = await ended(user, run);
    expect(end.json).toMatchObject({
      current_state: 'END',
      state_outputs: { REVIEW: { response: 'later' } },
    });
  });

  it('is invisible to another tenant', async () => {
    const target = await sandbox();
    const [user, stranger] = [await caller(target), await caller(target, { tenant: 'other' })];
    await user.call('POST', '/v1/workflows', review(), 'text/yaml');
    await user.call('POST', '/v1/workflows/gate/run', { input: {} });
    const list = await eventually(
      () => user.call('GET', '/v1/human-approvals'),
      (json) => member(json, 'count') === 1,
    );
    const id = member(list.json, 'pending_requests', 0, 'id');
    const refusal = { error: 'Request not found or already completed' };
    expect((await stranger.call('GET', '/v1/human-approvals')).json).toEqual({
      count: 0,
      pending_requests: [],
    });
    expect((await stranger.call('GET', `/v1/human-approvals/${id}`)).json).toEqual(refusal);
    expect((await stranger.call('POST', `/v1/human-approvals/${id}/approve`, {})).json).toEqual(refusal);
  });
});

describe('refusals of the approval routes', () => {
  const shared = sharedSandbox();

  it.each([
    ['GET', '/v1/human-approvals/nope', undefined],
    ['POST', '/v1/human-approvals/nope/approve', {}],
    ['POST', '/v1/human-approvals/nope/reject', { reason: 'r' }],
  ])('%s %s is 200 with the error Invalid request ID', async (method, path, body) => {
    const user = await caller(shared());
    const answer = await user.call(method, path, body);
    expect([answer.status, answer.json]).toEqual([200, { error: 'Invalid request ID' }]);
  });

  it('want a JSON body even to approve, and a reason to reject', async () => {
    const user = await caller(shared());
    const path = '/v1/human-approvals/5b0c5a5e-0a54-4b9c-8f57-6a3a1f0d0001';
    const bare = await user.call('POST', `${path}/approve`);
    const broken = await user.call('POST', `${path}/approve`, '{');
    const unreasoned = await user.call('POST', `${path}/reject`, {});
    const wrong = await user.call('POST', `${path}/approve`, { feedback: 3 });
    const statuses = [bare, broken, unreasoned, wrong].map((answer) => [
      answer.status,
      answer.type.split(';')[0],
    ]);
    expect(statuses).toEqual([
      [415, 'text/plain'],
      [400, 'text/plain'],
      [422, 'text/plain'],
      [422, 'text/plain'],
    ]);
  });

  it('ask for the scope of each operation', async () => {
    const user = await caller(shared(), { scopes: ['approval:list'] });
    const answer = await user.call('POST', '/v1/human-approvals/nope/approve', {});
    expect([answer.status, answer.json]).toEqual([
      403,
      { error: 'insufficient_scope', required: 'approval:approve' },
    ]);
  });
});

describe('races', () => {
  it('of two approvals sent at once exactly one wins', async () => {
    const { user, run, approval } = await paused();
    const send = () => user.call('POST', `/v1/human-approvals/${approval}/approve`, {});
    const answers = await Promise.all([send(), send(), send()]);
    const won = answers.filter((answer) => member(answer.json, 'status') === 'approved');
    const lost = answers.filter((answer) => member(answer.json, 'error') !== undefined);
    expect([won.length, lost.length]).toEqual([1, 2]);
    expect(lost[0]?.json).toEqual({ error: 'Request not found or already completed' });
    expect((await ended(user, run)).json).toMatchObject({ current_state: 'YES' });
  });

  it('approve and reject at once: the state output is that of the winner', async () => {
    const { user, run, approval } = await paused();
    const [approved] = await Promise.all([
      user.call('POST', `/v1/human-approvals/${approval}/approve`, {}),
      user.call('POST', `/v1/human-approvals/${approval}/reject`, { reason: 'r' }),
    ]);
    const winner = member(approved.json, 'status') === 'approved' ? 'YES' : 'NO';
    expect((await ended(user, run)).json).toMatchObject({ current_state: winner });
  });

  it('approve and signal in one turn: the first counts, the second is dropped', async () => {
    const harness = createHarness();
    const id = await pause(harness);
    const first = harness.service.signal(id, TENANT, 'no');
    const second = harness.service.signal(id, TENANT, 'yes');
    expect([first.ok, second.ok]).toEqual([true, true]);
    expect((await harness.finished(id)).current_state).toBe('NO');
  });

  it('cancel while waiting: the approval is gone and a signal is refused', async () => {
    const { user, run, approval } = await paused();
    const cancel = await user.call('POST', `/v1/workflows/executions/${run}/cancel`);
    expect([cancel.status, cancel.json]).toEqual([202, { status: 'cancel_requested', execution_id: run }]);
    const approve = await user.call('POST', `/v1/human-approvals/${approval}/approve`, {});
    expect(approve.json).toEqual({ error: 'Request not found or already completed' });
    const signal = await user.call('POST', `/v1/workflows/executions/${run}/signal`, { response: 'yes' });
    expect([signal.status, signal.json]).toEqual([500, { error: 'workflow execution already completed' }]);
    expect((await ended(user, run)).json).toMatchObject({ status: 'cancelled' });
  });
});

/** Starts `gate` and waits until it is paused. */
async function pause(harness: Harness, extra = ''): Promise<string> {
  harness.register(review(extra));
  const id = harness.start('gate');
  await until(() => harness.store.get('SELECT 1 FROM human_approvals') !== undefined);
  return id;
}

describe('the answer', () => {
  const answers: readonly (readonly [string, string])[] = [
    ...['yes', 'y', '1', 'approve', 'approved', 'true', 'YES', 'Approved'].map(
      (text) => [text, 'YES'] as const,
    ),
    ...['no', 'n', '0', 'reject', 'rejected', 'false', 'No'].map((text) => [text, 'NO'] as const),
    ['maybe', 'END'],
  ];

  it.each(answers)('%s leads to %s', async (response, expected) => {
    const harness = createHarness();
    const id = await pause(harness);
    harness.service.signal(id, TENANT, response);
    expect((await harness.finished(id)).current_state).toBe(expected);
  });

  it('is dropped when it comes before the state is entered', async () => {
    const harness = createHarness();
    harness.register(review());
    const id = harness.start('gate');
    expect(harness.service.signal(id, TENANT, 'yes').ok).toBe(true);
    await until(() => harness.store.get('SELECT 1 FROM human_approvals') !== undefined);
    expect(harness.run(id).status).toBe('running');
  });
});

describe('when nobody answers', () => {
  it('default_response counts, with timeout true, and the approval disappears', async () => {
    const clock = manualClock();
    const harness = createHarness({}, { clock });
    const id = await pause(harness, 'timeout: 90s, default_response: "no"');
    await until(() => clock.sleeping()[0] === 90);
    clock.advance(89);
    expect(harness.run(id).status).toBe('running');
    clock.advance(1);
    const run = await harness.finished(id);
    expect(run.current_state).toBe('NO');
    expect(run.state_outputs.REVIEW).toEqual({ response: 'no', timeout: true });
    expect(harness.store.all('SELECT id FROM human_approvals')).toEqual([]);
  });

  it('the run fails without default_response, after 3600 s by default', async () => {
    const clock = manualClock();
    const harness = createHarness({}, { clock });
    const id = await pause(harness);
    await until(() => clock.sleeping()[0] === 3600);
    clock.advance(3600);
    expect((await harness.finished(id)).status).toBe('failed');
    expect(harness.service.logs(id, 100, 0).at(-1)?.details).toMatchObject({ error: 'Human input timeout' });
    expect(harness.store.all('SELECT id FROM human_approvals')).toEqual([]);
  });

  it('an answer in the last moment wins over the end of the time', async () => {
    const clock = manualClock();
    const harness = createHarness({}, { clock });
    const id = await pause(harness, 'timeout: 90s');
    await until(() => clock.sleeping()[0] === 90);
    harness.service.signal(id, TENANT, 'yes');
    clock.advance(90);
    expect((await harness.finished(id)).current_state).toBe('YES');
  });

  it('a timeout of weeks is waited for in full', async () => {
    const clock = manualClock();
    const harness = createHarness({}, { clock });
    const id = await pause(harness, 'timeout: 30days, default_response: "yes"');
    for (let day = 0; day < 30; day += 1) {
      expect(harness.run(id).status).toBe('running');
      await until(() => clock.sleeping().length === 1);
      clock.advance(86_400);
    }
    expect((await harness.finished(id)).current_state).toBe('YES');
  });
});
