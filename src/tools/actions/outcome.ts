/** How runs end, as events say it and as records say it. */
import { isObject, type JsonObject } from '../../client/json-object.js';
import { asText } from '../manifest/values.js';
import { cleanJson, cleanText } from '../untrusted.js';
import type { ActivityEvent } from './events.js';

export type RunStatus = 'running' | 'completed' | 'failed' | 'cancelled' | 'timed_out';

/** The end of a run. */
export interface Outcome {
  readonly status: Exclude<RunStatus, 'running'>;
  readonly final_output?: unknown;
  readonly error?: string;
  readonly iterations?: number;
}

type Ends = Readonly<Record<string, Outcome['status']>>;

/** Terminal events of an agent execution. A timed-out run is replayed as execution_failed later. */
const EXECUTION_ENDS: Ends = {
  execution_completed: 'completed',
  execution_failed: 'failed',
  execution_cancelled: 'cancelled',
  execution_timed_out: 'timed_out',
};

/** Terminal events of a workflow execution. */
const WORKFLOW_ENDS: Ends = {
  workflow_execution_completed: 'completed',
  workflow_execution_failed: 'failed',
  workflow_execution_cancelled: 'cancelled',
};

/** The outcome that an event announces for an agent execution; undefined when it is not a terminal event. */
export function readExecutionEnd(event: ActivityEvent): Outcome | undefined {
  return readEnd(event, EXECUTION_ENDS);
}

/** The same for a workflow execution; `final_output` comes from the persisted record only (D40). */
export function readWorkflowEnd(event: ActivityEvent): Outcome | undefined {
  return readEnd(event, WORKFLOW_ENDS);
}

function readEnd({ type, data }: ActivityEvent, ends: Ends): Outcome | undefined {
  const status = Object.hasOwn(ends, type) ? ends[type] : undefined;
  if (status === undefined) return undefined;
  const limit =
    typeof data.timeout_seconds === 'number' ? `timed out after ${data.timeout_seconds} s` : undefined;
  const error = status === 'completed' ? undefined : (asText(data.reason) ?? asText(data.error) ?? limit);
  return {
    status,
    ...(data.final_output === undefined ? {} : { final_output: data.final_output }),
    ...(error === undefined ? {} : { error }),
    ...(typeof data.total_iterations === 'number' ? { iterations: data.total_iterations } : {}),
  };
}

const RECORD_STATUS: Ends = {
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
  timed_out: 'timed_out',
};

/**
 * The outcome in a record (getExecution, getWorkflowExecution); undefined while the run goes on. Statuses come
 * in either case (D29); output and error stand only in documented records (D25, D40).
 */
export function readRecordEnd(record: unknown): Outcome | undefined {
  if (!isObject(record)) return undefined;
  const name = (asText(record.status) ?? '').toLowerCase();
  const status = Object.hasOwn(RECORD_STATUS, name) ? RECORD_STATUS[name] : undefined;
  if (status === undefined) return undefined;
  const output = firstOf(record, 'final_output', 'output');
  const error = asText(firstOf(record, 'error', 'reason'));
  return {
    status,
    ...(output === undefined ? {} : { final_output: cleanJson(output) }),
    ...(error === undefined ? {} : { error: cleanText(error) }),
    ...(typeof record.iterations === 'number' ? { iterations: record.iterations } : {}),
  };
}

function firstOf(record: JsonObject, ...keys: readonly string[]): unknown {
  return keys.map((key) => record[key]).find((value) => value !== undefined && value !== null);
}
