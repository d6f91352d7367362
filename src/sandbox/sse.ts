import type { ServerResponse } from 'node:http';
import type { SseSink } from './kernel.js';

/** Silence after which most streams of the real server send a comment line, in milliseconds. */
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
  const idle = new KeepAlive(response);
  const broken = new AbortController();
  try {
    await produce(createSink(response, AbortSignal.any([signal, broken.signal]), idle, broken));
  } catch {
    broken.abort();
  } finally {
    idle.stop();
  }
  if (broken.signal.aborted) await breakOff(response);
  else response.end();
}

/** Writes a comment line after each stretch of silence. */
class KeepAlive {
  readonly #response: ServerResponse;
  #timer: NodeJS.Timeout | undefined;

  constructor(response: ServerResponse) {
    this.#response = response;
    this.start(KEEP_ALIVE_MS, ':\n\n');
  }

  start(ms: number, line: string): void {
    clearTimeout(this.#timer);
    const timer = setTimeout(() => {
      this.#response.write(line);
      timer.refresh();
    }, ms);
    this.#timer = timer;
  }

  refresh(): void {
    this.#timer?.refresh();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

function createSink(
  response: ServerResponse,
  signal: AbortSignal,
  idle: KeepAlive,
  broken: AbortController,
): SseSink {
  return {
    signal,
    async send(data, name) {
      if (signal.aborted) return false;
      idle.refresh();
      const event = name === undefined ? '' : `event: ${name}\n`;
      if (!response.write(`${event}data: ${JSON.stringify(data)}\n\n`)) await drained(response, signal);
      return !signal.aborted;
    },
    keepAlive: (ms, comment) => idle.start(ms, `: ${comment}\n\n`),
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
