/** Files of this machine below the configured roots: the only ones that tools may read and write. */
import { createHash, randomUUID } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { type FileHandle, lstat, open, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { ByteSource } from '../client/types.js';
import { AegisError } from '../errors.js';
import type { LocalFiles } from '../tools/context.js';

/** No file may be touched; `why` is the reason that the error gives. */
export function noLocalFiles(why: string, next: string): LocalFiles {
  const refuse = (): Promise<never> => Promise.reject(new AegisError('not_configured', why, { next }));
  return { read: refuse, write: refuse };
}

/** Files below these folders. */
export function createLocalFiles(roots: readonly string[]): LocalFiles {
  return {
    read: async (path) => readable(await placeOf(roots, path)),
    write: async (path, bytes, { overwrite }) => {
      const place = await placeOf(roots, path);
      if (!overwrite && (await kindOf(place)) !== 'absent') throw exists(path);
      return await writeWhole(place, bytes);
    },
  };
}

/**
 * The real place of a path: its folder resolved through every symbolic link must lie below a root. The file itself
 * is not resolved: it is opened without following a link.
 */
async function placeOf(roots: readonly string[], path: string): Promise<string> {
  const [first] = roots;
  if (first === undefined || path === '' || path.includes('\0')) throw outside(path);
  const wanted = resolve(first, path);
  const folder = await realpath(dirname(wanted)).catch(() => undefined);
  if (folder === undefined) throw missing(path, 'its folder does not exist');
  const place = join(folder, basename(wanted));
  const real = await Promise.all(roots.map((root) => realpath(root).catch(() => undefined)));
  if (!real.some((root) => root !== undefined && isBelow(root, place))) throw outside(path);
  return place;
}

function isBelow(root: string, place: string): boolean {
  const way = relative(root, place);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && resolve(root, way) === place;
}

async function kindOf(place: string): Promise<'file' | 'link' | 'other' | 'absent'> {
  try {
    const found = await lstat(place);
    if (found.isSymbolicLink()) return 'link';
    return found.isFile() ? 'file' : 'other';
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'absent';
    throw error;
  }
}

async function readable(place: string): Promise<ByteSource> {
  const kind = await kindOf(place);
  if (kind !== 'file') throw missing(place, kind === 'absent' ? 'there is no such file' : `it is a ${kind}`);
  const { size } = await lstat(place);
  return { size, open: () => openWithoutLinks(place, size) };
}

/** O_NOFOLLOW: the file may have been replaced by a link since it was looked at. Exactly `size` bytes are given. */
async function* openWithoutLinks(place: string, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  if (size === 0) return;
  const handle = await open(place, constants.O_RDONLY | constants.O_NOFOLLOW);
  yield* createReadStream(place, { fd: handle, end: size - 1 });
}

/** Written beside its place, flushed, then renamed: a broken download leaves nothing. */
async function writeWhole(place: string, bytes: AsyncIterable<Uint8Array>) {
  const kind = await kindOf(place);
  if (kind === 'link' || kind === 'other') throw missing(place, `it is a ${kind}`);
  const beside = join(dirname(place), `.${basename(place).slice(0, 100)}.${randomUUID()}.part`);
  try {
    const handle = await open(beside, 'wx', 0o600);
    const written = await copy(bytes, handle).finally(() => handle.close());
    await rename(beside, place);
    return { path: place, ...written };
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
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

function outside(path: string): AegisError {
  return new AegisError('invalid_arguments', `${path} is not below a folder that is open to this server.`, {
    next: 'Name a file below the folders of --file-roots (AEGIS_FILE_ROOTS).',
  });
}

function missing(path: string, why: string): AegisError {
  return new AegisError('invalid_arguments', `${path} cannot be used: ${why}.`, {
    next: 'Name an existing regular file, no symbolic link; for a download, a new file in an existing folder.',
  });
}

function exists(path: string): AegisError {
  return new AegisError('conflict', `${path} exists already.`, {
    next: 'Choose another name, or set overwrite to replace it.',
  });
}
