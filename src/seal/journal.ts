/** The journal: an append-only, hash-chained SQLite file of receipts, with archives beside it. */
import { existsSync } from 'node:fs';
import { checkChain, type JournalReport } from './chain.js';
import { deleteArchives, moveToArchive, pendingCut, unfinishedCalls } from './journal-archive.js';
import { journalFailure } from './journal-failure.js';
import { atOnce, endRow, openLive, sizeOf } from './journal-file.js';
import { beginningAt, refuseOlder, refuseOrphans } from './journal-fork.js';
import { type Connect, loadLibrary } from './journal-open.js';
import { IN_MEMORY, placeOf, watchPlace } from './journal-place.js';
import { type CallQuery, type RecordedCall, readCalls } from './journal-read.js';
import { chainFiles } from './journal-verify.js';
import { type Finish, hash, type Receipt, writeEntry } from './receipt.js';
import type { SqliteDatabase } from './sqlite.js';

export interface JournalOptions {
  /** Bytes from which the file is archived before the next call. Default: never. */
  readonly maxBytes?: number | undefined;
  /** Days after which an archive is deleted, counted from its last entry. Default: never. */
  readonly keepDays?: number | undefined;
  /** Milliseconds since 1970; default Date.now. */
  readonly now?: () => number;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/**
 * Receipts of sensitive calls: one entry before a call is sent, one after it has ended. Every entry holds the
 * SHA-256 of the entry before it and is on disk when the method returns. Several processes may share a file.
 */
export class Journal {
  readonly path: string;
  /** The file behind the path. */
  readonly #place: string;
  readonly #checkPlace: () => void;
  readonly #database: SqliteDatabase;
  readonly #connect: Connect;
  readonly #options: JournalOptions;
  readonly #now: () => number;
  /** Ids begun here and not finished: a stray finish would make the whole chain unsound. */
  readonly #underWay = new Set<string>();
  #nextCleaning = 0;

  private constructor(path: string, database: SqliteDatabase, connect: Connect, options: JournalOptions) {
    this.path = path;
    this.#place = placeOf(path);
    this.#checkPlace = watchPlace(this.#place);
    this.#database = database;
    this.#connect = connect;
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /**
   * Opens a journal and creates it where there is none, readable by its owner only.
   *
   * @param path file, or `:memory:`, which is never archived.
   * @throws SealError `journal_failed`.
   */
  static async open(path: string, options: JournalOptions = {}): Promise<Journal> {
    try {
      const connect = await loadLibrary();
      if (!existsSync(path)) refuseOrphans(placeOf(path));
      // A link that led nowhere leads to a file now.
      const database = await openLive(placeOf(path), (opened) => refuseOlder(placeOf(path), opened));
      return new Journal(path, database, connect, options);
    } catch (cause) {
      throw journalFailure(`The journal ${path} cannot be opened`, cause);
    }
  }

  /**
   * Writes the receipt of a call that is about to be sent. Until `finish` its outcome is `unknown`. Makes an archive
   * first where the file has outgrown its bound.
   *
   * @throws SealError `journal_failed`; then the call must not be sent.
   */
  begin(receipt: Receipt): void {
    if (this.#underWay.has(receipt.id))
      throw journalFailure(`The call ${receipt.id} has begun before`, undefined);
    this.#checkPlace();
    this.#makeRoom();
    this.#append({ kind: 'begin', outcome: 'unknown', ...receipt });
    this.#underWay.add(receipt.id);
  }

  /** Writes how a call begun with this object ended. @throws SealError `journal_failed`. */
  finish({ id, at, status: outcome, detail }: Finish): void {
    if (!this.#underWay.has(id)) throw journalFailure(`No call ${id} is under way`, undefined);
    // Foreign text may hold what canonical JSON cannot: unpaired surrogates become U+FFFD.
    const text = detail === undefined ? null : Buffer.from(detail).toString();
    this.#append({ kind: 'finish', id, at, outcome, detail: text });
    this.#underWay.delete(id);
  }

  /** Calls in the journal and its archives, newest first. @throws SealError `journal_failed`. */
  read(query: CallQuery): RecordedCall[] {
    return this.#atOneMoment(() => readCalls(this.#place, this.#database, this.#connect, query));
  }

  /** Checks the whole journal as it stands: see verifyJournal. */
  verify(): JournalReport {
    return this.#atOneMoment(() => checkChain(chainFiles(this.#place, this.#database, this.#connect)));
  }

  /** Closes the file. Nothing is lost: every entry has been written through. */
  close(): void {
    try {
      // Whoever copies the file now gets all of it.
      this.#database.exec('PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // Somebody reads and is not waited for: what is in the log stays there.
    }
    this.#database.close();
  }

  #atOneMoment<T>(work: () => T): T {
    try {
      return atOnce(this.#database, 'DEFERRED', work);
    } catch (cause) {
      throw journalFailure(`The journal ${this.path} cannot be read`, cause);
    }
  }

  #append(body: Readonly<Record<string, unknown>>): void {
    try {
      atOnce(this.#database, 'IMMEDIATE', () => this.#appendLocked(body));
    } catch (cause) {
      throw journalFailure(`The journal ${this.path} cannot be written`, cause);
    }
  }

  /** Inside an IMMEDIATE transaction no other process can append between reading the head and writing. */
  #appendLocked(body: Readonly<Record<string, unknown>>): void {
    const { seq, hash: previous } = endRow(this.#database, 'last') ?? beginningAt(this.#place);
    const entry = writeEntry({ ...body, seq: seq + 1, previous });
    this.#database
      .prepare('INSERT INTO entries (seq, hash, entry) VALUES (?, ?, ?)')
      .run(seq + 1, hash(entry), entry);
  }

  /** Before a call and not after it: a call that has run must get its outcome written whatever an archive needs. */
  #makeRoom(): void {
    if (this.path === IN_MEMORY) return;
    try {
      if (this.#isFull()) atOnce(this.#database, 'IMMEDIATE', () => this.#cut());
      if (pendingCut(this.#database) !== undefined)
        atOnce(this.#database, 'IMMEDIATE', () => moveToArchive(this.#database, this.#place, this.#connect));
      this.#deleteOld();
    } catch (cause) {
      throw journalFailure(`No archive of the journal ${this.path} can be made`, cause);
    }
  }

  #isFull(): boolean {
    const { maxBytes } = this.#options;
    return (
      maxBytes !== undefined && sizeOf(this.#database) >= maxBytes && pendingCut(this.#database) === undefined
    );
  }

  /** Everything before this entry goes to the archive. A file that holds no more than such an entry is not cut again. */
  #cut(): void {
    const [first, last] = [endRow(this.#database, 'first'), endRow(this.#database, 'last')];
    if (!this.#isFull() || first === undefined || first.seq === last?.seq) return;
    const unfinished = unfinishedCalls(this.#database);
    this.#appendLocked({ kind: 'continue', at: new Date(this.#now()).toISOString(), unfinished });
  }

  #deleteOld(): void {
    const { keepDays } = this.#options;
    const now = this.#now();
    if (keepDays === undefined || now < this.#nextCleaning) return;
    this.#nextCleaning = now + HOUR_MS;
    deleteArchives(this.#place, now - keepDays * DAY_MS, this.#connect);
  }
}
