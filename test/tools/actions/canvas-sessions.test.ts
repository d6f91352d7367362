import { describe, expect, it } from 'vitest';
import { createCanvasBody, toCanvasSession } from '../../../src/tools/actions/canvas-sessions.js';
import { refusalOf } from '../_rows.js';

const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('the body that creates a canvas session', () => {
  it.each([
    [{}, { workspace_mode: 'Ephemeral' }],
    [
      { workspace_mode: 'persistent', volume_label: 'site', name: 'Site' },
      { workspace_mode: { Persistent: { volume_label: 'site' } }, name: 'Site' },
    ],
    [
      { workspace_mode: 'git_linked', git_binding_id: 'b' },
      { workspace_mode: { GitLinked: { binding_id: 'b' } }, git_binding_id: 'b' },
    ],
  ] as const)('for %j is %j', (args, body) => {
    expect(json(createCanvasBody(args))).toEqual(body);
  });

  it.each([
    [{ workspace_mode: 'persistent' }, 'volume_label and workspace_mode persistent'],
    [{ workspace_mode: 'git_linked' }, 'git_binding_id and workspace_mode git_linked'],
    [{ git_binding_id: 'b' }, 'git_binding_id and workspace_mode ephemeral'],
    [
      { workspace_mode: 'persistent', volume_label: 'x', git_binding_id: 'b' },
      'git_binding_id and workspace_mode persistent',
    ],
  ] as const)('is refused for %j', async (args, what) => {
    expect(await refusalOf(() => createCanvasBody(args))).toMatchObject({
      code: 'invalid_arguments',
      message: `create_canvas_session: ${what} do not fit together.`,
    });
  });
});

describe('a canvas session', () => {
  it.each([
    ['Ephemeral', { workspace_mode: 'ephemeral' }],
    [{ Persistent: { volume_label: 'site' } }, { workspace_mode: 'persistent', volume_label: 'site' }],
    [{ GitLinked: { binding_id: 'b' } }, { workspace_mode: 'git_linked', git_binding_id: 'b' }],
    [undefined, {}],
  ])('of mode %j has %j', (workspace_mode, told) => {
    const session = { id: 's', status: 'Initializing', workspace_mode };
    expect(toCanvasSession(session)).toEqual({ session_id: 's', status: 'initializing', ...told });
  });

  it.each([[{}], [{ id: 's' }], [{ status: 'Ready' }]])('%j is none', async (body) => {
    expect(await refusalOf(() => toCanvasSession(body))).toMatchObject({ code: 'bad_response' });
  });
});
