/** Repeats safe requests that failed in passing. */
import { AegisError } from '../errors.js';
import type { Deadline } from './deadline.js';
import { isUnsafe } from './failure.js';
import type { Settings } from './options.js';
import type { Method } from './types.js';

/** Attempts after the first. */
const MAX_RETRIES = 2;
/** First delay, milliseconds; it doubles. */
const BASE_MS = 200;
/** Longest Retry-After that is waited for, milliseconds; beyond it the caller decides. */
const MAX_WAIT_MS = 5_000;

/**
 * Runs `attempt` (numbered from 1). Only a GET is repeated, and only after a refused connection, one that broke
 * before any answer, or 502, 503, 504: at most twice, after 200 and 400 ms with half of it jitter, or after the
 * server's Retry-After.
 */
export async function withRetries<T>(
  method: Method,
  deadline: Deadline,
  { sleep, random }: Pick<Settings, 'sleep' | 'random'>,
  attempt: (number: number) => Promise<T>,
): Promise<T> {
  for (let number = 1; ; number += 1) {
    try {
      return await attempt(number);
    } catch (error) {
      if (number > MAX_RETRIES || isUnsafe(method) || !isPassing(error)) throw error;
      const wait = retryAfterMs(error) ?? BASE_MS * 2 ** (number - 1) * (0.5 + random() / 2);
      if (wait > MAX_WAIT_MS) throw error;
      await sleep(wait, deadline.signal);
    }
  }
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof AegisError)) return false;
  if (error.code === 'unavailable') return true;
  if (error.code === 'connection_lost') return error.details?.phase === 'sent';
  return error.code === 'unreachable' && PASSING_CAUSES.has(error.details?.cause);
}

const PASSING_CAUSES = new Set<unknown>(['ECONNREFUSED', 'ECONNRESET', 'UND_ERR_SOCKET']);

function retryAfterMs(error: unknown): number | undefined {
  const seconds = error instanceof AegisError ? error.details?.retryAfterSecs : undefined;
  return typeof seconds === 'number' ? seconds * 1000 : undefined;
}
