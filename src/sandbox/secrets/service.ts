/** Secrets by path: encrypted field maps in engines that know nothing of each other. */
import type { SandboxContext } from '../kernel.js';
import { openVault, type Vault } from '../vault.js';

const SCHEMA = `
create table if not exists secrets (
  engine text not null, path text not null, fields blob not null,
  created_at text not null, updated_at text not null, primary key (engine, path)
)`;

/** Field values by name. */
export type Fields = Readonly<Record<string, string>>;

/** A secret without its values; times are RFC 3339. */
export interface SecretEntry {
  readonly path: string;
  readonly created_at: string;
  readonly updated_at: string;
}

export class Secrets {
  readonly #context: SandboxContext;
  readonly #vault: Vault;

  constructor(context: SandboxContext) {
    this.#context = context;
    this.#vault = openVault(context);
    context.store.exec(SCHEMA);
  }

  /** Replaces all fields. */
  write(engine: string, path: string, fields: Fields): void {
    const now = this.#context.clock.now().toISOString();
    this.#context.store.run(
      `insert into secrets (engine, path, fields, created_at, updated_at) values (?, ?, ?, ?, ?)
       on conflict (engine, path) do update set fields = excluded.fields, updated_at = excluded.updated_at`,
      ...[engine, path, this.#vault.seal(placeOf(engine, path), JSON.stringify(fields)), now, now],
    );
  }

  read(engine: string, path: string): Fields | undefined {
    const select = 'select fields from secrets where engine = ? and path = ?';
    const row = this.#context.store.get<{ fields: Uint8Array }>(select, engine, path);
    return row && JSON.parse(this.#vault.open(placeOf(engine, path), row.fields));
  }

  /** By path. */
  list(engine: string, prefix: string): readonly SecretEntry[] {
    const columns = 'path, created_at, updated_at';
    const where = 'engine = ? and substr(path, 1, length(?)) = ?';
    const select = `select ${columns} from secrets where ${where} order by path`;
    return this.#context.store.all<SecretEntry>(select, engine, prefix, prefix);
  }

  /** Whether there was one. It need not open: what another key encrypted can still be deleted. */
  remove(engine: string, path: string): boolean {
    const one = 'from secrets where engine = ? and path = ?';
    const known = this.#context.store.get(`select 1 ${one}`, engine, path) !== undefined;
    this.#context.store.run(`delete ${one}`, engine, path);
    return known;
  }
}

function placeOf(engine: string, path: string): string {
  return `secret ${JSON.stringify([engine, path])}`;
}
