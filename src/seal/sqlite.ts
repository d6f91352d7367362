/** Opening an SQLite file that several processes share. */
import { closeSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type Libsql from 'libsql';

export type SqliteDatabase = Libsql.Database;

/** How long a statement waits for another process, milliseconds. */
const BUSY_TIMEOUT_MS = 5000;
const RETRY_MS = 10;

/**
 * Opens a database for writing and creates the file where there is none, readable by its owner only.
 *
 * A transaction is on disk when it returns: the default of WAL would leave that to the next checkpoint.
 *
 * @param path file, or `:memory:`.
 * @param schema statements that may be repeated, such as CREATE TABLE IF NOT EXISTS.
 */
export async function openShared(path: string, schema: string): Promise<SqliteDatabase> {
  if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600));
  return await whenFree(() =>
    openSqlite(path, (database) => {
      database.exec('PRAGMA journal_mode = WAL');
      database.exec('PRAGMA synchronous = FULL');
      database.transaction(() => database.exec(schema)).immediate();
    }),
  );
}

/**
 * Opens a database; statements wait up to five seconds for other processes. The native library is imported on first
 * use: loading it would slow down every start.
 *
 * @param prepare called once; the database is closed when it throws.
 */
export async function openSqlite(
  path: string,
  prepare: (database: SqliteDatabase) => void = () => {},
): Promise<SqliteDatabase> {
  const { default: Database } = await import('libsql');
  const database = new Database(path);
  try {
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    prepare(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** The switch to WAL does not wait for another process that makes it at the same moment: SQLite says busy at once. */
async function whenFree<T>(open: () => Promise<T>): Promise<T> {
  const giveUpAt = Date.now() + BUSY_TIMEOUT_MS;
  for (;;) {
    try {
      return await open();
    } catch (error) {
      const isBusy = error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY';
      if (!isBusy || Date.now() >= giveUpAt) throw error;
      await delay(RETRY_MS * (1 + Math.random()));
    }
  }
}
