import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FileSource } from './kernel.js';

/**
 * Sends a file with its Content-Length, in constant memory. A source that fails or ends early destroys the
 * connection, since the head is out by then; the source is closed in any case.
 */
export async function sendFile(
  source: FileSource,
  status: number,
  response: ServerResponse,
  withBody: boolean,
): Promise<void> {
  try {
    response.writeHead(status, { 'content-type': source.type, 'content-length': source.size });
    if (withBody) await pipeline(Readable.from(exactly(source), { objectMode: false }), response);
    else response.end();
  } finally {
    await source.close();
  }
}

/** The source's bytes, at most `size`; an Error when there are fewer. */
async function* exactly(source: FileSource): AsyncGenerator<Uint8Array> {
  let left = source.size;
  for await (const chunk of source.read()) {
    if (chunk.length >= left) return void (yield chunk.subarray(0, left));
    left -= chunk.length;
    yield chunk;
  }
  if (left > 0) throw new Error(`the source ended ${left} bytes early`);
}
