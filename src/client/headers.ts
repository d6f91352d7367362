/** Headers of a request. */
import type { Settings } from './options.js';
import { isSource } from './source.js';
import type { WireRequest } from './types.js';

/**
 * Defaults, then the headers of the request, then what configuration pins: tenant (D03) and credential.
 * `token` is absent for a request without Authorization.
 */
export function buildHeaders(
  request: WireRequest,
  settings: Pick<Settings, 'tenant' | 'userAgent'>,
  accept: string,
  token: string | undefined,
): Record<string, string> {
  return {
    accept,
    'user-agent': settings.userAgent,
    ...request.headers,
    ...(request.body !== undefined && { 'content-type': request.body.type }),
    ...(isSource(request.body?.data) && { 'content-length': String(request.body.data.size) }),
    ...(settings.tenant !== undefined && { 'x-tenant-id': settings.tenant }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
}
