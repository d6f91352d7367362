/** Where receipts go, and how their journal is opened. */
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import type { Config } from '../config.js';
import { AegisError } from '../errors.js';
import { messageOf, SealError } from '../seal/errors.js';
import { Journal } from '../seal/journal.js';
import { makeFolder, PRIVATE } from './make-folder.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The configured path; beside the data of a sandbox that keeps any; in memory for one that does not; else
 * `aegis-mcp/journal.db` in the user's state folder. XDG Base Directory: XDG_STATE_HOME, which does not count
 * unless it is absolute, else ~/.local/state.
 */
export function journalPath(
  { journal, sandbox, data }: Pick<Config, 'journal' | 'sandbox' | 'data'>,
  env: Environment = process.env,
): string {
  if (journal !== undefined) return journal;
  if (sandbox) return data === undefined ? ':memory:' : join(data, 'journal.db');
  const given = env.XDG_STATE_HOME ?? '';
  const state = isAbsolute(given) ? given : join(homedir(), '.local', 'state');
  return join(state, 'aegis-mcp', 'journal.db');
}

const MB = 1_048_576;

/** Opens the journal in its folder, which is made readable by its owner only. Throws `invalid_configuration`. */
export async function openJournal(config: Config): Promise<Journal> {
  const path = journalPath(config);
  const { journalMaxMb, journalKeepDays: keepDays } = config;
  try {
    if (path !== ':memory:') makeFolder(dirname(path), PRIVATE);
    return await Journal.open(path, { maxBytes: journalMaxMb * MB, keepDays });
  } catch (cause) {
    const why = messageOf(cause);
    const next =
      cause instanceof SealError
        ? cause.next
        : 'Give a file that can be written with --journal (AEGIS_JOURNAL), then restart.';
    throw new AegisError('invalid_configuration', `Sensitive calls need a journal at ${path}: ${why}.`, {
      next,
      cause,
    });
  }
}
