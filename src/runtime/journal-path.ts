/** Where receipts go. */
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Config } from '../config.js';

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
