/** File operations in one volume's folder. */
import { closeSync, fsyncSync, lstatSync, mkdirSync, openSync, readdirSync, renameSync } from 'node:fs';
import { lstat, open, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { FileSource } from '../kernel.js';
import { refuse } from '../replies.js';
import type { Behaviour } from './backends.js';
import { locate, lookAt, type Segments } from './paths.js';

/** `size` in bytes, `modified` as RFC 3339. */
export interface Entry {
  readonly name: string;
  readonly directory: boolean;
  readonly size: number;
  readonly modified: string;
}

/** Bytes read at once: large enough for the disk, small enough for many readers. */
const PIECE_BYTES = 256 * 1024;

/**
 * The files of a volume. Failures stop the handler: 404 where nothing is, 422 for a path over a symbolic link,
 * 500 for what the file system refuses, and what the backend's behaviour says.
 */
export class VolumeFiles {
  readonly #root: string;
  readonly #behaviour: Behaviour;
  readonly #draft: () => string;

  /** `draft` names a new place outside of the volume, on the same disk. */
  constructor(root: string, behaviour: Behaviour, draft: () => string) {
    this.#root = root;
    this.#behaviour = behaviour;
    this.#draft = draft;
  }

  /** One directory, by name. */
  async list(segments: Segments): Promise<readonly Entry[]> {
    const place = locate(this.#root, segments);
    if (!lookAt(place)) refuse(this.#behaviour.missingDirectory, `not found: ${shown(segments)}`);
    const names = await guarded(segments, () => readdir(place));
    const entries = await Promise.all(names.sort().map((name) => describe(place, name)));
    return entries.filter((entry) => entry !== undefined);
  }

  /** A file ready to be sent; the caller closes it. */
  async read(segments: Segments, type: string): Promise<FileSource> {
    const place = locate(this.#root, segments);
    const found = lookAt(place);
    if (!found) refuse(404, `not found: ${shown(segments)}`);
    if (!found.isFile()) refuse(500, `fsal error: not a file: ${shown(segments)}`);
    return guarded(segments, () => openSource(place, type));
  }

  /** With everything above it; one that exists is left as it is. */
  makeDirectory(segments: Segments): void {
    const place = locate(this.#root, segments);
    guardedSync(segments, () => mkdirSync(place, { recursive: true }));
  }

  /** Puts a finished file in place of whatever file is there, at once; the folders above it are made. */
  place(finished: string, segments: Segments): void {
    const place = locate(this.#root, segments);
    guardedSync(segments, () => {
      if (place !== this.#root) mkdirSync(dirname(place), { recursive: true });
      renameSync(finished, place);
      syncFolder(dirname(place));
    });
  }

  /** Overwrites a file at the destination. */
  move(from: Segments, to: Segments): void {
    const [source, target] = [locate(this.#root, from), locate(this.#root, to)];
    const found = from.length === 0 ? refuse(500, 'fsal error: the root cannot be moved') : lookAt(source);
    if (!found) refuse(this.#behaviour.missing, `not found: ${shown(from)}`);
    if (found.isDirectory() && !this.#behaviour.movesDirectories) {
      refuse(500, `fsal error: not a file: ${shown(from)}`);
    }
    guardedSync(to, () => {
      if (this.#behaviour.makesFolders && to.length > 0) mkdirSync(dirname(target), { recursive: true });
      renameSync(source, target);
    });
  }

  /**
   * A file, or a directory with all it holds; of the root, what it holds. It leaves the volume at once: nothing can be
   * put into a directory while it is emptied.
   */
  async remove(segments: Segments): Promise<void> {
    const place = locate(this.#root, segments);
    const found = lookAt(place);
    if (!found) refuse(this.#behaviour.missing, `not found: ${shown(segments)}`);
    if (found.isDirectory() && !this.#behaviour.removesDirectories) {
      refuse(500, `fsal error: is a directory: ${shown(segments)}`);
    }
    const leaving = this.#draft();
    guardedSync(segments, () => {
      const places = segments.length > 0 ? [place] : readdirSync(place).map((name) => join(place, name));
      mkdirSync(leaving, { recursive: true });
      for (const each of places) renameSync(each, join(leaving, basename(each)));
    });
    await rm(leaving, { recursive: true, force: true });
  }

  /** Bytes in all files. */
  usage(): Promise<number> {
    return usageOf(this.#root);
  }
}

/** The renaming itself reaches the disk; Windows has no such thing for folders. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

async function describe(folder: string, name: string): Promise<Entry | undefined> {
  const found = await lstat(join(folder, name)).catch(() => undefined);
  if (!found || found.isSymbolicLink()) return undefined;
  const directory = found.isDirectory();
  return { name, directory, size: directory ? 0 : found.size, modified: found.mtime.toISOString() };
}

async function openSource(place: string, type: string): Promise<FileSource> {
  const handle = await open(place);
  const { size } = await handle.stat();
  return {
    type,
    size,
    read: () => handle.createReadStream({ autoClose: false, highWaterMark: PIECE_BYTES, start: 0 }),
    close: () => handle.close(),
  };
}

async function usageOf(folder: string): Promise<number> {
  let total = 0;
  // A folder that is deleted while the others are counted holds nothing.
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const place = join(folder, entry.name);
    if (entry.isDirectory()) total += await usageOf(place);
    else if (entry.isFile()) total += lstatSync(place, { throwIfNoEntry: false })?.size ?? 0;
  }
  return total;
}

function shown(segments: Segments): string {
  return `/${segments.join('/')}`;
}

/** The file system's own refusal, without the place on the host. */
function refuseFault(segments: Segments, error: unknown): never {
  const code = error instanceof Error && 'code' in error ? error.code : error;
  return refuse(500, `fsal error: ${code}: ${shown(segments)}`);
}

async function guarded<T>(segments: Segments, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    return refuseFault(segments, error);
  }
}

function guardedSync<T>(segments: Segments, work: () => T): T {
  try {
    return work();
  } catch (error) {
    return refuseFault(segments, error);
  }
}
