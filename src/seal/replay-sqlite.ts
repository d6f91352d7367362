/** Accepted signatures in an SQLite file, for the processes of one machine. */
import { SweepTimer, type SyncReplayStore } from './replay.js';
import { openShared, type SqliteDatabase } from './sqlite.js';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS seal_replay (
    signature TEXT PRIMARY KEY,
    expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS seal_replay_expiry ON seal_replay (expires_at);
`;

/**
 * A store that any number of processes share through one file on a local disk. A claim is on disk when it returns: an
 * envelope accepted before a crash is refused after it.
 */
export class SqliteReplayStore implements SyncReplayStore {
  readonly #database: SqliteDatabase;
  readonly #now: () => number;
  readonly #sweep = new SweepTimer();

  private constructor(database: SqliteDatabase, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  /**
   * Opens the store and creates its file where there is none, readable by its owner only.
   *
   * @param path file, or `:memory:`.
   * @param now milliseconds since 1970; default Date.now. The processes must agree on it.
   * @throws Error of the file system or of SQLite.
   */
  static async open(path: string, now: () => number = Date.now): Promise<SqliteReplayStore> {
    return new SqliteReplayStore(await openShared(path, SCHEMA), now);
  }

  /** Number of signatures in the file. */
  get size(): number {
    const row: unknown = this.#database.prepare('SELECT count(*) AS n FROM seal_replay').get();
    return Number(Object(row).n);
  }

  /** @throws Error of SQLite, also when other processes keep the file busy for five seconds. */
  claim(signature: string, expiresAt: number): boolean {
    const now = this.#now();
    if (this.#sweep.isDue(now)) {
      this.#database.prepare('DELETE FROM seal_replay WHERE expires_at <= ?').run(now);
    }
    const insert = this.#database.prepare('INSERT OR IGNORE INTO seal_replay VALUES (?, ?)');
    return insert.run(signature, expiresAt).changes === 1;
  }

  /** Closes the file. */
  close(): void {
    this.#database.close();
  }
}
