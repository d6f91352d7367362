/** `list_secrets`, which the live server does not implement. */
import { isObject } from '../../client/json-object.js';
import { AegisError } from '../../errors.js';
import type { AnyArgs, Call } from '../define.js';
import { record, shapeError, without } from '../results.js';

/** The list, or an error that says what works instead. */
export async function secretListing(call: Call<AnyArgs>): Promise<AnyArgs & { readonly secrets: AnyArgs[] }> {
  const body = await call.send().catch(explain);
  const { secrets, items, ...rest } = Array.isArray(body) ? { secrets: body } : record(body);
  const list = secrets ?? items;
  if (!Array.isArray(list)) throw shapeError('a list of secrets');
  return { ...rest, secrets: list.map(toSecret) };
}

/** Paths or records; a listing tells no values. */
function toSecret(item: unknown): AnyArgs {
  if (typeof item === 'string') return { path: item };
  return isObject(item) ? without(item, 'value', 'data') : { path: String(item) };
}

function explain(error: unknown): never {
  if (!(error instanceof AegisError) || error.code !== 'unsupported') throw error;
  throw new AegisError(
    'unsupported',
    'list_secrets: this server does not implement the listing of secrets.',
    {
      ...(error.status !== undefined && { status: error.status }),
      next: 'Name a path: get_secret tells whether a secret is there and the names of its fields; list paths in the vault itself.',
      cause: error,
    },
  );
}
