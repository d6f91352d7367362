/** The files of a clone in its volume. */
import { rmdirSync, rmSync } from 'node:fs';
import { copyFile, mkdir, readdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { lookAt } from '../volumes/paths.js';
import { idOfFile, type Tree } from './object-ids.js';
import type { Objects } from './objects.js';

/** A tracked file that differs; `null` where there is none. */
export interface Change {
  readonly path: string;
  readonly before: string;
  readonly after: string | null;
}

/**
 * A clone's files, links not followed and `.git` left out. With `sparse` only these paths and what lies below them
 * are checked out; the others count as unchanged.
 */
export class WorkTree {
  readonly #folder: string;
  readonly #sparse: readonly string[] | null;
  readonly #draft: () => string;

  /** `draft` names a new file outside of the tree, on the same disk. */
  constructor(folder: string, sparse: readonly string[] | null, draft: () => string) {
    this.#folder = folder;
    this.#sparse = sparse;
    this.#draft = draft;
  }

  fileOf(path: string): string {
    return join(this.#folder, path);
  }

  /** Tracked files as they are now against a tree; what is not tracked is no change. */
  async changes(tree: Tree): Promise<readonly Change[]> {
    const present = new Set(await this.#paths());
    const changes: Change[] = [];
    for (const [path, before] of Object.entries(tree)) {
      if (!present.has(path) && !this.#wants(path)) continue;
      const after = present.has(path) ? await idOfFile(this.fileOf(path)) : null;
      if (after !== before) changes.push({ path, before, after });
    }
    return changes.sort((left, right) => (left.path < right.path ? -1 : 1));
  }

  /** Every file as it is now, kept as a tree. */
  async snapshot(tree: Tree, objects: Objects): Promise<Tree> {
    const kept = Object.entries(tree).filter(([path]) => !this.#wants(path));
    const found: [string, string][] = [];
    for (const path of await this.#paths()) found.push([path, await objects.addFile(this.fileOf(path))]);
    return Object.fromEntries([...kept, ...found]);
  }

  /** Forced: edits are lost and what only the old tree has goes; files that neither tracks stay. */
  async checkOut(tree: Tree, old: Tree, objects: Objects): Promise<void> {
    for (const path of Object.keys(old)) if (!Object.hasOwn(tree, path)) this.#remove(path);
    for (const [path, blob] of Object.entries(tree)) {
      if (this.#wants(path)) await this.#write(path, objects.blobFile(blob));
    }
  }

  /** Whether the path belongs into the work tree. */
  #wants(path: string): boolean {
    const below = (prefix: string) => path === prefix || path.startsWith(`${prefix}/`);
    return this.#sparse === null || this.#sparse.some((each) => below(each.replace(/^\/+|\/+$/g, '')));
  }

  async #paths(): Promise<string[]> {
    return listFiles(this.#folder, '');
  }

  #remove(path: string): void {
    if (!this.#contains(path)) return;
    rmSync(this.fileOf(path), { force: true, recursive: true });
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
      try {
        rmdirSync(this.fileOf(folder));
      } catch {
        return;
      }
    }
  }

  /** Whether only folders stand above the file: what lies behind a link is not the clone's. */
  #contains(path: string): boolean {
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
      if (!lookAt(this.fileOf(folder))?.isDirectory()) return false;
    }
    return true;
  }

  /** Whatever stands in the way makes room: a folder at the file's place, a file or link at a folder's. */
  async #write(path: string, blob: string): Promise<void> {
    const names = path.split('/');
    for (let length = 1; length <= names.length; length += 1) {
      const place = join(this.#folder, ...names.slice(0, length));
      const isFolder = lookAt(place)?.isDirectory() ?? false;
      if (isFolder !== length < names.length) rmSync(place, { force: true, recursive: true });
    }
    const [place, draft] = [this.fileOf(path), this.#draft()];
    for (const file of [place, draft]) await mkdir(dirname(file), { recursive: true });
    await copyFile(blob, draft);
    await rename(draft, place);
  }
}

/** Paths of the regular files below a folder. */
async function listFiles(folder: string, prefix: string): Promise<string[]> {
  const paths: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name === '.git') continue;
    const path = `${prefix}${entry.name}`;
    if (entry.isDirectory()) paths.push(...(await listFiles(join(folder, entry.name), `${path}/`)));
    else if (entry.isFile()) paths.push(path);
  }
  return paths;
}
