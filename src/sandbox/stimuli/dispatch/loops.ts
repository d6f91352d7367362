/** Inner loops under way: which commands are still to run, and what was said. */
import type { SandboxContext } from '../../kernel.js';
import type { Message } from './messages.js';

const SCHEMA = `
create table if not exists dispatches (
  dispatch_id text primary key, execution_id text not null, loop text not null
)`;

/** A loop between two messages. */
export interface Loop {
  /** Commands that the model still wants, in order. */
  readonly commands: readonly string[];
  readonly executed: number;
  readonly conversation: readonly Message[];
}

export interface Loops {
  /** Keeps the loop until the result of the new dispatch comes; its id. */
  wait(executionId: string, loop: Loop): string;
  /** The loop that waits for the result; taken once, and by its own execution only. */
  take(dispatchId: string, executionId: string): Loop | undefined;
}

/** Opens the table, creating it where missing. */
export function openLoops({ store, clock }: SandboxContext): Loops {
  store.exec(SCHEMA);
  const where = 'dispatch_id = ? and execution_id = ?';
  return {
    wait(executionId, loop) {
      const id = clock.uuid();
      const insert = 'insert into dispatches (dispatch_id, execution_id, loop) values (?, ?, ?)';
      store.run(insert, id, executionId, JSON.stringify(loop));
      return id;
    },
    take(dispatchId, executionId) {
      const select = `select loop from dispatches where ${where}`;
      const row = store.get<{ loop: string }>(select, dispatchId, executionId);
      store.run(`delete from dispatches where ${where}`, dispatchId, executionId);
      return row && JSON.parse(row.loop);
    },
  };
}
