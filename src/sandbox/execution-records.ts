import type { ExecutionRecord, ExecutionStatus, Store } from './kernel.js';

const SCHEMA = `
create table if not exists executions (
  id text primary key, agent_id text not null, tenant_id text not null, workflow_id text,
  status text not null, started_at text not null, ended_at text, input text not null, intent text,
  iterations integer not null, output text, error text
);
create index if not exists executions_by_agent on executions (agent_id);
create table if not exists execution_iterations (
  execution_id text not null, number integer not null, state text not null,
  primary key (execution_id, number)
);`;

/** One language-model turn of an iteration. */
export interface Interaction {
  readonly provider: string;
  readonly model: string;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly prompt: string;
  readonly response: string;
  readonly timestamp: string;
}

/** A panel's verdict, as multi_judge_consensus reports it. */
export interface Consensus {
  readonly judge_scores: readonly (readonly [string, number])[];
  readonly final_score: number;
  readonly confidence: number;
  readonly reached_at: string;
}

/** What is kept of one iteration: enough to rebuild its history. */
export interface IterationState {
  readonly number: number;
  readonly action: string;
  readonly started_at: string;
  readonly interactions: readonly Interaction[];
  readonly validation?: {
    readonly score: number;
    readonly confidence: number;
    readonly validated_at: string;
  };
  readonly consensus?: Consensus;
  readonly refined_at?: string;
  readonly completed?: { readonly output: string; readonly completed_at: string };
  readonly failed?: { readonly message: string; readonly failed_at: string };
}

type Row = Omit<ExecutionRecord, 'input'> & { readonly input: string; readonly workflow_id: string | null };

/** Which executions a list shows; newest first. */
export interface ExecutionFilter {
  readonly tenant?: string | undefined;
  readonly agentId?: string | undefined;
  readonly workflowId?: string | undefined;
  readonly limit: number;
}

/** The executions' tables. */
export interface ExecutionRecords {
  insert(execution: ExecutionRecord, workflowId: string | undefined): void;
  get(id: string): ExecutionRecord | undefined;
  list(filter: ExecutionFilter): readonly ExecutionRecord[];
  countByAgent(agentId: string): number;
  update(
    id: string,
    change: Partial<Pick<ExecutionRecord, 'status' | 'ended_at' | 'iterations' | 'output' | 'error'>>,
  ): void;
  remove(id: string): void;
  unfinished(): readonly ExecutionRecord[];
  saveIteration(executionId: string, state: IterationState): void;
  iterations(executionId: string): readonly IterationState[];
}

/** Statuses that no run leaves by itself. */
export const TERMINAL: ReadonlySet<ExecutionStatus> = new Set(['Completed', 'Failed', 'Cancelled']);

/** Opens the executions' tables, creating them where missing. */
export function openExecutionRecords(store: Store): ExecutionRecords {
  store.exec(SCHEMA);
  const select = (clause: string, ...values: readonly unknown[]) =>
    store.all<Row>(`select * from executions ${clause}`, ...values).map(readRow);
  return {
    insert: (execution, workflowId) => insert(store, execution, workflowId),
    get: (id) => select('where id = ?', id)[0],
    list: (filter) => select(...whereClause(filter)),
    countByAgent: (agentId) =>
      store.get<{ n: number }>('select count(*) as n from executions where agent_id = ?', agentId)?.n ?? 0,
    update(id, change) {
      const columns = Object.keys(change).map((column) => `${column} = ?`);
      store.run(`update executions set ${columns.join(', ')} where id = ?`, ...Object.values(change), id);
    },
    remove: (id) => store.transaction(() => remove(store, id)),
    unfinished: () => select("where status in ('Pending', 'Running') order by started_at"),
    saveIteration(executionId, state) {
      const sql =
        'insert or replace into execution_iterations (execution_id, number, state) values (?, ?, ?)';
      store.run(sql, executionId, state.number, JSON.stringify(state));
    },
    iterations: (executionId) => readIterations(store, executionId),
  };
}

function insert(store: Store, execution: ExecutionRecord, workflowId: string | undefined): void {
  const { id, agent_id, tenant_id, status, started_at, input, intent, iterations } = execution;
  store.run(
    `insert into executions (id, agent_id, tenant_id, workflow_id, status, started_at, input, intent, iterations)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[id, agent_id, tenant_id, workflowId, status, started_at, JSON.stringify(input), intent, iterations],
  );
}

function whereClause({ tenant, agentId, workflowId, limit }: ExecutionFilter): [string, ...unknown[]] {
  const wanted = { tenant_id: tenant, agent_id: agentId, workflow_id: workflowId };
  const given = Object.entries(wanted).filter(([, value]) => value !== undefined);
  const where = given.map(([column]) => `${column} = ?`).join(' and ');
  const clause = `${where && `where ${where}`} order by started_at desc, rowid desc limit ?`;
  return [clause, ...given.map(([, value]) => value), limit];
}

function readIterations(store: Store, executionId: string): readonly IterationState[] {
  const sql = 'select state from execution_iterations where execution_id = ? order by number';
  return store.all<{ state: string }>(sql, executionId).map(({ state }) => JSON.parse(state));
}

function remove(store: Store, id: string): void {
  store.run('delete from execution_iterations where execution_id = ?', id);
  store.run('delete from executions where id = ?', id);
}

function readRow({ workflow_id: _, input, ...rest }: Row): ExecutionRecord {
  return { ...rest, input: JSON.parse(input) };
}
