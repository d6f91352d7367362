/** Folders for files of this program. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it; one that exists is kept as it is. Throws the system's error. Not the
 * `recursive` option of mkdir, which never returns for a folder that cannot be, such as one below /proc.
 */
export function makeFolder(path: string, mode = 0o777): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(path) === path || !makeParent(path, mode)) throw error;
    mkdirSync(path, { mode });
  }
}
