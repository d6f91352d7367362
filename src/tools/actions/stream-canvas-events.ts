/** Follows one canvas session (streamCanvasSessionEvents). */
import type { AnyWire, Call } from '../define.js';
import { record } from '../results.js';
import { toCanvasSession } from './canvas-sessions.js';
import type { Digest } from './digest.js';
import type { ActivityEvent } from './events.js';
import { follow } from './follow.js';
import type { Outcome } from './outcome.js';
import { readOptions, type StreamBounds, type StreamDeps } from './stream-execution.js';

export interface StreamCanvasArgs extends StreamBounds {
  readonly session_id: string;
}

/** Sessions do not complete or fail: the status is that of the session. */
export interface CanvasDigest
  extends Pick<
    Digest,
    'terminal' | 'reason' | 'counts' | 'events' | 'omitted_events' | 'reconnects' | 'gaps'
  > {
  readonly status: string;
}

const GAPS =
  'The stream was interrupted. It has no history: events that happened meanwhile, or before this call, are missing.';

/** How {@link follow} says that a session has ended. */
const ENDED: Outcome = { status: 'completed' };

/**
 * Reads until the session is terminated or a bound is reached. The stream has no history and is closed whenever the
 * node was silent for two minutes, so it is opened again and the record asked. Errors as {@link follow}.
 */
export async function streamCanvasEvents(args: StreamCanvasArgs, deps: StreamDeps): Promise<CanvasDigest> {
  const source = {
    subject: args.session_id,
    open: (signal: AbortSignal) => deps.stream(signal),
    readEnd: ({ type }: ActivityEvent) => (type === 'session_terminated' ? ENDED : undefined),
    reconcile: async () => ((await statusOf(deps)) === 'terminated' ? ENDED : undefined),
    breaksOften: true,
    gaps: GAPS,
  };
  const { cursor: _none, status: _run, ...digest } = await follow(source, readOptions(args, deps));
  return { ...digest, status: digest.terminal ? 'terminated' : await statusOf(deps) };
}

async function statusOf(deps: StreamDeps): Promise<string> {
  return toCanvasSession(record(await deps.readRecord())).status;
}

export async function runCanvasEvents(call: Call<StreamCanvasArgs>, detail: AnyWire) {
  const { signal, progress } = call.context;
  const readRecord = () => call.read(detail, { session_id: call.args.session_id });
  const deps = { signal, progress, readRecord, stream: call.stream.bind(call) };
  return { value: await streamCanvasEvents(call.args, deps) };
}
