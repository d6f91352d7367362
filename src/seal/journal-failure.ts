/** What a journal says when its file or its disk fails. */
import { SealError } from './errors.js';

/** The error of a journal, with its cause and what to do about it. */
export function journalFailure(message: string, cause: unknown): SealError {
  const text = cause instanceof Error ? `${message}: ${cause.message}` : message;
  const next = cause instanceof SealError ? cause.next : nextStep(cause);
  return new SealError('journal_failed', text, { cause, ...(next !== undefined && { next }) });
}

const NEXT_STEPS: Readonly<Record<string, string>> = {
  SQLITE_FULL: 'Free space on the disk of the journal, then try again.',
  ENOSPC: 'Free space on the disk of the journal, then try again.',
  SQLITE_IOERR: 'Check the disk of the journal and the space on it, then try again.',
  SQLITE_READONLY: 'Let this user write the file and its folder, or give another file (--journal).',
  EACCES: 'Let this user write the file and its folder, or give another file (--journal).',
  EROFS: 'Give a file on a disk that can be written (--journal).',
  SQLITE_NOTADB: 'The file is no journal: move it away, or give another file (--journal).',
  SQLITE_CORRUPT: 'Keep the damaged file for an audit under another name, then start a new journal.',
  SQLITE_BUSY:
    'Another process holds the journal; try again later, or give this one a file of its own (--journal).',
};

function nextStep(cause: unknown): string | undefined {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return Object.entries(NEXT_STEPS).find(([prefix]) => code.startsWith(prefix))?.[1];
}
