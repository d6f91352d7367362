import Database from 'libsql';
import type { Store } from './kernel.js';
import { refuse } from './replies.js';

/** A Store that can be closed; every call after that throws. */
export interface ClosableStore extends Store {
  close(): void;
}

type Bindable = string | number | bigint | null | Buffer;

/**
 * Opens the sandbox's SQLite store: `:memory:`, or a file (write-ahead log, full durability of committed work).
 * Each domain creates its own tables. Storing a text with NUL is refused with 500, as PostgreSQL does.
 */
export function openStore(file: string): ClosableStore {
  const database = new Database(file);
  if (file !== ':memory:') database.pragma('journal_mode = WAL');
  const all = (sql: string, values: readonly unknown[]) => database.prepare(sql).all(values.map(bindable));
  return {
    exec: (sql) => void database.exec(sql),
    run: (sql, ...values) => void database.prepare(sql).run(values.map(bindable).map(withoutNul)),
    get: <T>(sql: string, ...values: readonly unknown[]) => (all(sql, values) as T[])[0],
    all: <T>(sql: string, ...values: readonly unknown[]) => all(sql, values) as T[],
    transaction: nestedTransactions(database),
    close() {
      // libsql lets go of the files only when its statements are collected: the file is whole without them.
      if (file !== ':memory:') database.pragma('wal_checkpoint(TRUNCATE)');
      database.close();
    },
  };
}

/** libsql aborts the whole process on a value it cannot bind, so nothing unknown may reach it. */
function bindable(value: unknown): Bindable {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string' || typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (value instanceof Uint8Array) return Buffer.from(value);
  throw new TypeError(`cannot store a value of type ${typeof value}; encode it as JSON text`);
}

/** libsql gives a text back only up to its first NUL; PostgreSQL, behind the real server, refuses one with it. */
function withoutNul(value: Bindable): Bindable {
  const isCut = typeof value === 'string' && value.includes('\0');
  return isCut ? refuse(500, 'invalid byte sequence for encoding "UTF8": 0x00') : value;
}

function nestedTransactions(database: Database.Database): Store['transaction'] {
  let depth = 0;
  return (work) => {
    const name = `level_${depth}`;
    database.exec(depth === 0 ? 'begin immediate' : `savepoint ${name}`);
    depth += 1;
    try {
      const result = work();
      database.exec(depth === 1 ? 'commit' : `release ${name}`);
      return result;
    } catch (error) {
      database.exec(depth === 1 ? 'rollback' : `rollback to ${name}; release ${name}`);
      throw error;
    } finally {
      depth -= 1;
    }
  };
}
