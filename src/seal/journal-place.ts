/** Where a journal lies, and whether it still does. */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { SealError } from './errors.js';

/** The name of a journal that has no file. */
export const IN_MEMORY = ':memory:';

/**
 * The file itself, whatever links lead to it: its archives lie beside it, and there only. An absolute path, for SQLite
 * takes names such as `file:x` as addresses.
 */
export function placeOf(path: string): string {
  if (path === IN_MEMORY) return path;
  return existsSync(path) ? realpathSync(path) : resolve(path);
}

/**
 * Remembers the file at a place. What is returned throws once another file or none is there: entries would still be
 * written, to a file that nobody finds.
 */
export function watchPlace(place: string): () => void {
  if (place === IN_MEMORY) return () => undefined;
  const opened = identityOf(place);
  return () => {
    if (identityOf(place) !== opened) throw takenAway(place);
  };
}

function identityOf(place: string): string | undefined {
  const file = statSync(place, { bigint: true, throwIfNoEntry: false });
  return file && `${file.dev} ${file.ino}`;
}

function takenAway(place: string): SealError {
  return new SealError('journal_failed', `The journal ${place} is no longer the file that was opened`, {
    next: 'Put the file back, or restart this server to begin a new journal.',
  });
}
