/** Reads response bodies within a bound. */
import { AegisError } from '../errors.js';
import { isUnsafe } from './failure.js';
import type { Method } from './types.js';

/** The whole body. Over `maxBytes`: closes the connection and throws `too_large`. */
export async function readBody(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
  method: Method,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes, method);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The beginning of an error body: what is beyond the bound, or lost with the connection, is not missed. */
export async function readBeginning(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      size += chunk.byteLength;
      if (size >= maxBytes) break;
    }
  } catch {
    return Buffer.concat(chunks);
  }
  return Buffer.concat(chunks).subarray(0, maxBytes);
}

function tooLarge(maxBytes: number, method: Method): AegisError {
  return new AegisError(
    'too_large',
    `The answer is larger than ${maxBytes} bytes; it was not read further.`,
    {
      mayHaveRun: isUnsafe(method),
      next: 'Ask for less (a filter, a limit, a smaller file).',
    },
  );
}
