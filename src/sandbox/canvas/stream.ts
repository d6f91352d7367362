/** The event stream of one canvas session (operation streamCanvasSessionEvents, section x-sse). */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { LaggedError } from '../bus.js';
import { isObject } from '../json-schema.js';
import type { ActivityEvent, Bus, ExecutionService, SandboxContext, SseSink } from '../kernel.js';
import { type CanvasEvent, dataOf, nameOf } from './events.js';
import type { CanvasSession } from './records.js';

/** Silence after which the stream sends `: keep-alive`, in milliseconds. */
const KEEP_ALIVE_MS = 20_000;
/** Silence of the whole node after which the stream ends, in milliseconds. */
const SILENCE_MS = 120_000;

/** What a stream reads. */
export interface StreamSources {
  readonly context: SandboxContext;
  readonly executions: ExecutionService;
  readonly events: Bus<CanvasEvent>;
}

/**
 * Live events only. Ends after the session's end, 100 events behind the node's, or after two minutes in which
 * nothing happened on the node. The stream of a session that has ended already therefore stays silent.
 */
export async function streamSession(
  sources: StreamSources,
  session: CanvasSession,
  sink: SseSink,
): Promise<void> {
  sink.keepAlive(KEEP_ALIVE_MS, 'keep-alive');
  const over = new AbortController();
  const signal = AbortSignal.any([sink.signal, over.signal]);
  const end = () => over.abort();
  const silence = setTimeout(end, SILENCE_MS);
  const heard = () => silence.refresh();
  try {
    const telling = { sink, signal, heard };
    await Promise.race([tellSession(sources, session, telling), tellRuns(sources, session, telling)]);
  } catch (error) {
    if (!(error instanceof LaggedError)) throw error;
  } finally {
    clearTimeout(silence);
    end();
  }
}

interface Telling {
  readonly sink: SseSink;
  readonly signal: AbortSignal;
  /** To be called for every event of the node. */
  heard(): void;
}

/** Sends what happens to the session, to its end. */
async function tellSession(
  { events }: StreamSources,
  { id }: CanvasSession,
  { sink, signal, heard }: Telling,
): Promise<void> {
  for await (const event of events.subscribe(signal)) {
    heard();
    if (event.fields.session_id !== id) continue;
    await sink.send(dataOf(event), nameOf(event));
    if (event.variant === 'SessionTerminated') return;
  }
}

/** Tells of the files that agent executions write for the session. */
async function tellRuns(
  { context, executions }: StreamSources,
  session: CanvasSession,
  { sink, signal, heard }: Telling,
): Promise<void> {
  for await (const event of context.activity.subscribe(signal)) {
    heard();
    if (event.event_type !== 'execution_completed' || !servesSession(executions, event, session)) continue;
    const file_count = countFiles(context.files, event.execution_id ?? '');
    const fields = { session_id: session.id, file_count, written_at: event.timestamp };
    const written: CanvasEvent = { variant: 'FilesWrittenByAgent', fields };
    await sink.send(dataOf(written), nameOf(written));
  }
}

/** An execution serves the session that its input names as `canvas_session_id`. */
function servesSession(
  executions: ExecutionService,
  { execution_id }: ActivityEvent,
  { id, tenant_id }: CanvasSession,
): boolean {
  const input = executions.get(execution_id ?? '', tenant_id)?.input;
  return isObject(input) && input.canvas_session_id === id;
}

function countFiles(root: string, executionId: string): number {
  const folder = join(root, executionId);
  if (!existsSync(folder)) return 0;
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).length;
}
