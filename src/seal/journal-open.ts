/** Opening files of a journal to read them. */
import { existsSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { SealError } from './errors.js';
import { checkForm } from './journal-file.js';
import type { SqliteDatabase } from './sqlite.js';

/** Opens a database at once, by its path or as a URI of SQLite. */
export type Connect = (path: string) => SqliteDatabase;

/** Imported on first use: loading the native library would slow down every start. */
export async function loadLibrary(): Promise<Connect> {
  const { default: Database } = await import('libsql');
  return (path) => new Database(path);
}

/**
 * Opens a journal for reading. It may be in use; what its last process left in the log is seen too. Where nothing can be
 * written, one without a log is read as it is.
 */
export function openForReading(path: string, connect: Connect): SqliteDatabase {
  try {
    return checked(connect(path));
  } catch (error) {
    if (error instanceof SealError) throw error;
    if (hasLog(path)) throw needsWriting(error);
    return openFrozen(path, connect);
  }
}

/** Opens a file that nobody writes, such as an archive. SQLite makes no file beside it, nor itself where it is gone. */
export function openFrozen(path: string, connect: Connect): SqliteDatabase {
  const { href } = pathToFileURL(path);
  return checked(connect(`${href}?mode=ro&immutable=1`));
}

function checked(database: SqliteDatabase): SqliteDatabase {
  try {
    checkForm(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function hasLog(path: string): boolean {
  const log = `${path}-wal`;
  return existsSync(log) && statSync(log).size > 0;
}

const NO_PLACE = ['SQLITE_CANTOPEN', 'SQLITE_READONLY'];

/** To read a log, SQLite writes an index beside it. */
function needsWriting(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!NO_PLACE.some((prefix) => code.startsWith(prefix))) return error;
  return new SealError('journal_failed', error instanceof Error ? error.message : code, {
    next: 'Copy the file with its log (-wal) to a folder that this user can write, and check it there.',
    cause: error,
  });
}
