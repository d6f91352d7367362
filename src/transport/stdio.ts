/** MCP over stdin and stdout, for one client, both eras (2026-07-28, and 2025-11-25 and older by handshake). */
import type { Readable, Writable } from 'node:stream';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import type { ServerFactory } from '../server/create-server.js';
import type { EventLog } from '../server/event-log.js';
import { CANCEL_GRACE_MS, FINISH_GRACE_MS, SHUTTING_DOWN } from './common.js';
import { LineTransport } from './line-transport.js';

export interface StdioOptions {
  readonly stdin: Readable;
  /** Receives protocol messages and nothing else. */
  readonly stdout: Writable;
  /** Called once, when the connection has ended and everything that could be sent is sent. */
  readonly onClose: () => void;
  readonly log: EventLog;
}

export interface StdioHandle {
  /** Cancels what runs, sends the answers, then ends the connection. Resolves after `onClose`. */
  close(): Promise<void>;
}

/**
 * Serves the connection until stdin ends, stdout breaks or {@link StdioHandle.close} is called. When stdin
 * ends, calls under way may finish within 5 s; then, and on `close`, they are cancelled and answered.
 */
export function serveStdioTransport(factory: ServerFactory, options: StdioOptions): StdioHandle {
  const { stdin, stdout, onClose, log } = options;
  let ended: Promise<void> | undefined;

  const end = async (graceMs: number): Promise<void> => {
    await transport.answered(graceMs);
    factory.stop(SHUTTING_DOWN);
    await transport.answered(CANCEL_GRACE_MS);
    await handle.close();
    await within(CANCEL_GRACE_MS, transport.flush());
    onClose();
  };
  const endOnce = (graceMs: number): Promise<void> => {
    ended ??= end(graceMs);
    return ended;
  };

  const transport = new LineTransport(stdin, stdout, {
    inputEnded: () => void endOnce(FINISH_GRACE_MS),
    outputLost: (err) => {
      log.debug({ err }, 'stdout is gone');
      void endOnce(0);
    },
  });
  const handle = serveStdio(({ era }) => factory.lasting(era), {
    transport,
    onerror: (err) => log.debug({ err }, 'stdio protocol error'),
  });

  const close = (): Promise<void> => {
    factory.stop(SHUTTING_DOWN);
    return endOnce(0);
  };
  return { close };
}

async function within(timeoutMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const bound = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([work, bound]);
  clearTimeout(timer);
}
