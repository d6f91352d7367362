/** Calls read back from a journal and its archives. What is read is not verified: see verifyJournal. */
import { basename } from 'node:path';
import { parseJson } from './decode.js';
import { isRecord } from './envelope.js';
import { messageOf, SealError } from './errors.js';
import { archivesBefore, readArchive } from './journal-archive.js';
import { type Entry, endRow } from './journal-file.js';
import type { Connect } from './journal-open.js';
import type { SqliteDatabase } from './sqlite.js';

/** Both entries of a call, as they were written. */
export interface RecordedCall {
  readonly begin: Entry;
  /** Absent while the call is under way, and for good when its process died: its outcome is unknown. */
  readonly finish?: Entry;
}

/** Which calls: one by its id, or the newest. */
export interface CallQuery {
  readonly id?: string | undefined;
  /** Most calls. */
  readonly limit: number;
  /** Only calls whose first entry has a smaller sequence number. */
  readonly before?: number | undefined;
  /** Only calls of this actor. */
  readonly actor?: string | undefined;
}

/** Calls of a journal and its archives, newest first. The journal's database must be in one transaction. */
export function readCalls(
  path: string,
  database: SqliteDatabase,
  connect: Connect,
  query: CallQuery,
): RecordedCall[] {
  const found: RecordedCall[] = [];
  const finished = new Map<string, Entry>();
  const isFull = (): boolean => found.length >= query.limit;
  const readFile = (file: SqliteDatabase): RecordedCall[] => {
    const calls = callsOf(file, { ...query, limit: query.limit - found.length }, finished);
    rememberFinished(file, finished);
    return calls;
  };
  found.push(...readFile(database));
  for (const archive of archivesBefore(path, database).reverse()) {
    if (isFull()) break;
    found.push(...readOld(archive.path, connect, readFile));
  }
  return found;
}

function readOld(
  path: string,
  connect: Connect,
  read: (file: SqliteDatabase) => RecordedCall[],
): RecordedCall[] {
  try {
    return [...readArchive(path, connect, read)];
  } catch (cause) {
    const why = messageOf(cause);
    throw new SealError('journal_failed', `its archive ${basename(path)} cannot be read: ${why}`, {
      next: 'Put a sound copy of this archive in its place, or move it to another folder and do without its receipts.',
      cause,
    });
  }
}

function callsOf(
  database: SqliteDatabase,
  query: CallQuery,
  finishedLater: ReadonlyMap<string, Entry>,
): RecordedCall[] {
  const { id, actor } = query;
  const found = id === undefined ? newest(database, query) : entriesOfCall(database, id, 'begin');
  const wanted = found.filter((begin) => actor === undefined || begin.actor === actor);
  return wanted.map((begin) => {
    const finish = finishOf(database, String(begin.id)) ?? finishedLater.get(String(begin.id));
    return { begin, ...(finish !== undefined && { finish }) };
  });
}

/** Only the first entry of a call names its actor. */
function newest(
  database: SqliteDatabase,
  { before = Number.MAX_SAFE_INTEGER, actor, limit }: CallQuery,
): Entry[] {
  const [member, value] = actor === undefined ? ['kind', 'begin'] : ['actor', actor];
  const sql = `SELECT entry FROM entries WHERE entry ->> '${member}' = ? AND seq < ? ORDER BY seq DESC LIMIT ?`;
  return entriesOf(database, sql, value, before, limit);
}

function finishOf(database: SqliteDatabase, id: string): Entry | undefined {
  return entriesOfCall(database, id, 'finish')[0];
}

/** The plus keeps SQLite from looking through all entries of the kind instead of the few of the id. */
function entriesOfCall(database: SqliteDatabase, id: string, kind: 'begin' | 'finish'): Entry[] {
  const sql = "SELECT entry FROM entries WHERE entry ->> 'id' = ? AND +(entry ->> 'kind') = ?";
  return entriesOf(database, sql, id, kind);
}

/** Outcomes in this file of calls that began in an earlier one; the file's first entry names those. */
function rememberFinished(database: SqliteDatabase, finished: Map<string, Entry>): void {
  const first = parseJson(endRow(database, 'first')?.entry ?? '{}');
  const carried = isRecord(first) && Array.isArray(first.unfinished) ? first.unfinished : [];
  for (const id of carried.map(String)) {
    const finish = finishOf(database, id);
    if (finish !== undefined) finished.set(id, finish);
  }
}

function entriesOf(database: SqliteDatabase, sql: string, ...values: readonly unknown[]): Entry[] {
  const rows: unknown[] = database.prepare(sql).all(...values);
  return rows.flatMap((row) => {
    const entry = isRecord(row) ? parseJson(String(row.entry)) : undefined;
    return isRecord(entry) ? [entry] : [];
  });
}
