/** Health of this process, for whoever supervises it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendJson } from './http-refusal.js';
import { wrongMethod } from './http-request.js';

/** Whether calls can be served, with a sentence for the operator. It must hold no secret. */
export interface Readiness {
  readonly ok: boolean;
  readonly detail: string;
}

/** How long `ready` may take before it counts as not ready, milliseconds. */
const READY_TIMEOUT_MS = 5_000;

/** `GET /healthz`: 200 while the process answers. @throws {HttpRefusal} 405 */
export function serveHealth(request: IncomingMessage, response: ServerResponse): void {
  checkMethod(request);
  sendJson(response, 200, JSON.stringify({ status: 'ok' }));
}

/**
 * Makes `GET /readyz`: 200 or 503 with `{status, detail}`. Requests that come together share one answer.
 * @throws {HttpRefusal} 405
 */
export function createReadiness(
  ready: () => Promise<Readiness>,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  let asking: Promise<Readiness> | undefined;
  const ask = (): Promise<Readiness> => {
    asking ??= bounded(ready()).finally(() => {
      asking = undefined;
    });
    return asking;
  };
  return async (request, response) => {
    checkMethod(request);
    const { ok, detail } = await ask();
    sendJson(response, ok ? 200 : 503, JSON.stringify({ status: ok ? 'ready' : 'not ready', detail }));
  };
}

async function bounded(answer: Promise<Readiness>): Promise<Readiness> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Readiness>((resolve) => {
    const detail = `The check took longer than ${READY_TIMEOUT_MS} ms.`;
    timer = setTimeout(resolve, READY_TIMEOUT_MS, { ok: false, detail });
  });
  try {
    return await Promise.race([answer, late]);
  } catch {
    return { ok: false, detail: 'The check failed.' };
  } finally {
    clearTimeout(timer);
  }
}

function checkMethod({ method = '' }: IncomingMessage): void {
  if (method !== 'GET' && method !== 'HEAD') throw wrongMethod(['GET', 'HEAD']);
}
