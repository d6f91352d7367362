/** Refusals of the SEAL endpoints beside those every route shares. */
import { refuse, refuseText } from '../replies.js';

/** Ends an invoke with 400 `{error}`: the server's only status for a refused call (D50). */
export function refuseCall(text: string): never {
  return refuse(400, text);
}

/** Ends a request with the framework's plain text: 400 for broken JSON, 422 for JSON of the wrong shape (D04). */
export function refuseBody(status: 400 | 422, detail: string): never {
  const what =
    status === 400
      ? 'Failed to parse the request body as JSON'
      : 'Failed to deserialize the JSON body into the target type';
  return refuseText(status, `${what}: ${detail}`);
}
