/** Workflow executions in the store: everything needed to show a run and to continue one that is paused. */
import type { Store, WorkflowExecutionRecord, WorkflowStatus } from '../kernel.js';
import { type WorkflowManifest, workflowManifestSchema } from './manifest-schema.js';

/** Where the state machine stands; kept so that a paused run survives a restart. */
export interface Cursor {
  /** Times each state was entered. */
  readonly visits: Readonly<Record<string, number>>;
  readonly transitions: number;
  /** Rendered feedback of the last transition. */
  readonly feedback: string | null;
  /** Execution the current blocking Subworkflow state waits for. */
  readonly child: string | null;
}

/** One run. Replaced as a whole at each step, never mutated. */
export interface Run extends WorkflowExecutionRecord {
  readonly run_id: string;
  readonly manifest: WorkflowManifest;
  readonly input: unknown;
  readonly intent: string | null;
  readonly cursor: Cursor;
  /** Why the run failed; null otherwise. */
  readonly error: string | null;
  /** Levels of Subworkflow states above this run. */
  readonly depth: number;
}

interface Row {
  readonly execution_id: string;
  readonly tenant_id: string;
  readonly workflow_id: string;
  readonly workflow_name: string;
  readonly status: WorkflowStatus;
  readonly document: string;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS workflow_executions (
    execution_id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, workflow_id TEXT NOT NULL,
    workflow_name TEXT NOT NULL, status TEXT NOT NULL, document TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS workflow_executions_by_tenant ON workflow_executions (tenant_id, workflow_id);
`;

/** Which runs a list shows; without a tenant those of every tenant. */
export interface RunFilter {
  readonly tenant?: string;
  readonly workflowId?: string;
  readonly limit: number;
  readonly offset: number;
}

/** The runs' table. */
export class Runs {
  readonly #store: Store;

  constructor({ store }: { readonly store: Store }) {
    this.#store = store;
    store.exec(SCHEMA);
  }

  insert(run: Run): void {
    const { execution_id, tenant_id, workflow_id, workflow_name, status, ...document } = run;
    const values = [execution_id, tenant_id, workflow_id, workflow_name, status, JSON.stringify(document)];
    this.#store.run('INSERT INTO workflow_executions VALUES (?, ?, ?, ?, ?, ?)', ...values);
  }

  update(run: Run): void {
    const { execution_id, tenant_id, workflow_id, workflow_name, status, ...document } = run;
    const sql = 'UPDATE workflow_executions SET status = ?, document = ? WHERE execution_id = ?';
    this.#store.run(sql, status, JSON.stringify(document), execution_id);
  }

  remove(id: string): void {
    this.#store.run('DELETE FROM workflow_executions WHERE execution_id = ?', id);
  }

  byId(id: string): Run | undefined {
    const row = this.#store.get<Row>('SELECT * FROM workflow_executions WHERE execution_id = ?', id);
    return row === undefined ? undefined : toRun(row);
  }

  /** Newest first. */
  list(filter: RunFilter): readonly Run[] {
    const { tenant = null, workflowId = null, limit, offset } = filter;
    const sql = `SELECT * FROM workflow_executions
      WHERE (? IS NULL OR tenant_id = ?) AND (? IS NULL OR workflow_id = ?)
      ORDER BY rowid DESC LIMIT ? OFFSET ?`;
    return this.#store.all<Row>(sql, tenant, tenant, workflowId, workflowId, limit, offset).map(toRun);
  }

  /** Oldest first. */
  running(): readonly Run[] {
    const sql = `SELECT * FROM workflow_executions WHERE status = 'running' ORDER BY rowid`;
    return this.#store.all<Row>(sql).map(toRun);
  }

  count(workflowId: string): number {
    const sql = 'SELECT COUNT(*) AS n FROM workflow_executions WHERE workflow_id = ?';
    return this.#store.get<{ n: number }>(sql, workflowId)?.n ?? 0;
  }
}

function toRun(row: Row): Run {
  const { document, ...columns } = row;
  const rest: Omit<Run, keyof Omit<Row, 'document'>> = JSON.parse(document);
  return { ...rest, ...columns, manifest: workflowManifestSchema.parse(rest.manifest) };
}
