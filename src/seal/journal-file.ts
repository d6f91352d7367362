/** One file of the journal: its tables, and the statements that read them. */
import { isRecord } from './envelope.js';
import { SealError } from './errors.js';
import { openShared, type SqliteDatabase } from './sqlite.js';

/** What the log beside the file may keep of its size when it begins anew. */
const LOG_BYTES = 1_048_576;

/** Marks the file as a journal (SQLite's application_id): "SEAL" in ASCII. */
const APPLICATION_ID = 0x5345414c;
/** Form of the tables and entries (SQLite's user_version). */
const FORM = 1;

/**
 * The triggers keep honest programs honest; the chain is what shows tampering. Entries may leave only when a later
 * entry of the kind `continue` says what they were: see journal-archive.ts.
 */
const SCHEMA = `
  CREATE TABLE entries (
    seq INTEGER PRIMARY KEY,
    hash TEXT NOT NULL,
    entry TEXT NOT NULL
  ) STRICT;
  CREATE INDEX entries_by_id ON entries (entry ->> 'id');
  CREATE INDEX entries_by_actor ON entries (entry ->> 'actor', seq) WHERE entry ->> 'actor' IS NOT NULL;
  CREATE INDEX entries_by_kind ON entries (entry ->> 'kind', seq);
  CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
  CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries
    WHEN NOT EXISTS (SELECT 1 FROM entries WHERE entry ->> 'kind' = 'continue' AND seq > OLD.seq)
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${FORM};
`;

/** A row as it is stored. `entry` is canonical JSON, `hash` its SHA-256. */
export interface Row {
  readonly seq: number;
  readonly hash: string;
  readonly entry: string;
}

/** An entry as it was written, parsed: its members come from a file and are not checked. */
export type Entry = Readonly<Record<string, unknown>>;

/**
 * Opens the file that entries are appended to, and makes its tables where it is new.
 *
 * @param mayUse asked before the transaction ends that makes the tables; throws where the chain may not go on here.
 */
export async function openLive(
  path: string,
  mayUse: (database: SqliteDatabase) => void,
): Promise<SqliteDatabase> {
  const database = await openShared(path, '');
  try {
    // Archived entries are overwritten with zeros: what an archive's deletion removes is gone here too.
    database.exec('PRAGMA secure_delete = ON');
    // An archive passes through the log; without a limit the log would keep that size.
    database.exec(`PRAGMA journal_size_limit = ${LOG_BYTES}`);
    atOnce(database, 'IMMEDIATE', () => {
      claim(database);
      mayUse(database);
    });
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Runs one transaction; what it throws is thrown on. IMMEDIATE waits until no other process writes, DEFERRED reads one
 * moment of the file.
 */
export function atOnce<T>(database: SqliteDatabase, kind: 'IMMEDIATE' | 'DEFERRED', work: () => T): T {
  database.exec(`BEGIN ${kind}`);
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    try {
      database.exec('ROLLBACK');
    } catch {
      // A full disk has ended the transaction already.
    }
    throw error;
  }
}

function claim(database: SqliteDatabase): void {
  if (isEmpty(database)) createTables(database);
  else checkForm(database);
}

function isEmpty(database: SqliteDatabase): boolean {
  return count(database, 'SELECT count(*) AS n FROM sqlite_schema') === 0;
}

/** Entries reach the file itself only now and then. */
const WITH_ITS_LOG =
  'A journal in use is copied together with its log (-wal), or when its process has ended.';

/** Throws where a database is no journal of this form. */
export function checkForm(database: SqliteDatabase): void {
  if (isEmpty(database)) throw new SealError('journal_failed', 'it is empty', { next: WITH_ITS_LOG });
  const id = count(database, 'SELECT application_id AS n FROM pragma_application_id');
  const form = count(database, 'SELECT user_version AS n FROM pragma_user_version');
  if (id !== APPLICATION_ID) throw unusable('it is a database of something else');
  if (form !== FORM) throw unusable(`its form is ${form}, and this version reads form ${FORM}`);
}

function unusable(why: string): SealError {
  return new SealError('journal_failed', why, { next: 'Give the path of another file (--journal).' });
}

/** Makes the tables in a new file that is not shared. */
export function createTables(database: SqliteDatabase): void {
  database.exec(SCHEMA);
}

/** A number that a statement gives as `n`; 0 where it gives nothing. */
export function count(database: SqliteDatabase, sql: string, ...values: readonly unknown[]): number {
  const row: unknown = database.prepare(sql).get(...values);
  return isRecord(row) ? Number(row.n) : 0;
}

/** All rows in their order, unchecked; with `before`, those with a smaller number. */
export function readRows(database: SqliteDatabase, before?: number): Iterable<unknown> {
  const [where, values] = before === undefined ? ['', []] : ['WHERE seq < ?', [before]];
  return database.prepare(`SELECT seq, hash, entry FROM entries ${where} ORDER BY seq`).iterate(...values);
}

/** The first or last row of a file; undefined for a file without rows. */
export function endRow(database: SqliteDatabase, end: 'first' | 'last'): Row | undefined {
  const order = end === 'first' ? 'ASC' : 'DESC';
  const row: unknown = database
    .prepare(`SELECT seq, hash, entry FROM entries ORDER BY seq ${order} LIMIT 1`)
    .get();
  if (!isRecord(row)) return undefined;
  return { seq: Number(row.seq), hash: String(row.hash), entry: String(row.entry) };
}

/** Bytes in use; pages that archived entries have left do not count. */
export function sizeOf(database: SqliteDatabase): number {
  return count(
    database,
    'SELECT (page_count - freelist_count) * page_size AS n FROM pragma_page_count, pragma_freelist_count, pragma_page_size',
  );
}
