/** Health of the orchestrator, for /readyz and whoami. */
import { errorIn200 } from '../client/error-body.js';
import { parseJson } from '../client/json.js';
import { isObject } from '../client/json-object.js';
import type { HttpClient } from '../client/types.js';
import { AegisError } from '../errors.js';

const TIMEOUT_MS = 5_000;

/** Body of the readiness probe (operation healthReady); HTTP 200 even when degraded. Throws AegisError. */
export async function probe(
  http: HttpClient,
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>> & { readonly status: string }> {
  const request = { method: 'GET', path: '/health/ready', auth: 'none' } as const;
  const { bytes } = await http.send(request, { signal, timeoutMs: TIMEOUT_MS });
  const body = parseJson(new TextDecoder().decode(bytes));
  if (isObject(body) && errorIn200(body) === undefined && typeof body.status === 'string')
    return { ...body, status: body.status };
  throw new AegisError('bad_response', 'The readiness probe did not answer with a health object.', {
    next: 'Check that the address is that of an AEGIS orchestrator.',
  });
}

/** Whether the orchestrator is ready, and what it said. Never throws. */
export async function readHealth(
  http: HttpClient,
): Promise<{ readonly ok: boolean; readonly detail: string }> {
  try {
    const body = await probe(http, AbortSignal.timeout(TIMEOUT_MS));
    return { ok: body.status !== 'degraded', detail: `orchestrator ${body.status}` };
  } catch (thrown) {
    const error = AegisError.from(thrown);
    return { ok: false, detail: `${error.code}: ${error.message}` };
  }
}
