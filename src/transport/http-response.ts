/** From a web Response of the MCP SDK to a node:http response. */
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Calls back once when the connection is done with the response, and whether all of it was sent. */
export function whenClosed(response: ServerResponse, callback: (complete: boolean) => void): void {
  const report = (): void => callback(response.writableFinished);
  if (response.closed) queueMicrotask(report);
  else response.once('close', report);
}

/**
 * Writes the whole response; for an event stream this lasts as long as the stream. A client that goes away
 * cancels the stream at once, so that it can open another.
 */
export async function writeResponse(response: ServerResponse, answer: Response): Promise<void> {
  if (response.destroyed) {
    await answer.body?.cancel();
    return;
  }
  const headers = Object.fromEntries(answer.headers);
  if (answer.body === null || headers['content-type'] !== 'text/event-stream') {
    const body = Buffer.from(await answer.arrayBuffer());
    response.writeHead(answer.status, { ...headers, 'content-length': body.length }).end(body);
    return;
  }
  response.writeHead(answer.status, headers).flushHeaders();
  await pipeline(Readable.fromWeb(answer.body), response).catch(ignoreDisconnect);
}

function ignoreDisconnect(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE'))
    throw error;
}
