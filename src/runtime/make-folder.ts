/** Folders for files of this program. */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { AegisError } from '../errors.js';

/**
 * Makes a folder and those above it; one that exists stays as it is. Throws the system's error. Not by the
 * `recursive` option of mkdir: below /proc that never returns.
 */
export function makeFolder(path: string, mode = 0o777): void {
  const folder = resolve(path);
  if (existsSync(folder)) return;
  makeFolder(dirname(folder), mode);
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!existsSync(folder)) throw error;
  }
}

/** Folders with secrets and receipts in them are for their owner. */
export const PRIVATE = 0o700;

/** Makes the data folder of the sandbox. Throws `invalid_configuration` when that is not possible. */
export function makeDataFolder(path: string): void {
  try {
    makeFolder(path, PRIVATE);
    if (statSync(path).isDirectory()) return;
  } catch (cause) {
    throw unusable(path, cause instanceof Error ? cause.message : String(cause));
  }
  throw unusable(path, 'it is not a folder');
}

function unusable(path: string, why: string): AegisError {
  return new AegisError('invalid_configuration', `--data (AEGIS_DATA): ${path} cannot be used: ${why}.`, {
    next: 'Give a folder that this user can write.',
  });
}
