/** What one server lists, kept over its failures. */
import { AegisError } from '../errors.js';
import type { Log } from '../log.js';
import { type CatalogueEntry, readEntries } from '../tools/catalog/entries.js';
import type { ServerName } from '../tools/context.js';
import type { ToolList } from './tool-lists.js';

export class CataloguePart {
  readonly #server: ServerName;
  readonly #log: Pick<Log, 'info' | 'warn'>;
  #entries: readonly CatalogueEntry[] = [];
  #etag: string | undefined;
  #failure: AegisError | undefined;

  constructor(server: ServerName, log: Pick<Log, 'info' | 'warn'>) {
    this.#server = server;
    this.#log = log;
  }

  /** The tools of the last list that could be read. */
  get entries(): readonly CatalogueEntry[] {
    return this.#entries;
  }

  /** Why the last attempt failed. */
  get failure(): AegisError | undefined {
    return this.#failure;
  }

  /** Forgets the list: it was another caller's. */
  forget(): void {
    this.#entries = [];
    this.#etag = undefined;
  }

  /**
   * Reads the list anew. Never rejects: a failure keeps what is known, and is logged when it is the first. What was
   * cancelled is none.
   *
   * @param read gets the tag of the list that is known; undefined means that this list still holds.
   */
  async refresh(read: (etag: string | undefined) => Promise<ToolList | undefined>): Promise<void> {
    try {
      const list = await read(this.#etag);
      if (list !== undefined) this.#take(list);
      if (this.#failure !== undefined)
        this.#log.info({ server: this.#server }, 'SEAL tools are listed again');
      this.#failure = undefined;
    } catch (thrown) {
      const error = AegisError.from(thrown);
      if (error.code === 'cancelled') return;
      if (this.#failure === undefined)
        this.#log.warn({ server: this.#server, err: error }, 'SEAL tools cannot be listed');
      this.#failure = error;
    }
  }

  #take({ tools, etag }: ToolList): void {
    this.#entries = readEntries(tools, this.#server);
    this.#etag = etag;
  }
}
