/** Receipts read back for the caller. */
import type { Journal } from '../seal/journal.js';
import type { CallQuery, RecordedCall } from '../seal/journal-read.js';
import { readActor } from './identity.js';
import { toAegisError } from './seal-errors.js';

/**
 * Calls on record that were made under the caller's name. A journal may be shared with processes that act for others;
 * of callers whose credential does not tell who they are (API keys, none at all) each sees those of the others like it.
 * Over HTTP all callers of one process share its credential, and so its receipts.
 */
export function readReceipts(
  journal: Pick<Journal, 'read'>,
  query: Omit<CallQuery, 'actor'>,
  token: string | undefined,
): RecordedCall[] {
  try {
    return journal.read({ ...query, actor: readActor(token).name });
  } catch (error) {
    throw toAegisError(error);
  }
}
