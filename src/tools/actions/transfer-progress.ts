/** Long transfers tell how far they are, so that clients which wait for a sign keep waiting. */
import type { ProgressUpdate } from '../context.js';

/** Progress is told after so many bytes. */
const STEP = 8 * 1024 * 1024;

/** The same pieces; `what` names the transfer in messages, `total` is its size in bytes where it is known. */
export async function* withProgress(
  pieces: AsyncIterable<Uint8Array>,
  { what, total }: { readonly what: string; readonly total: number | undefined },
  progress: (update: ProgressUpdate) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  let size = 0;
  let told = 0;
  for await (const piece of pieces) {
    yield piece;
    size += piece.byteLength;
    if (size - told < STEP) continue;
    told = size;
    progress({ progress: size, ...(total !== undefined && { total }), message: `${what}: ${size} bytes` });
  }
}
