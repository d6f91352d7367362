/** Sends SEAL requests within the configured time. */
import { type SealSend, sendWithFetch } from '../seal/transport.js';

/** A SealSend that gives up after `timeoutMs` milliseconds. */
export function createSealSend(timeoutMs: number): SealSend {
  return (request) => {
    const limit = AbortSignal.timeout(timeoutMs);
    const signal = request.signal === undefined ? limit : AbortSignal.any([request.signal, limit]);
    return sendWithFetch({ ...request, signal });
  };
}
