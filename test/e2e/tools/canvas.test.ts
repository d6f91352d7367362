/** The canvas tools against the sandbox, whose dialects serve the same routes. */
import { describe, expect, it } from 'vitest';
import { shareDomain, unproven } from '../_domain.js';
import { failure, type Json } from '../_tools.js';

const UUID = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const NOBODY = '00000000-0000-4000-8000-000000000000';

describe.each(['live', 'documented'] as const)('canvas sessions on a %s server', (dialect) => {
  const domain = shareDomain({ dialect });
  let session_id: unknown;

  it('are created, listed and read', async () => {
    const { tools } = domain();
    const given = { workspace_mode: 'persistent', volume_label: 'site', name: 'Site' };
    const created = await tools.must('create_canvas_session', given);
    expect(created).toMatchObject({ session_id: UUID, ...given, archived: false });
    session_id = created.session_id;
    const other = await tools.must('create_canvas_session');
    expect(other).toMatchObject({ workspace_mode: 'ephemeral' });
    const { sessions } = await tools.must('list_canvas_sessions');
    const ids = Object(sessions).map((each: Json) => each.session_id);
    expect(ids.sort()).toEqual([session_id, other.session_id].sort());
    expect(await tools.must('get_canvas_session', { session_id })).toMatchObject(given);
  });

  it('are renamed and archived', async () => {
    const { tools } = domain();
    const change = { name: 'Site 2', archived: true };
    expect(await tools.must('update_canvas_session', { session_id, ...change })).toMatchObject(change);
    expect(Object(await tools.must('list_canvas_sessions')).sessions).toHaveLength(1);
    expect(Object(await tools.must('list_canvas_sessions', { archived: true })).sessions).toHaveLength(2);
  });

  it('are followed until a bound, and until their end', async () => {
    const { tools } = domain();
    const bound = await tools.must('stream_canvas_session_events', { session_id, max_seconds: 1 });
    expect(bound).toMatchObject({ terminal: false, reason: 'max_seconds', counts: {}, events: [] });
    expect(['initializing', 'ready', 'idle']).toContain(bound.status);
    const following = tools.must('stream_canvas_session_events', { session_id, max_seconds: 30 });
    // The stream shows an end only from when it is open; a session that has ended before is told by its record.
    await new Promise((resolve) => setTimeout(resolve, 200));
    const ended = await tools.must('terminate_canvas_session', { session_id });
    expect(ended).toMatchObject({ session_id, status: 'terminated' });
    expect(await following).toMatchObject({
      status: 'terminated',
      terminal: true,
      reason: 'terminal',
      counts: { session_terminated: 1 },
    });
    const late = await tools.must('stream_canvas_session_events', { session_id, max_seconds: 30 });
    expect(late).toMatchObject({ status: 'terminated', terminal: true, reason: 'terminal' });
  }, 30_000);

  it('stop being followed when the caller cancels', async () => {
    const { tools } = domain();
    const { session_id: other } = await tools.must('create_canvas_session');
    const signal = AbortSignal.timeout(300);
    const call = tools.call('stream_canvas_session_events', { session_id: other }, { signal });
    await expect(call).rejects.toThrow();
    expect(await tools.must('get_canvas_session', { session_id: other })).toMatchObject({
      session_id: other,
    });
  });

  it('refuse bad input', async () => {
    const { tools } = domain();
    const fit = 'do not fit together';
    for (const given of [
      { workspace_mode: 'persistent' },
      { workspace_mode: 'git_linked', volume_label: 'x' },
      { volume_label: 'x' },
      { git_binding_id: NOBODY },
    ])
      expect(await failure(tools, 'create_canvas_session', given)).toContain(fit);
    const mode = await failure(tools, 'create_canvas_session', { workspace_mode: 'Ephemeral' });
    expect(mode).toMatch(/workspace_mode: .*ephemeral.*persistent.*git_linked/);
    for (const name of ['get_canvas_session', 'terminate_canvas_session', 'stream_canvas_session_events'])
      expect(await failure(tools, name, { session_id: NOBODY })).toContain('Error not_found (HTTP 404)');
    const free = await domain().as({ user: 'free@sandbox.local' });
    const persistent = { workspace_mode: 'persistent', volume_label: 'x' };
    expect(await failure(free, 'create_canvas_session', persistent)).toContain('Error forbidden (HTTP 403)');
  });

  it('leave no tool out', () => {
    expect(unproven(['canvas'], [domain().tools])).toEqual([]);
  });
});
