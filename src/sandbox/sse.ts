import type { ServerResponse } from 'node:http';
import type { SseSink } from './kernel.js';

/** Silence after which the real server sends a comment line, in milliseconds. */
const KEEP_ALIVE_MS = 15_000;

/**
 * Answers 200 with `text/event-stream` and lets `produce` write events; the body ends when it returns. A fault
 * destroys the connection mid-body, which is how the real server fails after the 200.
 */
export async function writeEvents(
  produce: (sink: SseSink) => Promise<void>,
  response: ServerResponse,
  signal: AbortSignal,
  withBody: boolean,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  if (!withBody) {
    response.end();
    return;
  }
  response.flushHeaders();
  const idle = setTimeout(() => {
    response.write(':\n\n');
    idle.refresh();
  }, KEEP_ALIVE_MS);
  const broken = new AbortController();
  try {
    await produce(createSink(response, AbortSignal.any([signal, broken.signal]), idle, broken));
  } catch {
    broken.abort();
  } finally {
    clearTimeout(idle);
  }
  if (broken.signal.aborted) await breakOff(response);
  else response.end();
}

function createSink(
  response: ServerResponse,
  signal: AbortSignal,
  idle: NodeJS.Timeout,
  broken: AbortController,
): SseSink {
  return {
    signal,
    async send(data) {
      if (signal.aborted) return false;
      idle.refresh();
      if (!response.write(`data: ${JSON.stringify(data)}\n\n`)) await drained(response, signal);
      return !signal.aborted;
    },
    abort() {
      broken.abort();
      void breakOff(response);
    },
  };
}

function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    response.once('drain', done);
    signal.addEventListener('abort', done, { once: true });
  });
}

/** What was written before the fault still reaches the client: head and events first, then the broken body. */
async function breakOff(response: ServerResponse): Promise<void> {
  await new Promise<void>((resolve) => {
    const socket = response.socket;
    if (!socket || socket.destroyed || socket.writableLength === 0) resolve();
    else socket.write('', () => resolve());
  });
  response.destroy();
}
