/** Verification of a journal with its archives, offline. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { type ChainFile, checkChain, type JournalReport } from './chain.js';
import { archivesBefore, readArchive } from './journal-archive.js';
import { journalFailure } from './journal-failure.js';
import { atOnce, readRows } from './journal-file.js';
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
    const database = openForReading(place, connect);
    try {
      // As it stands at one moment: what other processes write meanwhile is not seen.
      return atOnce(database, 'DEFERRED', () => checkChain(chainFiles(place, database, connect)));
    } finally {
      database.close();
    }
  } catch (cause) {
    throw journalFailure(`The journal ${path} cannot be read`, cause);
  }
}

/** The files of an open journal, oldest first. */
export function* chainFiles(path: string, database: SqliteDatabase, connect: Connect): Generator<ChainFile> {
  for (const archive of archivesBefore(path, database)) {
    const rows = readArchive(archive.path, connect, (opened) => readRows(opened));
    yield { name: basename(archive.path), rows };
  }
  yield { name: basename(path), rows: readRows(database) };
}
