/** `update_script`: the server replaces the whole script, so what is not given is taken from the stored one. */
import { AegisError } from '../../errors.js';
import type { AnyArgs, AnyWire, Call } from '../define.js';
import { record } from '../results.js';

const FIELDS = ['name', 'description', 'code', 'tags'] as const;

export interface ScriptChange {
  readonly script_id: string;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly code?: string | undefined;
  readonly tags?: string[] | undefined;
}

/** Sends the whole script with the change in it. */
export async function updateScript(call: Call<ScriptChange>, detail: AnyWire): Promise<unknown> {
  const { args } = call;
  const given = FIELDS.filter((field) => args[field] !== undefined);
  if (given.length === 0)
    throw new AegisError('invalid_arguments', 'update_script: nothing to change.', {
      next: `Give one of ${FIELDS.join(', ')}; nothing was sent.`,
    });
  if (given.length === FIELDS.length) return await call.send();
  const stored = record(await call.read(detail, { script_id: args.script_id }));
  return await call.send({ ...fieldsOf(stored), ...args });
}

function fieldsOf({ name, description, code, tags }: AnyArgs): Partial<ScriptChange> {
  return {
    ...(typeof name === 'string' && { name }),
    ...(typeof description === 'string' && { description }),
    ...(typeof code === 'string' && { code }),
    ...(Array.isArray(tags) && { tags: tags.map(String) }),
  };
}
