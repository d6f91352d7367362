/**
 * Archives of a journal: files beside it that hold its oldest entries. The journal itself stays in its place, so a
 * process that has it open goes on without noticing.
 *
 * An archive is made in two transactions. The first appends an entry of the kind `continue`, which names the calls
 * under way. The second moves everything before that entry: the archive is whole and on disk under its name before
 * the entries leave the journal. The entry `continue` fixes the name, so what a crash interrupts is done again alike.
 */
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isRecord } from './envelope.js';
import { atOnce, count, createTables, endRow, readRows } from './journal-file.js';
import { type Connect, openFrozen } from './journal-open.js';
import { IN_MEMORY } from './journal-place.js';
import type { SqliteDatabase } from './sqlite.js';

/** An archive, by its name. */
export interface Archive {
  readonly path: string;
  /** Sequence numbers of its first and last entry. */
  readonly first: number;
  readonly last: number;
}

const DIGITS = 12;

function archivePath(journal: string, first: number, last: number): string {
  const [from, to] = [first, last].map((seq) => String(seq).padStart(DIGITS, '0'));
  return `${journal}.${from}-${to}`;
}

/** The archives beside a journal, oldest first. */
export function listArchives(journal: string): Archive[] {
  if (journal === IN_MEMORY) return [];
  const name = basename(journal);
  const found = readdirSync(dirname(journal)).flatMap((file) => {
    const [, first, last] = file.startsWith(name) ? (RANGE.exec(file.slice(name.length)) ?? []) : [];
    if (first === undefined || last === undefined) return [];
    return [{ path: join(dirname(journal), file), first: Number(first), last: Number(last) }];
  });
  return found.sort((one, other) => one.first - other.first);
}

/**
 * The archives that an open journal continues, oldest first. One that holds what the journal still has was left by a
 * process that died while it made it.
 */
export function archivesBefore(journal: string, database: SqliteDatabase): Archive[] {
  const first = endRow(database, 'first')?.seq ?? Number.MAX_SAFE_INTEGER;
  return listArchives(journal).filter(({ last }) => last < first);
}

/** What is read from an archive, which is open only meanwhile. Nothing for one deleted for its age since it was listed. */
export function* readArchive<T>(
  path: string,
  connect: Connect,
  read: (database: SqliteDatabase) => Iterable<T>,
): Generator<T> {
  if (!existsSync(path)) return;
  const database = openFrozen(path, connect);
  try {
    yield* read(database);
  } finally {
    database.close();
  }
}

const RANGE = new RegExp(`^\\.(\\d{${DIGITS},})-(\\d{${DIGITS},})$`);

/** Number of the entry that everything before it waits to be archived for; undefined when nothing waits. */
export function pendingCut(database: SqliteDatabase): number | undefined {
  const cut = count(database, "SELECT MAX(seq) AS n FROM entries WHERE entry ->> 'kind' = 'continue'");
  const first = endRow(database, 'first');
  return first !== undefined && cut > first.seq ? cut : undefined;
}

/** Ids of calls begun in this file or before it, and not finished. */
export function unfinishedCalls(database: SqliteDatabase): string[] {
  const rows: unknown[] = database.prepare(UNFINISHED).all();
  return rows.map((row) => String(isRecord(row) ? row.id : ''));
}

const UNFINISHED = `
  SELECT value AS id FROM entries, json_each(entry, '$.unfinished') WHERE entries.entry ->> 'kind' = 'continue'
  UNION SELECT entry ->> 'id' FROM entries WHERE entry ->> 'kind' = 'begin'
  EXCEPT SELECT entry ->> 'id' FROM entries WHERE entry ->> 'kind' = 'finish'
  ORDER BY id`;

/** Inside an IMMEDIATE transaction: moves the entries before the cut to their archive. */
export function moveToArchive(database: SqliteDatabase, journal: string, connect: Connect): void {
  const cut = pendingCut(database);
  const first = endRow(database, 'first');
  // Another process may have done it meanwhile.
  if (cut === undefined || first === undefined) return;
  writeArchive(archivePath(journal, first.seq, cut - 1), readRows(database, cut), connect);
  database.prepare('DELETE FROM entries WHERE seq < ?').run(cut);
}

/** Writes the file under another name first: one that has its name is whole. */
function writeArchive(path: string, rows: Iterable<unknown>, connect: Connect): void {
  const draft = `${path}.tmp`;
  try {
    rmSync(draft, { force: true });
    closeSync(openSync(draft, 'wx', 0o600));
    copyRows(draft, rows, connect);
    syncToDisk(draft);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  // Windows writes a renamed file's folder through by itself, and opens no folder.
  if (process.platform !== 'win32') syncToDisk(dirname(path));
}

/** One sync at the end is enough: until then the file does not count. */
function copyRows(draft: string, rows: Iterable<unknown>, connect: Connect): void {
  const database = connect(draft);
  try {
    database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF');
    atOnce(database, 'IMMEDIATE', () => {
      createTables(database);
      const insert = database.prepare('INSERT INTO entries (seq, hash, entry) VALUES (?, ?, ?)');
      for (const row of rows) if (isRecord(row)) insert.run(row.seq, row.hash, row.entry);
    });
  } finally {
    database.close();
  }
}

function syncToDisk(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Deletes the archives whose last entry is older than a moment, oldest first, and stops at the first that is not.
 *
 * @param moment milliseconds since 1970.
 */
export function deleteArchives(journal: string, moment: number, connect: Connect): void {
  for (const { path } of listArchives(journal)) {
    const at = lastMoment(path, connect);
    if (at === undefined || at >= moment) return;
    rmSync(path, { force: true });
  }
}

/** When an archive's last entry was written; undefined where that cannot be told. */
function lastMoment(path: string, connect: Connect): number | undefined {
  try {
    const [row] = readArchive(path, connect, (database) => [endRow(database, 'last')]);
    const entry: unknown = JSON.parse(row?.entry ?? '{}');
    const at = Date.parse(isRecord(entry) ? String(entry.at) : '');
    return Number.isNaN(at) ? undefined : at;
  } catch {
    return undefined;
  }
}
