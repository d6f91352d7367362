import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** Where a sandbox keeps its state. */
export interface DataDirectory {
  /** SQLite file, or `:memory:`. */
  readonly database: string;
  /** Root of workspace files. */
  readonly files: string;
  /** Gives the directory free; what was temporary is removed. */
  release(): void;
}

/**
 * The given directory, held by this process alone, or without one memory and a temporary folder. Throws when another
 * running process holds the directory: two sandboxes on one record would mark each other's runs as lost.
 */
export function openDataDirectory(path: string | undefined): DataDirectory {
  if (path === undefined) {
    const files = mkdtempSync(join(tmpdir(), 'aegis-sandbox-'));
    return { database: ':memory:', files, release: () => removeFolder(files) };
  }
  const root = resolve(path);
  const [database, files] = [join(root, 'sandbox.db'), join(root, 'files')];
  mkdirSync(files, { recursive: true, mode: 0o700 });
  const release = lock(root);
  if (!existsSync(database)) createKey(keyFile(root));
  return { database, files, release };
}

/** Times that a folder is looked through again, and the pause before each, milliseconds. */
const REMOVALS = 50;
const PAUSE_MS = 20;

/**
 * Removes a folder with all that is in it. A clone or upload that is just being stopped may still be writing: its folder
 * is not empty for a moment. The retries of rmSync look at the folder alone, and not again at what is in it.
 */
function removeFolder(path: string): void {
  for (let left = REMOVALS; ; left -= 1) {
    try {
      rmSync(path, { recursive: true, force: true });
      return;
    } catch (error) {
      const isInUse = error instanceof Error && 'code' in error && error.code === 'ENOTEMPTY';
      if (!isInUse || left === 0) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}

const KEY_BYTES = 32;

/**
 * The key that secrets are encrypted with, given the files root of the directory: `vault.key` beside the database,
 * readable by its owner only, made with the directory. What is only in memory gets a new key at every call. Throws
 * when the file is missing or holds no key: another one could not open what is stored.
 */
export function directoryKey(files: string): Buffer {
  const root = dirname(files);
  if (!held.has(root) || files !== join(root, 'files')) return randomBytes(KEY_BYTES);
  const file = keyFile(root);
  const remedy = 'restore it, or remove it together with sandbox.db';
  if (!existsSync(file)) throw new Error(`${file} is missing; ${remedy}`);
  chmodSync(file, 0o600);
  const key = readFileSync(file);
  if (key.length === KEY_BYTES) return key;
  throw new Error(`${file} is not a key of ${KEY_BYTES} bytes; ${remedy}`);
}

function keyFile(root: string): string {
  return join(root, 'vault.key');
}

function createKey(file: string): void {
  try {
    writeFileSync(file, randomBytes(KEY_BYTES), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

/** Directories this process holds: its own id in a lock file may also be left from an earlier container. */
const held = new Set<string>();

function lock(root: string): () => void {
  const file = join(root, 'sandbox.lock');
  const holder = readHolder(file);
  if (held.has(root) || (holder !== undefined && holder !== process.pid && isAlive(holder))) {
    throw new Error(
      `data directory ${root} is in use by the sandbox of process ${holder}; stop it or name another`,
    );
  }
  writeFileSync(file, String(process.pid));
  held.add(root);
  return () => {
    held.delete(root);
    rmSync(file, { force: true });
  };
}

function readHolder(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
