/** What records of the live server leave out (D25, D40): outputs, times and iterations, read from the events. */
import type { SseEvent } from '../../client/types.js';
import { AegisError } from '../../errors.js';
import { Connection } from './connection.js';
import { type ActivityEvent, normalizeEvent } from './events.js';
import { type ReadPage, readEvents } from './log-pages.js';
import { type Outcome, readExecutionEnd, readWorkflowEnd } from './outcome.js';
import { readPayload } from './payload.js';

/** The end of a run as its events tell it; `status` is absent while it goes on. */
export interface RunHistory extends Partial<Outcome> {
  readonly started_at?: string;
  readonly ended_at?: string;
  /** The history was read to its end, or to the terminal event. */
  readonly complete: boolean;
  /** Why not, when it was not. */
  readonly problem?: string;
}

/** The end of a workflow execution as its log tells it; empty while it goes on. */
export interface WorkflowHistory extends Partial<Outcome> {
  readonly ended_at?: string;
}

export interface HistoryDeps {
  readonly signal: AbortSignal;
  /** Opens the history alone (streamExecutionEvents with `follow=false`). */
  stream(signal: AbortSignal): AsyncIterable<SseEvent>;
  /** Longest silence, milliseconds. Default 10,000. */
  readonly patienceMs?: number;
}

/** Most events of a history: 255 iterations with their model calls fit. */
const MAX_EVENTS = 5_000;

/**
 * Reads the history of an agent execution. A history that cannot be read is no error, because the record was:
 * `problem` says why and `complete` is false.
 * @throws AegisError `cancelled` by the caller.
 */
export async function readExecutionHistory(deps: HistoryDeps): Promise<RunHistory> {
  const summary: Summary = {};
  const connection = new Connection((signal) => deps.stream(signal), deps.signal);
  try {
    return { ...(await readToEnd(connection, summary, deps)), ...describe(summary) };
  } finally {
    connection.close();
  }
}

interface Summary {
  started?: string;
  ended?: string;
  iterations?: number;
  outcome?: Outcome;
}

async function readToEnd(
  connection: Connection,
  summary: Summary,
  deps: HistoryDeps,
): Promise<Pick<RunHistory, 'complete' | 'problem'>> {
  for (let count = 0; count < MAX_EVENTS; count += 1) {
    const arrival = await connection.next(deps.patienceMs ?? 10_000);
    if (deps.signal.aborted) throw new AegisError('cancelled', 'The call was cancelled.');
    if (arrival.kind === 'closed') return { complete: true };
    if (arrival.kind === 'silence') return { complete: false, problem: 'the server fell silent' };
    if (arrival.kind === 'broken')
      return { complete: false, problem: AegisError.from(arrival.error).message };
    const event = normalizeEvent(readPayload(arrival.event));
    if (event !== undefined) note(summary, event);
    if (summary.outcome !== undefined) return { complete: true };
  }
  return { complete: false, problem: `the history has more than ${MAX_EVENTS} events` };
}

function note(summary: Summary, event: ActivityEvent): void {
  const { timestamp, iteration } = event;
  if (event.type === 'execution_started' && timestamp !== undefined) summary.started = timestamp;
  if (iteration !== undefined) summary.iterations = Math.max(summary.iterations ?? 0, iteration);
  const outcome = readExecutionEnd(event);
  if (outcome === undefined) return;
  summary.outcome = outcome;
  if (timestamp !== undefined) summary.ended = timestamp;
}

function describe({ started, ended, iterations, outcome }: Summary): Partial<RunHistory> {
  return {
    ...(iterations === undefined ? {} : { iterations }),
    ...outcome,
    ...(started === undefined ? {} : { started_at: started }),
    ...(ended === undefined ? {} : { ended_at: ended }),
  };
}

/** The server's own default: a larger page might be cut down to it and look like the last one. */
const PAGE = 100;
/** Most pages asked for; a log of a million events needs fewer. */
const MAX_PAGES = 24;

/**
 * Reads the end of a workflow execution from its stored log: status, final_output, error and ended_at. The log
 * has no total, so its last page is found by doubling and halving: one request for most runs. Errors of `readPage` pass through.
 */
export async function readWorkflowHistory(readPage: ReadPage): Promise<WorkflowHistory> {
  const last = await findLastPage((index) => readEvents(readPage, PAGE, index * PAGE));
  for (const row of last.toReversed()) {
    const event = normalizeEvent(row);
    const outcome = event === undefined ? undefined : readWorkflowEnd(event);
    if (outcome === undefined) continue;
    const ended = event?.timestamp;
    return { ...outcome, ...(ended === undefined ? {} : { ended_at: ended }) };
  }
  return {};
}

/** Rows of the last page that has any, with those of the page before. */
async function findLastPage(
  read: (index: number) => Promise<readonly unknown[]>,
): Promise<readonly unknown[]> {
  const pages = new Map<number, readonly unknown[]>();
  let full = -1;
  let empty = Infinity;
  for (let asked = 0; asked < MAX_PAGES && full + 1 < empty; asked += 1) {
    const index = empty === Infinity ? Math.max(0, full * 2, full + 1) : Math.floor((full + empty) / 2);
    const rows = await read(index);
    pages.set(index, rows);
    if (rows.length === PAGE) full = index;
    else if (rows.length === 0) empty = index;
    else return [...(pages.get(index - 1) ?? []), ...rows];
  }
  return pages.get(full) ?? [];
}
