/** Canvas sessions and their stream. Not in the published SDK. */
import { z } from 'zod';
import { answered } from './actions/advice.js';
import {
  canvasSession,
  createCanvasBody,
  MODES,
  TERMINATE_ADVICE,
  toCanvasSession,
} from './actions/canvas-sessions.js';
import { runCanvasEvents } from './actions/stream-canvas-events.js';
import { reading } from './actions/streams.js';
import { action, op } from './define.js';
import { acknowledge, acknowledged, around, listOf, record } from './results.js';
import { flag, id, streamBounds, text } from './shapes.js';

const sessionId = () => id('UUID of the canvas session, from list_canvas_sessions.');

const FLAT =
  'Ids are given as session_id, modes and status in lower case; {Persistent: …} and {GitLinked: …} of the live server are flat.';

export const canvas = {
  create_canvas_session: op({
    title: 'Create canvas session',
    description:
      'Creates a canvas session with a workspace of its own: ephemeral, on a persistent volume, or on a git repository. The free tier has ephemeral ones only. May take a while. Needs scope canvas:write.',
    toolset: 'canvas',
    effect: 'write',
    adapted: FLAT,
    input: () => ({
      workspace_mode: z
        .enum(MODES)
        .describe('ephemeral is deleted with the session. Default ephemeral.')
        .optional(),
      volume_label: text('persistent: label of the volume.').min(1).optional(),
      git_binding_id: text('git_linked: UUID of the git repository, which must be ready.').min(1).optional(),
      name: text('Name of the session.').optional(),
      conversation_id: text('UUID of the conversation it belongs to. Default a new one.').optional(),
    }),
    output: canvasSession,
    live: {
      operation: 'createCanvasSession',
      route: 'POST /v1/canvas/sessions',
      body: (args) => ({ json: createCanvasBody(args) }),
    },
    result: (body) => toCanvasSession(record(body)),
  }),

  list_canvas_sessions: op({
    title: 'List canvas sessions',
    description: "Lists the tenant's canvas sessions. Needs scope canvas:read.",
    toolset: 'canvas',
    effect: 'read',
    untrusted: true,
    adapted: `The bare list of the live server is given as sessions. ${FLAT}`,
    input: () => ({ archived: flag('true includes archived ones. Default false.') }),
    output: () => z.looseObject({ sessions: z.array(canvasSession()) }),
    live: { operation: 'listCanvasSessions', route: 'GET /v1/canvas/sessions', query: ['archived'] },
    result: (body) => ({ ...around('sessions', body), sessions: listOf('sessions', body, toCanvasSession) }),
  }),

  get_canvas_session: op({
    title: 'Get canvas session',
    description:
      'Gets one canvas session: status (initializing, ready, idle, terminated), workspace and name. Needs scope canvas:read.',
    toolset: 'canvas',
    effect: 'read',
    untrusted: true,
    adapted: FLAT,
    input: () => ({ session_id: sessionId() }),
    output: canvasSession,
    live: sessionDetail(),
    result: (body) => toCanvasSession(record(body)),
  }),

  update_canvas_session: op({
    title: 'Update canvas session',
    description:
      'Renames a canvas session, archives it or takes it out of the archive. A name cannot be removed. Needs scope canvas:write.',
    toolset: 'canvas',
    effect: 'write',
    idempotent: true,
    untrusted: true,
    adapted: FLAT,
    input: () => ({
      session_id: sessionId(),
      name: text('New name.').min(1).optional(),
      archived: flag('true archives it, false takes it out of the archive. Default as it is.'),
    }),
    output: canvasSession,
    live: {
      operation: 'updateCanvasSession',
      route: 'PATCH /v1/canvas/sessions/{session_id}',
      body: ({ name, archived }) => ({ json: { name, archived } }),
    },
    result: (body) => toCanvasSession(record(body)),
  }),

  terminate_canvas_session: action({
    title: 'Terminate canvas session',
    description:
      'Ends a canvas session for good; an ephemeral workspace is deleted with its files. After HTTP 500 the session is ended all the same. Needs scope canvas:write.',
    toolset: 'canvas',
    effect: 'destructive',
    classes: ['irreversible'],
    idempotent: true,
    sensitive: true,
    adapted: `The live server answers {success: true}; the status terminated is added.`,
    input: () => ({ session_id: sessionId() }),
    output: acknowledged,
    live: { operation: 'terminateCanvasSession', route: 'DELETE /v1/canvas/sessions/{session_id}' },
    run: answered(TERMINATE_ADVICE, (body, { session_id }) =>
      acknowledge('terminated', body, { session_id }),
    ),
  }),

  stream_canvas_session_events: action({
    title: 'Stream canvas session events',
    description:
      'Follows a canvas session until it is terminated or a bound is reached, and returns a digest: files written, commits, pushes. There is no history: only what happens during the call. Never ends the session.',
    toolset: 'canvas',
    effect: 'read',
    untrusted: true,
    input: () => ({ session_id: sessionId(), ...streamBounds() }),
    output: () =>
      z.object({ status: z.string(), terminal: z.boolean(), ...reading() }).omit({ cursor: true }),
    live: {
      operation: 'streamCanvasSessionEvents',
      route: 'GET /v1/canvas/sessions/{session_id}/events',
    },
    reads: [sessionDetail()],
    run: (call) => runCanvasEvents(call, sessionDetail()),
  }),
};

function sessionDetail() {
  return { operation: 'getCanvasSession', route: 'GET /v1/canvas/sessions/{session_id}' } as const;
}
