/** Request bodies: whole, as a stream, and what a client still sends after the answer. */
import type { IncomingMessage } from 'node:http';
import type { BodyStream } from './kernel.js';

/** The whole body, or undefined when it is longer than `limit` bytes; the rest then stays unread. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  if ((declaredLength(request) ?? 0) > limit) return undefined;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of streamBody(request)) {
    size += chunk.length;
    if (size > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The body as it arrives. A reader that stops early leaves the connection whole, so that it can be answered. */
export function streamBody(request: IncomingMessage): BodyStream {
  return {
    length: declaredLength(request),
    [Symbol.asyncIterator]: () => request.iterator({ destroyOnReturn: false }),
  };
}

function declaredLength(request: IncomingMessage): number | undefined {
  const header = request.headers['content-length'];
  return header === undefined ? undefined : Number(header);
}

/** How long a client may go on sending after the answer, milliseconds. */
const DRAIN_MS = 10_000;

/**
 * Throws away what is left of an answered request. Closing at once would reset the connection, and a client that is
 * still sending would lose the answer.
 */
export function drainBody(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  const late = setTimeout(() => request.destroy(), DRAIN_MS).unref();
  request.once('close', () => clearTimeout(late));
  request.resume();
}
