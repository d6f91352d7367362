/**
 * Human approvals: one record for each Human state a run pauses in, gone when it is answered, timed out or
 * the run ends. A record takes exactly one answer. The answer stays in the store until the run has used it,
 * so that a restart in between loses nothing.
 */
import type { Clock, Store } from '../kernel.js';

/** components.schemas.PendingApproval. `timeout_seconds` is the whole wait, counted from created_at. */
export interface PendingApproval {
  readonly id: string;
  readonly execution_id: string;
  readonly tenant_id: string;
  readonly prompt: string;
  readonly created_at: string;
  readonly timeout_seconds: number;
}

/** Output of a Human state; the last four are set by approve and reject. */
export interface HumanAnswer {
  readonly response: string;
  readonly timeout: boolean;
  readonly approved_by?: string;
  readonly feedback?: string;
  readonly rejected_by?: string;
  readonly reason?: string;
}

interface Row extends PendingApproval {
  readonly answer: string | null;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS human_approvals (
    id TEXT PRIMARY KEY, execution_id TEXT NOT NULL UNIQUE, tenant_id TEXT NOT NULL, prompt TEXT NOT NULL,
    created_at TEXT NOT NULL, timeout_seconds INTEGER NOT NULL, answer TEXT
  );
`;

const PENDING = 'SELECT * FROM human_approvals WHERE answer IS NULL';

/** Records of one store. */
export class Approvals {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #waiting = new Map<string, () => void>();

  constructor({ store, clock }: { readonly store: Store; readonly clock: Clock }) {
    this.#store = store;
    this.#clock = clock;
    store.exec(SCHEMA);
  }

  /** Oldest first. */
  pending(tenant: string): readonly PendingApproval[] {
    return this.#store.all<Row>(`${PENDING} AND tenant_id = ? ORDER BY rowid`, tenant).map(toPending);
  }

  byId(id: string, tenant: string): PendingApproval | undefined {
    const row = this.#pendingRow(id, tenant);
    return row === undefined ? undefined : toPending(row);
  }

  /** Answers by approval id. @returns false when there is nothing pending to answer */
  answerApproval(id: string, tenant: string, answer: HumanAnswer): boolean {
    return this.#answer(this.#pendingRow(id, tenant), answer);
  }

  /** Answers whatever the run waits for. @returns false when it waits for nothing */
  answerRun(executionId: string, answer: HumanAnswer): boolean {
    return this.#answer(this.#rowOfRun(executionId), answer);
  }

  open(executionId: string, tenant: string, prompt: string, timeoutSeconds: number): void {
    const now = this.#clock.now().toISOString();
    const values = [this.#clock.uuid(), executionId, tenant, prompt, now, timeoutSeconds];
    this.#store.run('INSERT INTO human_approvals VALUES (?, ?, ?, ?, ?, ?, NULL)', ...values);
  }

  /** Whether the run has a record, answered or not. */
  isWaiting(executionId: string): boolean {
    return this.#rowOfRun(executionId) !== undefined;
  }

  /** Milliseconds until the wait of the run is over; negative afterwards. */
  remaining(executionId: string): number {
    const row = this.#rowOfRun(executionId);
    if (row === undefined) return 0;
    return Date.parse(row.created_at) + row.timeout_seconds * 1000 - this.#clock.now().getTime();
  }

  /** The answer the run's record holds. */
  given(executionId: string): HumanAnswer | undefined {
    const answer = this.#rowOfRun(executionId)?.answer;
    return typeof answer === 'string' ? JSON.parse(answer) : undefined;
  }

  /** Resolves when the run's record gets its answer. At most one caller a run. */
  answered(executionId: string): Promise<void> {
    return new Promise((resolve) => this.#waiting.set(executionId, resolve));
  }

  /** Forgets the record of the run: its answer was used, or the run ended. */
  close(executionId: string): void {
    this.#waiting.delete(executionId);
    this.#store.run('DELETE FROM human_approvals WHERE execution_id = ?', executionId);
  }

  #answer(row: Row | undefined, answer: HumanAnswer): boolean {
    if (row === undefined || row.answer !== null) return false;
    this.#store.run('UPDATE human_approvals SET answer = ? WHERE id = ?', JSON.stringify(answer), row.id);
    this.#waiting.get(row.execution_id)?.();
    return true;
  }

  #pendingRow(id: string, tenant: string): Row | undefined {
    return this.#store.get<Row>(`${PENDING} AND id = ? AND tenant_id = ?`, id, tenant);
  }

  #rowOfRun(executionId: string): Row | undefined {
    return this.#store.get<Row>('SELECT * FROM human_approvals WHERE execution_id = ?', executionId);
  }
}

function toPending({ answer: _, ...pending }: Row): PendingApproval {
  return pending;
}
