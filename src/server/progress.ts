/** Progress notifications of one call (MCP 2025-11-25 and 2026-07-28, "Progress"). */
import type { ServerContext } from '@modelcontextprotocol/server';
import type { EventLog } from './event-log.js';
import type { Progress } from './host.js';

export interface ProgressSender {
  /** Never throws, never waits. */
  readonly send: (update: Progress) => void;
  /** After this nothing is sent: a notification must not follow the result. */
  stop(): void;
}

/**
 * Sends progress when the client asked for it with a token, and only while the value increases, as MCP
 * demands; other updates are dropped.
 */
export function createProgressSender(context: ServerContext, log: EventLog): ProgressSender {
  const progressToken = context.mcpReq._meta?.progressToken;
  let open = progressToken !== undefined;
  let last = Number.NEGATIVE_INFINITY;
  const send = (update: Progress): void => {
    if (!open || progressToken === undefined || !(update.progress > last)) return;
    last = update.progress;
    const params = { ...update, progressToken };
    context.mcpReq
      .notify({ method: 'notifications/progress', params })
      .catch((err: unknown) => log.debug({ err }, 'progress not delivered'));
  };
  const stop = (): void => {
    open = false;
  };
  return { send, stop };
}
