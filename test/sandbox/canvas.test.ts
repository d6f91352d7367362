import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createAgents } from '../../src/sandbox/agents.js';
import { createBus } from '../../src/sandbox/bus.js';
import type { CanvasEvent } from '../../src/sandbox/canvas/events.js';
import { CanvasSessions } from '../../src/sandbox/canvas/sessions.js';
import { streamSession } from '../../src/sandbox/canvas/stream.js';
import { systemClock } from '../../src/sandbox/clock.js';
import { createExecutions } from '../../src/sandbox/executions.js';
import { startSandbox } from '../../src/sandbox/index.js';
import type { ActivityEvent, Identity } from '../../src/sandbox/kernel.js';
import { openStore } from '../../src/sandbox/store.js';
import {
  type Call,
  caller,
  deploy,
  execute,
  manifest,
  shareSandbox,
  useDirectory,
  useSandbox,
  waitForStatus,
} from './_sandbox.js';

const MISSING = '6f1c2f3e-0b52-4d55-9b0f-2f0f5a1f6f11';
const CONVERSATION = '0e1d2c3b-4a59-4687-9788-96a5b4c3d2e1';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const OWNER: Identity = {
  ...{ kind: 'service_account', subject: 's', realm: 'aegis-system', clientId: 'c', tenant: 't' },
  ...{ role: undefined, tier: undefined, scopes: new Set() },
};
const SESSIONS = '/v1/canvas/sessions';

type Json = ReturnType<typeof JSON.parse>;

async function create(call: Call, parts: Readonly<Record<string, unknown>> = {}): Promise<Json> {
  const answer = await call('POST', SESSIONS, { json: { workspace_mode: 'Ephemeral', ...parts } });
  expect([answer.status, answer.text]).toEqual([201, answer.text]);
  return answer.json;
}

/** Binds a repository and waits for its clone; one of `hang.invalid` is never ready. */
async function bind(call: Call, host = 'example.com'): Promise<{ id: string; volume_id: string }> {
  const json = { repo_url: `https://${host}/site.git`, label: host };
  const { id } = (await call('POST', '/v1/storage/git', { json })).json;
  for (;;) {
    const binding = (await call('GET', `/v1/storage/git/${id}`)).json;
    if (binding.status === 'Ready' || host === 'hang.invalid') return binding;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe.each(['live', 'documented'] as const)('canvas sessions of the %s dialect', (dialect) => {
  const sandbox = shareSandbox({ dialect });

  test('are created with a conversation and a volume of their own', async () => {
    const session = await create(await caller(sandbox()), { git_binding_id: MISSING });
    expect(session).toEqual({
      id: expect.stringMatching(UUID),
      tenant_id: 'aegis-system',
      conversation_id: expect.stringMatching(UUID),
      workspace_volume_id: expect.stringMatching(UUID),
      git_binding_id: null,
      workspace_mode: 'Ephemeral',
      status: 'Initializing',
      name: null,
      archived: false,
      created_at: expect.stringMatching(TIME),
      last_active_at: session.created_at,
    });
  });

  test('keep the conversation and the name that were given', async () => {
    const parts = { conversation_id: CONVERSATION.toUpperCase(), name: 'studio' };
    expect(await create(await caller(sandbox()), parts)).toMatchObject({
      conversation_id: CONVERSATION,
      name: 'studio',
    });
  });

  test('of one tenant share the persistent volume of a label', async () => {
    const call = await caller(sandbox());
    const other = await caller(sandbox(), { user: 'pro@sandbox.local' });
    const mode = (label: string) => ({ workspace_mode: { Persistent: { volume_label: label } } });
    const first = await create(call, mode('site'));
    expect(first.workspace_mode).toEqual({ Persistent: { volume_label: 'site' } });
    expect((await create(call, mode('site'))).workspace_volume_id).toBe(first.workspace_volume_id);
    expect((await create(call, mode('blog'))).workspace_volume_id).not.toBe(first.workspace_volume_id);
    expect((await create(other, mode('site'))).workspace_volume_id).not.toBe(first.workspace_volume_id);
  });

  test.each([
    ['free', [201, 403, 403]],
    ['pro', [201, 201, 403]],
    ['business', [201, 201, 403]],
    ['enterprise', [201, 201, 404]],
  ])('of tier %s have the modes of that tier', async (tier, statuses) => {
    const call = await caller(sandbox(), { user: `${tier}@sandbox.local` });
    const modes = [
      'Ephemeral',
      { Persistent: { volume_label: 'v' } },
      { GitLinked: { binding_id: MISSING } },
    ];
    const answers = modes.map((workspace_mode) => call('POST', SESSIONS, { json: { workspace_mode } }));
    const seen = await Promise.all(answers);
    expect(seen.map(({ status }) => status)).toEqual(statuses);
    const refusals = seen.filter(({ status }) => status === 403).map(({ json }) => json.error);
    expect(new Set(refusals).size).toBe(refusals.length > 0 ? 1 : 0);
  });

  test('are renamed and archived; null changes nothing', async () => {
    const call = await caller(sandbox());
    const { id } = await create(call, { name: 'before' });
    const change = async (json: object) => (await call('PATCH', `${SESSIONS}/${id}`, { json })).json;
    expect(await change({ name: 'after' })).toMatchObject({ id, name: 'after', archived: false });
    expect(await change({ name: null, archived: null })).toMatchObject({ name: 'after', archived: false });
    expect(await change({ archived: true })).toMatchObject({ name: 'after', archived: true });
    expect(await change({})).toEqual((await call('GET', `${SESSIONS}/${id}`)).json);
  });

  test('are listed newest first, archived ones only on demand', async () => {
    const call = await caller(sandbox(), { tenant: `list-${dialect}` });
    const [first, second] = [await create(call), await create(call)];
    await call('PATCH', `${SESSIONS}/${first.id}`, { json: { archived: true } });
    const ids = async (query: string) =>
      (await call('GET', `${SESSIONS}${query}`)).json.map((session: Json) => session.id);
    expect(await ids('')).toEqual([second.id]);
    expect(await ids('?archived=false')).toEqual([second.id]);
    expect(await ids('?archived=true')).toEqual([second.id, first.id]);
  });

  test('belong to the tenant of the token, whatever X-Tenant-Id says', async () => {
    const call = await caller(sandbox());
    const headers = { 'x-tenant-id': 'acme' };
    const answer = await call('POST', SESSIONS, { json: { workspace_mode: 'Ephemeral' }, headers });
    expect(answer.json.tenant_id).toBe('aegis-system');
    const colleague = await caller(sandbox(), { user: 'operator' });
    expect((await colleague('GET', `${SESSIONS}/${answer.json.id}`)).status).toBe(200);
    const stranger = await caller(sandbox(), { tenant: 'acme' });
    for (const [method, path, json] of [
      ['GET', '', undefined],
      ['PATCH', '', {}],
      ['DELETE', '', undefined],
      ['GET', '/events', undefined],
    ] as const) {
      const refused = await stranger(method, `${SESSIONS}/${answer.json.id}${path}`, json && { json });
      expect([refused.status, refused.json]).toEqual([
        404,
        { error: `canvas session not found: ${answer.json.id}` },
      ]);
    }
  });

  test('stay after termination, and may be terminated again', async () => {
    const call = await caller(sandbox());
    const { id } = await create(call);
    for (const _ of [1, 2]) {
      const answer = await call('DELETE', `${SESSIONS}/${id}`);
      expect([answer.status, answer.json]).toEqual([200, { success: true }]);
    }
    expect((await call('GET', `${SESSIONS}/${id}`)).json.status).toBe('Terminated');
  });

  test('named sandbox-orphan are terminated although their volume cannot be deleted', async () => {
    const call = await caller(sandbox());
    const { id } = await create(call, { name: 'sandbox-orphan' });
    const answer = await call('DELETE', `${SESSIONS}/${id}`);
    expect([answer.status, answer.json.error]).toEqual([
      500,
      expect.stringMatching(/^volume provisioning failed: /),
    ]);
    expect((await call('GET', `${SESSIONS}/${id}`)).json.status).toBe('Terminated');
    const kept = await create(call, {
      name: 'sandbox-orphan',
      workspace_mode: { Persistent: { volume_label: 'kept' } },
    });
    expect((await call('DELETE', `${SESSIONS}/${kept.id}`)).status).toBe(200);
  });

  test('are written with canvas:write and read with canvas:read', async () => {
    const reader = await caller(sandbox(), { scopes: ['canvas:read'] });
    const writer = await caller(sandbox(), { scopes: ['canvas:write'] });
    const missing = (required: string) => ({ status: 403, json: { error: 'insufficient_scope', required } });
    const json = { workspace_mode: 'Ephemeral' };
    expect(await reader('POST', SESSIONS, { json })).toMatchObject(missing('canvas:write'));
    expect(await reader('PATCH', `${SESSIONS}/${MISSING}`, { json })).toMatchObject(missing('canvas:write'));
    expect(await reader('DELETE', `${SESSIONS}/${MISSING}`)).toMatchObject(missing('canvas:write'));
    expect(await writer('GET', SESSIONS)).toMatchObject(missing('canvas:read'));
    expect(await writer('GET', `${SESSIONS}/${MISSING}`)).toMatchObject(missing('canvas:read'));
    expect(await writer('GET', `${SESSIONS}/${MISSING}/events`)).toMatchObject(missing('canvas:read'));
  });

  test.each([
    [503, 'sandbox-no-database', 'canvas service not configured'],
    [500, 'sandbox-database-fault', 'repository error: Database error: connection reset'],
  ])('are %i in the tenant %s', async (status, tenant, error) => {
    const call = await caller(sandbox(), { tenant });
    const json = { workspace_mode: 'Ephemeral' };
    const answers = await Promise.all([
      call('POST', SESSIONS, { json }),
      call('GET', SESSIONS),
      call('GET', `${SESSIONS}/${MISSING}`),
      call('PATCH', `${SESSIONS}/${MISSING}`, { json }),
      call('DELETE', `${SESSIONS}/${MISSING}`),
      call('GET', `${SESSIONS}/${MISSING}/events`),
    ]);
    for (const answer of answers) expect([answer.status, answer.json]).toEqual([status, { error }]);
  });

  const GARBAGE: readonly (readonly [number, string])[] = [
    [400, '{'],
    [422, '[]'],
    [422, '{}'],
    [422, '{"workspace_mode":null}'],
    [422, '{"workspace_mode":"Persistent"}'],
    [422, '{"workspace_mode":"ephemeral"}'],
    [422, '{"workspace_mode":{}}'],
    [422, '{"workspace_mode":{"Persistent":{}}}'],
    [422, `{"workspace_mode":{"Persistent":{"volume_label":"v"},"GitLinked":{"binding_id":"${MISSING}"}}}`],
    [422, '{"workspace_mode":{"GitLinked":{"binding_id":"main"}}}'],
    [422, '{"workspace_mode":"Ephemeral","conversation_id":"today"}'],
    [422, '{"workspace_mode":"Ephemeral","name":7}'],
    [400, '{"workspace_mode":{"Persistent":{"volume_label":" \\t"}}}'],
  ];

  test.each(GARBAGE)('are refused with %i from %s', async (status, body) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await (await caller(sandbox()))('POST', SESSIONS, { body, headers });
    expect(answer.status).toBe(status);
    if (dialect === 'documented') expect(answer.json).toEqual({ error: expect.any(String) });
  });

  test('keep labels and names as they came', async () => {
    const call = await caller(sandbox());
    const name = `a\u0000b'"; drop table canvas_sessions; --${'x'.repeat(100_000)}`;
    const mode = { Persistent: { volume_label: 'a\u0000b' } };
    const first = await create(call, { name, workspace_mode: mode });
    expect(first).toMatchObject({ name, workspace_mode: mode });
    const other = await create(call, { workspace_mode: { Persistent: { volume_label: 'a\u0000c' } } });
    expect(other.workspace_volume_id).not.toBe(first.workspace_volume_id);
  });
});

test('sessions on a git binding use its volume; the binding must be the tenant’s own and ready', async () => {
  const sandbox = await useSandbox();
  const call = await caller(sandbox);
  const mode = (binding_id: string) => ({ workspace_mode: { GitLinked: { binding_id } } });
  const [ready, cloning] = [await bind(call), await bind(call, 'hang.invalid')];
  expect(await create(call, { ...mode(ready.id), git_binding_id: ready.id })).toMatchObject({
    git_binding_id: ready.id,
    workspace_mode: { GitLinked: { binding_id: ready.id } },
    workspace_volume_id: ready.volume_id,
  });
  const stranger = await caller(sandbox, { tenant: 'acme' });
  expect((await stranger('POST', SESSIONS, { json: mode(ready.id) })).status).toBe(404);
  expect(await call('POST', SESSIONS, { json: mode(cloning.id) })).toMatchObject({
    status: 409,
    json: { error: 'git repo binding not ready' },
  });
  expect(await call('POST', SESSIONS, { json: mode(MISSING) })).toMatchObject({
    status: 404,
    json: { error: `git repo binding not found: ${MISSING}` },
  });
  const mismatch = { ...mode(ready.id), git_binding_id: MISSING };
  expect(await call('POST', SESSIONS, { json: mismatch })).toMatchObject({
    status: 400,
    json: { error: expect.stringMatching(/^invalid command: git_binding_id does not match/) },
  });
});

describe('the event stream of a session', () => {
  const sandbox = shareSandbox({ pace: 0 });

  async function open(id: string) {
    const authorization = `Bearer ${await sandbox().issueToken()}`;
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    const init = { headers: { authorization }, signal: stop.signal };
    const response = await fetch(`${sandbox().url}${SESSIONS}/${id}/events`, init);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const next = async () => (await reader?.read())?.value;
    return { response, next };
  }

  function useFakeTimeouts() {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
  }

  test('names its events, tells the end and closes after it', async () => {
    const call = await caller(sandbox());
    const [{ id }, other] = [await create(call), await create(call)];
    const { response, next } = await open(id);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    await call('DELETE', `${SESSIONS}/${other.id}`);
    await call('DELETE', `${SESSIONS}/${id}`);
    const { last_active_at } = (await call('GET', `${SESSIONS}/${id}`)).json;
    const data = `{"SessionTerminated":{"session_id":"${id}","terminated_at":"${last_active_at}"}}`;
    expect(await next()).toBe(`event: canvas_session_terminated\ndata: ${data}\n\n`);
    expect(await next()).toBe(undefined);
  });

  test('tells of the files of executions whose input names the session', async () => {
    const call = await caller(sandbox());
    const { id } = await create(call);
    const agent = await deploy(call, { labels: { 'sandbox.aegis/file': 'src/app.js=1' } });
    const { next } = await open(id);
    await waitForStatus(call, await execute(call, agent, { canvas_session_id: MISSING }), 'Completed');
    await waitForStatus(call, await execute(call, agent, { canvas_session_id: id }), 'Completed');
    const [event, data = ''] = ((await next()) ?? '').trimEnd().split('\ndata: ');
    expect(event).toBe('event: canvas_files_written_by_agent');
    expect(JSON.parse(data)).toEqual({
      FilesWrittenByAgent: { session_id: id, file_count: 2, written_at: expect.stringMatching(TIME) },
    });
    await call('DELETE', `${SESSIONS}/${id}`);
    expect(await next()).toMatch(/^event: canvas_session_terminated\n/);
  });

  test('is kept alive every 20 seconds and ends after two minutes in which nothing happens', async () => {
    const call = await caller(sandbox());
    const { id } = await create(call);
    await call('DELETE', `${SESSIONS}/${id}`);
    useFakeTimeouts();
    const { next } = await open(id);
    for (let seconds = 20; seconds < 120; seconds += 20) {
      vi.advanceTimersByTime(20_000);
      expect(await next()).toBe(': keep-alive\n\n');
    }
    vi.advanceTimersByTime(19_999);
    vi.advanceTimersByTime(1);
    let rest = await next();
    if (rest === ': keep-alive\n\n') rest = await next();
    expect(rest).toBe(undefined);
  });

  test('stays while anything happens on the node', async () => {
    const call = await caller(sandbox());
    const { id } = await create(call);
    const agent = await deploy(call, { spec: manifest().spec });
    useFakeTimeouts();
    const { next } = await open(id);
    vi.advanceTimersByTime(100_000);
    await execute(call, agent);
    await vi.waitFor(async () => {
      const { json } = await call('GET', '/v1/executions?limit=1');
      expect(json[0].status).toBe('Completed');
    });
    vi.advanceTimersByTime(100_000);
    await call('DELETE', `${SESSIONS}/${id}`);
    let text = '';
    for (let chunk = await next(); chunk !== undefined; chunk = await next()) text += chunk;
    expect(text).toContain('event: canvas_session_terminated\n');
  });
});

test('the event stream of a session that falls 100 events behind the node ends', async () => {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const store = openStore(':memory:');
  const activity = createBus<ActivityEvent>();
  const { signal } = stop;
  const context = { dialect: 'live', clock: systemClock, files: '/nonexistent', pace: 0 } as const;
  const base = { ...context, store, activity, signal };
  const executions = createExecutions(base, createAgents(base));
  const events = createBus<CanvasEvent>();
  const session = new CanvasSessions(base).create(OWNER, {
    workspace_mode: 'Ephemeral',
    ...{ name: undefined, conversation_id: undefined, git_binding_id: undefined },
  });
  const sent: unknown[] = [];
  const send = async (data: unknown) => sent.push(data) > 0;
  const sink = { signal, send, keepAlive: () => {}, abort: () => {} };
  const done = streamSession({ context: base, executions, events }, session, sink);
  const fields = { session_id: MISSING, terminated_at: '2026-01-02T03:04:05Z' };
  for (let count = 0; count <= 101; count += 1) events.publish({ variant: 'SessionTerminated', fields });
  await done;
  expect(sent).toEqual([]);
  store.close();
});

test('sessions and the volumes of labels survive a restart', async () => {
  const data = useDirectory();
  const before = await startSandbox({ data });
  const first = await caller(before);
  const workspace_mode = { Persistent: { volume_label: 'site' } };
  const session = await create(first, { workspace_mode, name: 'kept' });
  await before.close();
  const second = await caller(await useSandbox({ data }));
  expect((await second('GET', `${SESSIONS}/${session.id}`)).json).toEqual(session);
  expect((await create(second, { workspace_mode })).workspace_volume_id).toBe(session.workspace_volume_id);
});

test('changes at once leave a session with one of them', async () => {
  const call = await caller(await useSandbox());
  const { id } = await create(call);
  const names = Array.from({ length: 20 }, (_, index) => `name-${index}`);
  await Promise.all(names.map((name) => call('PATCH', `${SESSIONS}/${id}`, { json: { name } })));
  expect(names).toContain((await call('GET', `${SESSIONS}/${id}`)).json.name);
});
