/** Verification of a journal with its archives, offline. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { type ChainFile, checkChain, type JournalReport } from './chain.js';
import { type Archive, archivesBefore, listArchives, readArchive } from './journal-archive.js';
import { journalFailure } from './journal-failure.js';
import { atOnce, readRows } from './journal-file.js';
import { archiveFrom } from './journal-fork.js';
import { type Connect, loadLibrary, openForReading } from './journal-open.js';
import { placeOf } from './journal-place.js';
import type { SqliteDatabase } from './sqlite.js';

/**
 * Verifies a journal: order, hashes, chain, outcomes, and the signature of every receipt. The archives beside it are
 * checked with it as one chain. An archive given by its own path is checked alone: it says what it continues.
 *
 * Entries cut off at the end leave a valid shorter chain, and archives removed from the beginning a valid later one:
 * to notice either, compare `head` and `continues` with what was noted elsewhere.
 *
 * @throws SealError `journal_failed` when there is no journal at the path, or none that can be read.
 */
export async function verifyJournal(path: string): Promise<JournalReport> {
  if (!existsSync(path)) throw journalFailure(`There is no journal at ${path}`, undefined);
  const connect = await loadLibrary();
  try {
    const place = placeOf(path);
    // Listed first: those that another process makes meanwhile may have later entries than what is seen of the journal.
    const archives = listArchives(place);
    const database = openForReading(place, connect);
    try {
      // As it stands at one moment: what other processes write meanwhile is not seen.
      const report = atOnce(database, 'DEFERRED', () => checkChain(chainFiles(place, database, connect)));
      return withAhead(report, archives);
    } finally {
      database.close();
    }
  } catch (cause) {
    throw journalFailure(`The journal ${path} cannot be read`, cause);
  }
}

/** A journal that ends before its archives do is an older copy, or was begun anew. */
function withAhead(report: JournalReport, archives: readonly Archive[]): JournalReport {
  const { seq } = report.head;
  const ahead = archiveFrom(archives, seq);
  if (report.broken !== undefined || ahead === undefined) return report;
  const reason = 'the archive has later entries than the journal';
  return { ...report, broken: { file: basename(ahead.path), seq: seq + 1, reason } };
}

/** The files of an open journal, oldest first. */
export function* chainFiles(path: string, database: SqliteDatabase, connect: Connect): Generator<ChainFile> {
  for (const archive of archivesBefore(path, database)) {
    const rows = readArchive(archive.path, connect, (opened) => readRows(opened));
    yield { name: basename(archive.path), rows };
  }
  yield { name: basename(path), rows: readRows(database) };
}
