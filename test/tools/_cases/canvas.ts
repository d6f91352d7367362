/** Literal requests of the canvas tools. */
import type { Case } from './_case.js';

const SESSION = 'ca27a500-0d0e-4b8e-9c43-6b1f5b1a0c01';
const VOLUME = 'ca27a500-0d0e-4b8e-9c43-6b1f5b1a0c02';
const BINDING = 'ca27a500-0d0e-4b8e-9c43-6b1f5b1a0c03';
const TALK = 'ca27a500-0d0e-4b8e-9c43-6b1f5b1a0c04';
const json = 'application/json';

const READY = {
  id: SESSION,
  tenant_id: 'acme',
  conversation_id: TALK,
  workspace_volume_id: VOLUME,
  git_binding_id: null,
  workspace_mode: 'Ephemeral',
  status: 'Ready',
  name: null,
  archived: false,
  created_at: '2026-05-08T10:00:00Z',
  last_active_at: '2026-05-08T10:00:00Z',
};
const PERSISTENT = { ...READY, workspace_mode: { Persistent: { volume_label: 'drafts' } } };
const LINKED = { ...READY, workspace_mode: { GitLinked: { binding_id: BINDING } }, git_binding_id: BINDING };

export const CASES: readonly Case[] = [
  {
    tool: 'create_canvas_session',
    dialect: 'live',
    args: {},
    asked: [
      {
        method: 'POST',
        path: '/v1/canvas/sessions',
        type: json,
        body: { workspace_mode: 'Ephemeral' },
      },
    ],
    answers: [{ status: 201, json: READY }],
    result: { session_id: SESSION, status: 'ready', workspace_mode: 'ephemeral' },
  },
  {
    tool: 'create_canvas_session',
    dialect: 'live',
    args: { workspace_mode: 'persistent', volume_label: 'drafts', name: 'Draft', conversation_id: TALK },
    asked: [
      {
        method: 'POST',
        path: '/v1/canvas/sessions',
        type: json,
        body: {
          workspace_mode: { Persistent: { volume_label: 'drafts' } },
          name: 'Draft',
          conversation_id: TALK,
        },
      },
    ],
    answers: [{ status: 201, json: { ...PERSISTENT, name: 'Draft' } }],
    result: { workspace_mode: 'persistent', volume_label: 'drafts', name: 'Draft' },
  },
  {
    tool: 'create_canvas_session',
    dialect: 'live',
    args: { workspace_mode: 'git_linked', git_binding_id: BINDING },
    asked: [
      {
        method: 'POST',
        path: '/v1/canvas/sessions',
        type: json,
        body: { workspace_mode: { GitLinked: { binding_id: BINDING } }, git_binding_id: BINDING },
      },
    ],
    answers: [{ status: 201, json: { ...LINKED, status: 'Initializing' } }],
    result: { workspace_mode: 'git_linked', git_binding_id: BINDING, status: 'initializing' },
  },
  {
    tool: 'list_canvas_sessions',
    dialect: 'live',
    args: { archived: true },
    asked: [{ method: 'GET', path: '/v1/canvas/sessions?archived=true' }],
    answers: [{ json: [READY, LINKED] }],
    result: { sessions: [{ session_id: SESSION }, { workspace_mode: 'git_linked' }] },
  },
  {
    tool: 'get_canvas_session',
    dialect: 'live',
    args: { session_id: SESSION },
    asked: [{ method: 'GET', path: `/v1/canvas/sessions/${SESSION}` }],
    answers: [{ json: PERSISTENT }],
    result: { session_id: SESSION, workspace_mode: 'persistent', volume_label: 'drafts', status: 'ready' },
  },
  {
    tool: 'update_canvas_session',
    dialect: 'live',
    args: { session_id: SESSION, name: 'Draft 2', archived: 'true' },
    asked: [
      {
        method: 'PATCH',
        path: `/v1/canvas/sessions/${SESSION}`,
        type: json,
        body: { name: 'Draft 2', archived: true },
      },
    ],
    answers: [{ json: { ...READY, name: 'Draft 2', archived: true } }],
    result: { session_id: SESSION, name: 'Draft 2', archived: true },
  },
  {
    tool: 'terminate_canvas_session',
    dialect: 'live',
    args: { session_id: SESSION },
    asked: [{ method: 'DELETE', path: `/v1/canvas/sessions/${SESSION}` }],
    answers: [{ json: { success: true } }],
    result: { session_id: SESSION, status: 'terminated' },
  },
  {
    tool: 'stream_canvas_session_events',
    dialect: 'live',
    args: { session_id: SESSION },
    asked: [{ method: 'GET', path: `/v1/canvas/sessions/${SESSION}/events` }],
    answers: [
      {
        events: [
          {
            FilesWrittenByAgent: { session_id: SESSION, file_count: 2, written_at: '2026-05-08T10:00:01Z' },
          },
          { SessionTerminated: { session_id: SESSION, terminated_at: '2026-05-08T10:00:02Z' } },
        ],
      },
    ],
    result: {
      status: 'terminated',
      terminal: true,
      reason: 'terminal',
      counts: { files_written_by_agent: 1, session_terminated: 1 },
      events: [
        { type: 'files_written_by_agent', timestamp: '2026-05-08T10:00:01Z', data: { file_count: 2 } },
        { type: 'session_terminated' },
      ],
    },
  },
];
