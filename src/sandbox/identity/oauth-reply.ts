/** What the endpoints of the identity provider share: form reading and error replies. */
import { type Reply, ReplyError, type SandboxRequest } from '../kernel.js';

/** RFC 6749 section 5.2 error reply, never cacheable. */
export function oauthError(
  status: number,
  error: string,
  description: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return {
    status,
    headers: { 'cache-control': 'no-store', pragma: 'no-cache', ...headers },
    json: { error, error_description: description },
  };
}

/**
 * The urlencoded form of a token request. Throws a reply: 415 for another media type, 400 `invalid_request` for a
 * parameter given twice (RFC 6749 section 3.2).
 */
export function readForm(request: SandboxRequest): URLSearchParams {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') {
    throw new ReplyError({ status: 415, json: { error: 'HTTP 415 Unsupported Media Type' } });
  }
  const form = new URLSearchParams(request.body.toString('utf8'));
  if (new Set(form.keys()).size !== [...form.keys()].length) {
    throw new ReplyError(oauthError(400, 'invalid_request', 'duplicated parameter'));
  }
  return form;
}
