/** Waiting for a run to end, as the `*.wait` tools do. */
import { countArg, type ToolCall } from './call.js';
import type { ToolServices } from './services.js';

/** Longest pause between two looks unless the sandbox polls as the real server does. */
const PROMPT_PAUSE_MS = 100;

export interface WaitOptions<T> {
  readonly read: () => T | undefined;
  readonly isOver: (run: T) => boolean;
  /** Seconds when the call names none. */
  readonly timeout: number;
  /** Seconds between looks when the call names none. */
  readonly interval: number;
}

/** How a wait ended: `run` is absent when the record is. `timeout` is in seconds. */
export interface Waited<T> {
  readonly run: T | undefined;
  readonly timedOut: boolean;
  readonly timeout: number;
}

/** Looks at the run until it is over, gone, or `timeout_seconds` have passed. Rejects when the call is aborted. */
export async function waitForEnd<T>(
  call: ToolCall,
  { context }: ToolServices,
  options: WaitOptions<T>,
): Promise<Waited<T>> {
  const timeout = countArg(call, 'timeout_seconds', options.timeout);
  const interval = countArg(call, 'poll_interval_seconds', options.interval);
  const deadline = context.clock.now().getTime() + timeout * 1000;
  const longest = context.polling === 'timed' ? Number.POSITIVE_INFINITY : PROMPT_PAUSE_MS;
  const pause = Math.max(1, Math.min(interval * 1000, longest));
  for (;;) {
    const run = options.read();
    if (run === undefined || options.isOver(run)) return { run, timedOut: false, timeout };
    if (context.clock.now().getTime() >= deadline) return { run, timedOut: true, timeout };
    await context.clock.sleep(pause, call.signal);
  }
}
