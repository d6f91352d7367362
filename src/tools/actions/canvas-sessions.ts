/** Canvas sessions: the tagged modes of the server and the flat ones of the tools. */
import { z } from 'zod';
import { isObject } from '../../client/json-object.js';
import { AegisError } from '../../errors.js';
import type { AnyArgs } from '../define.js';
import { idOf, textOf } from '../results.js';
import type { Advice } from './advice.js';

export const MODES = ['ephemeral', 'persistent', 'git_linked'] as const;

export interface CanvasArgs {
  readonly workspace_mode?: (typeof MODES)[number] | undefined;
  readonly volume_label?: string | undefined;
  readonly git_binding_id?: string | undefined;
  readonly name?: string | undefined;
  readonly conversation_id?: string | undefined;
}

export const canvasSession = () =>
  z.looseObject({
    session_id: z.string(),
    status: z.string(),
    workspace_mode: z.string().nullish(),
    volume_label: z.string().nullish(),
    workspace_volume_id: z.string().nullish(),
    git_binding_id: z.string().nullish(),
    name: z.string().nullish(),
    archived: z.boolean().nullish(),
  });

export const TERMINATE_ADVICE: Advice = {
  '500 json': {
    cause: 'The session is terminated, but its workspace was not cleaned up',
    next: 'Do not repeat it. If list_volumes still shows the workspace, delete it with delete_volume.',
    mayHaveRun: true,
  },
};

/** CreateCanvasSession. Throws `invalid_arguments` for a mode without its argument, or an argument of another mode. */
export function createCanvasBody({ name, conversation_id, ...args }: CanvasArgs): AnyArgs {
  return { workspace_mode: modeOf(args), name, conversation_id, git_binding_id: args.git_binding_id };
}

function modeOf({ workspace_mode = 'ephemeral', volume_label, git_binding_id }: CanvasArgs): unknown {
  const given = { volume_label, git_binding_id };
  const wanted = { ephemeral: undefined, persistent: 'volume_label', git_linked: 'git_binding_id' } as const;
  for (const key of ['volume_label', 'git_binding_id'] as const) {
    if ((given[key] !== undefined) !== (wanted[workspace_mode] === key)) throw mismatch(workspace_mode, key);
  }
  if (workspace_mode === 'persistent') return { Persistent: { volume_label } };
  return workspace_mode === 'git_linked' ? { GitLinked: { binding_id: git_binding_id } } : 'Ephemeral';
}

function mismatch(mode: string, key: string): AegisError {
  return new AegisError(
    'invalid_arguments',
    `create_canvas_session: ${key} and workspace_mode ${mode} do not fit together.`,
    { next: 'persistent takes volume_label, git_linked takes git_binding_id, ephemeral neither.' },
  );
}

/** CanvasSession with its id under the name that arguments have, and its enums as arguments spell them. */
export function toCanvasSession(value: AnyArgs) {
  const { id: _id, workspace_mode: mode, ...rest } = value;
  return {
    ...rest,
    ...readMode(mode, rest.git_binding_id),
    session_id: idOf('session_id', value),
    status: textOf(value, 'status').toLowerCase(),
  };
}

function readMode(mode: unknown, binding: unknown): AnyArgs {
  if (typeof mode === 'string') return { workspace_mode: snakeCase(mode) };
  if (!isObject(mode)) return {};
  const [[tag, fields] = ['', undefined]] = Object.entries(mode);
  const { volume_label: label, binding_id: linked } = isObject(fields) ? fields : {};
  return {
    workspace_mode: snakeCase(tag),
    ...(typeof label === 'string' && { volume_label: label }),
    ...(typeof linked === 'string' && { git_binding_id: binding ?? linked }),
  };
}

function snakeCase(name: string): string {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase();
}
