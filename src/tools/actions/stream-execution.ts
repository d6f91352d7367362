/** Follows one agent execution (streamExecutionEvents, documented as streamExecution). */
import type { SseEvent } from '../../client/types.js';
import type { ProgressUpdate } from '../context.js';
import type { Digest } from './digest.js';
import { type FollowOptions, follow } from './follow.js';
import { readExecutionEnd, readRecordEnd } from './outcome.js';

/** Bounds that every stream tool takes. */
export interface StreamBounds {
  /** Seconds to read at most. Default {@link MAX_SECONDS}. */
  readonly max_seconds?: number | undefined;
  /** New events to read at most. Default {@link MAX_EVENTS}. */
  readonly max_events?: number | undefined;
  /** Cursor of an earlier digest of the same id: only newer events. */
  readonly cursor?: string | undefined;
}

export const MAX_SECONDS = 120;
export const MAX_EVENTS = 1_000;

/** What a stream reader needs of a tool call. */
export interface StreamDeps {
  readonly signal: AbortSignal;
  readonly progress: (update: ProgressUpdate) => void;
  /** Opens the stream; `query` follows the request's own. */
  stream(signal: AbortSignal, query?: readonly (readonly [string, string])[]): AsyncIterable<SseEvent>;
  /** The parsed record behind the stream. Throws AegisError `not_found` when there is none. */
  readRecord(): Promise<unknown>;
  /** Times for tests; production code leaves them out. */
  readonly timing?: Pick<FollowOptions, 'pollMs' | 'settleMs' | 'backoffMs' | 'maxFailures'>;
}

export interface StreamExecutionArgs extends StreamBounds {
  readonly execution_id: string;
}

/** Said when a replay cannot bring back what was missed. */
export const LIVE_ONLY =
  'The stream was interrupted. Its history has no console_output, instance and tool events: those that happened ' +
  'meanwhile are missing.';

/**
 * Reads until a terminal event or a bound. The live stream never closes (D24) and an unknown execution is a cut
 * stream: the record (getExecution) decides. Errors as {@link follow}.
 */
export async function streamExecution(args: StreamExecutionArgs, deps: StreamDeps): Promise<Digest> {
  const source = {
    subject: args.execution_id,
    open: (signal: AbortSignal) => deps.stream(signal),
    readEnd: readExecutionEnd,
    reconcile: async () => readRecordEnd(await deps.readRecord()),
    gaps: LIVE_ONLY,
  };
  return await follow(source, readOptions(args, deps));
}

/** Options of {@link follow} from arguments and dependencies of a tool. */
export function readOptions(args: StreamBounds, deps: StreamDeps): FollowOptions {
  return {
    ...deps.timing,
    signal: deps.signal,
    progress: deps.progress,
    maxSeconds: args.max_seconds ?? MAX_SECONDS,
    maxEvents: args.max_events ?? MAX_EVENTS,
    ...(args.cursor === undefined ? {} : { cursor: args.cursor }),
  };
}
