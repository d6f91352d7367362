/** The fetch that openid-client uses: our connections, so that proxies and error texts are the same everywhere. */
import type { CustomFetch, CustomFetchOptions } from 'openid-client';
import { readBody } from '../client/body.js';
import { createLazyDispatcher, type ProxySettings } from '../client/dispatcher.js';
import { exchange } from '../client/exchange.js';
import { type Phase, transportFailure } from '../client/failure.js';
import { AegisError } from '../errors.js';

/** Limits of a request to an identity provider. */
export const PROVIDER_TIMEOUT_SECS = 10;
const TIMEOUT_MS = PROVIDER_TIMEOUT_SECS * 1000;
const MAX_BYTES = 1024 * 1024;

/** A fetch that rejects with AegisError. Asking for a token changes nothing, so `mayHaveRun` is never set. */
export function createProviderFetch(proxy: ProxySettings | undefined): CustomFetch {
  const dispatcher = createLazyDispatcher(TIMEOUT_MS, proxy);
  return async (address, options) => {
    const url = new URL(address);
    const signal = options.signal ?? AbortSignal.timeout(TIMEOUT_MS);
    let phase: Phase = 'waiting';
    try {
      const { status, headers, body } = await exchange(await dispatcher.get(), {
        origin: url.origin,
        path: url.pathname + url.search,
        method: options.method,
        headers: options.headers,
        body: formBody(options.body),
        signal,
        onStart: () => {
          phase = 'sent';
        },
      });
      phase = 'answered';
      const bytes = await readBody(body, MAX_BYTES, 'GET');
      return new Response(bytes.length === 0 ? null : Buffer.from(bytes), { status, headers });
    } catch (error) {
      const ended = signal.aborted ? 'timeout' : undefined;
      throw transportFailure(error, { method: 'GET', origin: url.origin, phase, ended, limitMs: TIMEOUT_MS });
    }
  };
}

function formBody(body: CustomFetchOptions['body']): string | null {
  if (body === undefined || body === null) return null;
  if (typeof body === 'string') return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new AegisError('internal', 'An OAuth request has a body that is not a form.');
}
