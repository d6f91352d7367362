/** What keeps a journal from a second chain beside its archives. */
import { basename } from 'node:path';
import { GENESIS, type Link } from './chain.js';
import { SealError } from './errors.js';
import { type Archive, listArchives } from './journal-archive.js';
import { endRow } from './journal-file.js';
import type { SqliteDatabase } from './sqlite.js';

/** An archive that reaches as far as a number or further. The last entry of a journal in order is later than all of them. */
export function archiveFrom(archives: readonly Archive[], seq: number): Archive | undefined {
  return archives.find(({ last }) => last >= seq);
}

/** What the first entry of a new chain follows. Throws beside archives. */
export function beginningAt(place: string): Link {
  refuseOrphans(place);
  return { seq: 0, hash: GENESIS };
}

/** Archives without their journal: a new chain beside them would look like theirs. */
export function refuseOrphans(place: string): void {
  const [oldest] = listArchives(place);
  if (oldest === undefined) return;
  throw new SealError('journal_failed', `its archives are there (${oldest.path}), but its entries are not`, {
    next: 'Put the file back, or move its archives to another folder to begin a new journal.',
  });
}

/** A journal that ends before its archives do, an older copy say, would fork their chain. */
export function refuseOlder(place: string, database: SqliteDatabase): void {
  const last = endRow(database, 'last') ?? beginningAt(place);
  const ahead = archiveFrom(listArchives(place), last.seq);
  if (ahead === undefined) return;
  throw new SealError('journal_failed', `its archive ${basename(ahead.path)} has later entries than it`, {
    next: 'Put the newest copy of the journal back, or move this one and its archives to another folder to begin a new one.',
  });
}
