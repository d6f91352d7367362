/** Answers that arrived with success, read: some of them tell of a failure. */
import { errorIn200 } from '../client/decode-error.js';
import { readJson } from '../client/json.js';
import { isObject } from '../client/json-object.js';
import { cleanServerText } from '../client/server-text.js';
import type { Method, WireResponse } from '../client/types.js';
import { AegisError } from '../errors.js';
import { toolFailure } from '../seal/failure.js';
import type { AnyArgs } from './define.js';

/** Members of a failure that comes with a 2xx status; a record that tells of an error has others too. */
const FAILURE_MEMBERS = new Set(['error', 'message', 'code', 'items', 'required', 'hint', 'details']);

/** What a 404 advises: SEAL tools have no status to tell it by. */
const CHECK_NAME = 'Check the id or name; it may belong to another tenant.';

/** The JSON of an answer, `{}` for an empty one. Throws `failed` for `{error}` (D45) and `bad_response`. */
export function readAnswer(response: WireResponse, method: Method): unknown {
  const body = readJson(response, method) ?? {};
  const failure = errorIn200(body);
  const isFailure = isObject(body) && Object.keys(body).every((key) => FAILURE_MEMBERS.has(key));
  if (failure === undefined || !isFailure) return body;
  throw new AegisError('failed', failure, {
    status: response.status,
    next: 'The server refused with a success status: check that what you named is still there (an approval: still waits); else see the server log.',
  });
}

/** The JSON of a SEAL tool. Throws `failed` for what the tool reports, `bad_response` for no object. */
export function readSealAnswer(name: string, value: unknown): AnyArgs {
  refuseToolFailure(name, value);
  if (isObject(value)) return value;
  throw new AegisError('bad_response', `${name}: the SEAL tool did not answer with an object.`, {
    mayHaveRun: true,
  });
}

/** Throws `failed` for a failure that a SEAL tool reports with a success status. */
export function refuseToolFailure(name: string, value: unknown): void {
  const failure = toolFailure(value);
  if (failure === undefined) return;
  throw new AegisError('failed', `${name} through SEAL: ${cleanServerText(failure)}`, {
    next: /\bnot found\b/i.test(failure) ? CHECK_NAME : 'Correct the call and send it anew.',
  });
}
