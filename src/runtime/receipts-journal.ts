/** Checking a journal that somebody kept. */
import { existsSync } from 'node:fs';
import { AegisError } from '../errors.js';
import type { JournalReport } from '../seal/chain.js';
import { SealError } from '../seal/errors.js';
import { verifyJournal } from '../seal/journal-verify.js';

export type { JournalReport };

/**
 * Verifies a journal with the archives beside it, offline. Throws `invalid_configuration` where there is no file, or
 * one that is no journal at all.
 */
export async function checkJournal(path: string): Promise<JournalReport> {
  if (!existsSync(path))
    throw new AegisError('invalid_configuration', `There is no journal at ${path}.`, {
      next: 'Give the file that whoami names (seal.journal), by default aegis-mcp/journal.db in the state folder.',
    });
  try {
    return await verifyJournal(path);
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    throw new AegisError('invalid_configuration', error.message, { next: error.next, cause: error });
  }
}
