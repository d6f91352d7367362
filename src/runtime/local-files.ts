/** Files of this machine below the configured roots: the only ones that tools may read and write. */
import { createHash, randomUUID } from 'node:crypto';
import { constants, createReadStream, type Stats } from 'node:fs';
import { chmod, type FileHandle, link, lstat, open, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { ByteSource } from '../client/types.js';
import { AegisError } from '../errors.js';
import type { LocalFiles } from '../tools/context.js';
import { codeOf, exists, outside, readOnly, telling, unusable } from './local-file-errors.js';

/** No file may be touched; `why` is the reason that the error gives. */
export function noLocalFiles(why: string, next: string): LocalFiles {
  const refuse = (): Promise<never> => Promise.reject(new AegisError('not_configured', why, { next }));
  return { read: refuse, write: refuse };
}

/** Files below these folders; without `writable` they can be read only. */
export function createLocalFiles(roots: readonly string[], { writable } = { writable: true }): LocalFiles {
  return {
    read: (path) => telling(path, async () => await readable(path, await placeOf(roots, path))),
    write: async (path, bytes, { overwrite }) => {
      if (!writable) throw readOnly();
      return await telling(path, async () => writeWhole(path, await placeOf(roots, path), bytes, overwrite));
    },
  };
}

/**
 * The real place of a path: its folder resolved through every symbolic link must lie below a root. The file itself
 * is not resolved: it is opened without following a link. A path that does not even read as one below a root is
 * refused before the file system is asked, so that nobody learns what exists elsewhere.
 */
async function placeOf(roots: readonly string[], path: string): Promise<string> {
  const [first] = roots;
  if (first === undefined || path === '' || path.includes('\0')) throw outside(path);
  const wanted = resolve(first, path);
  const real = await Promise.all(roots.map((root) => realpath(root).catch(() => resolve(root))));
  const known = [...roots.map((root) => resolve(root)), ...real];
  if (!known.some((root) => isBelow(root, wanted))) throw outside(path);
  const place = join(await realpath(dirname(wanted)), basename(wanted));
  if (!real.some((root) => isBelow(root, place))) throw outside(path);
  return place;
}

function isBelow(root: string, place: string): boolean {
  const way = relative(root, place);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && resolve(root, way) === place;
}

async function readable(path: string, place: string): Promise<ByteSource> {
  const seen = await lstat(place);
  if (!seen.isFile()) throw unusable(path, kindOf(seen));
  return { size: seen.size, open: () => openSame(path, place, seen) };
}

function kindOf(found: Stats): string {
  if (found.isSymbolicLink()) return 'it is a symbolic link';
  return found.isDirectory() ? 'it is a folder' : 'it is no regular file';
}

/** Without waiting for the other end of what has become a pipe, and without following what has become a link. */
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** The file that was looked at, and no other that has taken its place since. Exactly its size is given. */
async function* openSame(
  path: string,
  place: string,
  seen: Stats,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (seen.size === 0) return;
  const handle = await telling(path, () => open(place, READ));
  const now = await handle.stat();
  if (now.ino !== seen.ino || now.dev !== seen.dev) {
    await handle.close();
    throw unusable(path, 'another file has taken its place');
  }
  let given = 0;
  for await (const piece of createReadStream(place, { fd: handle, end: seen.size - 1 })) {
    given += piece.byteLength;
    yield piece;
  }
  if (given < seen.size) throw unusable(path, 'it became shorter while it was read');
}

/** Written beside its place, flushed, then put there: a broken download leaves nothing. */
async function writeWhole(
  path: string,
  place: string,
  bytes: AsyncIterable<Uint8Array>,
  overwrite: boolean,
): Promise<{ path: string; size: number; sha256: string }> {
  const seen = await lstat(place).catch(() => undefined);
  if (seen !== undefined && !overwrite) throw exists(path);
  if (seen !== undefined && !seen.isFile()) throw unusable(path, kindOf(seen));
  const beside = join(dirname(place), `.aegis-mcp-${randomUUID()}.part`);
  try {
    const handle = await open(beside, 'wx', 0o600);
    const written = await copy(bytes, handle).finally(() => handle.close());
    // What is replaced stays open to whom it was open; what is new is only for the one who runs this.
    if (seen !== undefined) await chmod(beside, seen.mode & 0o777);
    await (overwrite ? rename(beside, place) : putNew(path, beside, place));
    return { path: place, ...written };
  } finally {
    await rm(beside, { force: true });
  }
}

/** Unlike a rename, a link never replaces a file that has come into being meanwhile. */
async function putNew(path: string, beside: string, place: string): Promise<void> {
  try {
    await link(beside, place);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') throw exists(path);
    // File systems without hard links.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
    if ((await lstat(place).catch(() => undefined)) !== undefined) throw exists(path);
    await rename(beside, place);
  }
}

async function copy(
  bytes: AsyncIterable<Uint8Array>,
  handle: FileHandle,
): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const piece of bytes) {
    await handle.writeFile(piece);
    hash.update(piece);
    size += piece.byteLength;
  }
  await handle.sync();
  return { size, sha256: hash.digest('hex') };
}
