/** Where receipts go. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../config.js';

/**
 * The configured path; beside the data of a sandbox that keeps any; in memory for one that does not; else
 * `aegis-mcp/journal.db` in the user's state folder (XDG Base Directory, XDG_STATE_HOME).
 */
export function journalPath({
  journal,
  sandbox,
  data,
}: Pick<Config, 'journal' | 'sandbox' | 'data'>): string {
  if (journal !== undefined) return journal;
  if (sandbox) return data === undefined ? ':memory:' : join(data, 'journal.db');
  const state = process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state');
  return join(state, 'aegis-mcp', 'journal.db');
}
