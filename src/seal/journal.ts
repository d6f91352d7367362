/** The journal: an append-only, hash-chained SQLite file of receipts. */
import { closeSync, existsSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type LibsqlDatabase from 'libsql';
import { checkChain, GENESIS, type JournalReport } from './chain.js';
import { isRecord } from './envelope.js';
import { SealError } from './errors.js';
import { type Finish, hash, type Receipt, writeEntry } from './receipt.js';

type Database = LibsqlDatabase.Database;

const BUSY_TIMEOUT_MS = 5000;

/** The triggers keep honest programs honest; the chain is what shows tampering. */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS entries (
    seq INTEGER PRIMARY KEY,
    hash TEXT NOT NULL,
    entry TEXT NOT NULL
  ) STRICT;
  CREATE TRIGGER IF NOT EXISTS entries_no_update BEFORE UPDATE ON entries
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
  CREATE TRIGGER IF NOT EXISTS entries_no_delete BEFORE DELETE ON entries
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
`;

/**
 * Receipts of sensitive calls: one entry before a call is sent, one after it has ended. Every entry holds the
 * SHA-256 of the entry before it and is on disk when the method returns. Several processes may share a file.
 */
export class Journal {
  readonly path: string;
  readonly #database: Database;
  /** Ids begun here and not finished: a stray finish would make the whole chain unsound. */
  readonly #underWay = new Set<string>();

  private constructor(path: string, database: Database) {
    this.path = path;
    this.#database = database;
  }

  /**
   * Opens a journal and creates it where there is none, readable by its owner only.
   *
   * @param path file, or `:memory:`.
   * @throws SealError `journal_failed`.
   */
  static async open(path: string): Promise<Journal> {
    try {
      if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600));
      return new Journal(path, await whenFree(() => openDatabase(path, prepareForWriting)));
    } catch (cause) {
      throw failed(`The journal ${path} cannot be opened`, cause);
    }
  }

  /** Writes the receipt of a call that is about to be sent. @throws SealError `journal_failed`. */
  begin(receipt: Receipt): void {
    if (this.#underWay.has(receipt.id)) throw failed(`The call ${receipt.id} has begun before`, undefined);
    this.#append({ kind: 'begin', ...receipt });
    this.#underWay.add(receipt.id);
  }

  /** Writes how a call begun with this object ended. @throws SealError `journal_failed`. */
  finish(finish: Finish): void {
    const { id, at, status } = finish;
    if (!this.#underWay.has(id)) throw failed(`No call ${id} is under way`, undefined);
    // Foreign text may hold what canonical JSON cannot: unpaired surrogates become U+FFFD.
    const detail = finish.detail === undefined ? null : Buffer.from(finish.detail).toString();
    this.#append({ kind: 'finish', id, at, status, detail });
    this.#underWay.delete(id);
  }

  /** Checks the whole journal as it stands: see {@link verifyJournal}. */
  verify(): JournalReport {
    return checkChain(readRows(this.#database));
  }

  /** Closes the file. Nothing is lost: every entry has been written through. */
  close(): void {
    this.#database.close();
  }

  #append(body: Readonly<Record<string, unknown>>): void {
    try {
      this.#database.transaction(() => this.#appendLocked(body)).immediate();
    } catch (cause) {
      throw failed(`The journal ${this.path} cannot be written`, cause);
    }
  }

  /** Inside an IMMEDIATE transaction no other process can append between reading the head and writing. */
  #appendLocked(body: Readonly<Record<string, unknown>>): void {
    const head = this.#database.prepare('SELECT seq, hash FROM entries ORDER BY seq DESC LIMIT 1').get();
    const { seq, hash: previous } = isRecord(head) ? head : { seq: 0, hash: GENESIS };
    const next = Number(seq) + 1;
    const entry = writeEntry({ ...body, seq: next, previous });
    this.#database
      .prepare('INSERT INTO entries (seq, hash, entry) VALUES (?, ?, ?)')
      .run(next, hash(entry), entry);
  }
}

/**
 * Verifies a journal offline: order, hashes, chain, and the signature of every receipt.
 *
 * Entries cut off at the end leave a valid shorter chain: to notice that, compare `head` with one noted elsewhere.
 *
 * @throws SealError `journal_failed` when there is no journal at the path.
 */
export async function verifyJournal(path: string): Promise<JournalReport> {
  if (!existsSync(path)) throw failed(`There is no journal at ${path}`, undefined);
  try {
    const database = await openDatabase(path, () => {});
    try {
      return checkChain(readRows(database));
    } finally {
      database.close();
    }
  } catch (cause) {
    throw failed(`The journal ${path} cannot be read`, cause);
  }
}

/** Imported on first use: loading the native library would slow down every start. */
async function openDatabase(path: string, prepare: (database: Database) => void): Promise<Database> {
  const { default: Libsql } = await import('libsql');
  const database = new Libsql(path);
  try {
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    prepare(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

const RETRY_MS = 10;

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

function prepareForWriting(database: Database): void {
  database.exec('PRAGMA journal_mode = WAL');
  // An entry is on disk when its transaction returns; the WAL default would leave that to the next checkpoint.
  database.exec('PRAGMA synchronous = FULL');
  database.transaction(() => database.exec(SCHEMA)).immediate();
}

function readRows(database: Database): Iterable<unknown> {
  return database.prepare('SELECT seq, hash, entry FROM entries ORDER BY seq').iterate();
}

function failed(message: string, cause: unknown): SealError {
  const text = cause instanceof Error ? `${message}: ${cause.message}` : message;
  return new SealError('journal_failed', text, { cause });
}
