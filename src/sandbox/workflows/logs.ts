/** Log events of runs: kept in the store, and handed live to open log streams. */
import type { Clock, Store } from '../kernel.js';
import type { Run } from './runs.js';

/** Fields of TemporalEventPayload an event may set; all others are null. */
export interface EventFields {
  readonly state_name?: string;
  readonly output?: unknown;
  readonly error?: string;
  readonly iteration_number?: number;
  readonly final_blackboard?: unknown;
  readonly final_output?: unknown;
  readonly artifacts?: readonly string[];
  readonly agent_id?: string;
  readonly parent_execution_id?: string;
  readonly child_execution_id?: string;
  readonly child_workflow_id?: string;
  readonly mode?: string;
  readonly result_key?: string;
  readonly parent_state_name?: string;
  readonly name?: string;
  readonly image?: string;
  readonly exit_code?: number;
  readonly duration_ms?: number;
  readonly stderr?: string;
  readonly step_count?: number;
  readonly completion?: string;
  readonly succeeded?: number;
  readonly failed?: number;
}

/** components.schemas.TemporalEventPayload, as far as the log looks at it. */
export interface WorkerEvent {
  readonly event_type: string;
  readonly execution_id: string;
  readonly state_name?: string;
  readonly iteration_number?: number;
}

/** components.schemas.WorkflowLogEvent, as the server lists it. */
export type LogEvent = {
  readonly execution_id: string;
  readonly workflow_id: string;
  readonly workflow_name?: string;
  readonly event_type: string;
  readonly message: string;
  readonly state_name?: string;
  readonly iteration_number?: number;
  readonly timestamp: string;
  /** TemporalEventPayload, null for what is unset. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly temporal_workflow_id: string;
  readonly temporal_run_id: string;
};

/** Events after which a run has no more. */
export const TERMINAL_EVENTS: ReadonlySet<string> = new Set([
  'WorkflowExecutionCompleted',
  'WorkflowExecutionFailed',
  'WorkflowExecutionCancelled',
]);

const UNSET = {
  workflow_id: null,
  state_name: null,
  output: null,
  error: null,
  iteration_number: null,
  final_blackboard: null,
  final_output: null,
  artifacts: null,
  agent_id: null,
  code_diff: null,
  parent_execution_id: null,
  child_execution_id: null,
  child_workflow_id: null,
  mode: null,
  result_key: null,
  parent_state_name: null,
  name: null,
  image: null,
  exit_code: null,
  duration_ms: null,
  stderr: null,
  step_count: null,
  completion: null,
  succeeded: null,
  failed: null,
  tenant_id: null,
  workflow_execution_id: null,
  intent: null,
  language: null,
  workspace_volume_id: null,
  final_result: null,
  reused_existing_agent: null,
  agent_similarity_score: null,
  failed_at_state: null,
};

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS workflow_logs (
    execution_id TEXT NOT NULL, sequence INTEGER NOT NULL, event TEXT NOT NULL,
    PRIMARY KEY (execution_id, sequence)
  );
`;

type Listener = (event: LogEvent) => void;

/** Log events of all runs. */
export class Logs {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #listeners = new Map<string, Set<Listener>>();

  constructor({ store, clock }: { readonly store: Store; readonly clock: Clock }) {
    this.#store = store;
    this.#clock = clock;
    store.exec(SCHEMA);
  }

  append(run: Run, eventType: string, message: string, fields: EventFields = {}): void {
    const id = run.execution_id;
    const sequence = this.#nextSequence(id);
    const at = this.#clock.now().toISOString();
    const event = describeEvent(run, { eventType, message, sequence, at }, fields);
    this.#store.run('INSERT INTO workflow_logs VALUES (?, ?, ?)', id, sequence, JSON.stringify(event));
    for (const listener of this.#listeners.get(id) ?? []) listener(event);
  }

  /** Oldest first. */
  page(id: string, limit: number, offset: number): readonly LogEvent[] {
    const sql = 'SELECT event FROM workflow_logs WHERE execution_id = ? ORDER BY sequence LIMIT ? OFFSET ?';
    const rows = this.#store.all<{ event: string }>(sql, id, limit, offset);
    return rows.map((row): LogEvent => JSON.parse(row.event));
  }

  remove(id: string): void {
    this.#store.run('DELETE FROM workflow_logs WHERE execution_id = ?', id);
  }

  /** Calls the listener for each event from now on. @returns ends it */
  listen(id: string, listener: Listener): () => void {
    const set = this.#listeners.get(id) ?? new Set();
    this.#listeners.set(id, set.add(listener));
    return () => {
      set.delete(listener);
      if (set.size === 0 && this.#listeners.get(id) === set) this.#listeners.delete(id);
    };
  }

  #nextSequence(id: string): number {
    const sql = 'SELECT COALESCE(MAX(sequence), 0) + 1 AS next FROM workflow_logs WHERE execution_id = ?';
    return this.#store.get<{ next: number }>(sql, id)?.next ?? 1;
  }
}

interface Occurrence {
  readonly eventType: string;
  readonly message: string;
  readonly sequence: number;
  readonly at: string;
}

function describeEvent(run: Run, what: Occurrence, fields: EventFields): LogEvent {
  const { state_name, iteration_number } = fields;
  return {
    execution_id: run.execution_id,
    workflow_id: run.workflow_id,
    ...(run.workflow_name === null ? {} : { workflow_name: run.workflow_name }),
    event_type: what.eventType,
    message: what.message,
    ...(state_name === undefined ? {} : { state_name }),
    ...(iteration_number === undefined ? {} : { iteration_number }),
    timestamp: what.at,
    details: {
      event_type: what.eventType,
      execution_id: run.execution_id,
      temporal_sequence_number: what.sequence,
      ...UNSET,
      workflow_id: run.workflow_id,
      tenant_id: run.tenant_id,
      ...fields,
      timestamp: what.at,
    },
    temporal_workflow_id: run.execution_id,
    temporal_run_id: run.run_id,
  };
}
