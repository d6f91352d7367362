import { existsSync } from 'node:fs';
import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SandboxContext } from '../kernel.js';
import { type CommitFacts, idOf, idOfCommit, idOfFile, type Tree } from './object-ids.js';

/** A stored commit. */
export interface Commit {
  readonly id: string;
  readonly parent: string | null;
  readonly tree: Tree;
}

/** Blobs as files below the data folder, commits in the database; shared by clones and remotes alike. */
export class Objects {
  readonly #context: SandboxContext;
  readonly #folder: string;
  readonly #draft: () => string;

  /** `draft` names a new file for something unfinished, on the same disk. */
  constructor(context: SandboxContext, draft: () => string) {
    this.#context = context;
    this.#draft = draft;
    this.#folder = join(context.files, 'git-objects');
    context.store.exec(`create table if not exists git_commits (
      id text primary key, parent text, tree text not null, message text not null, author text not null)`);
  }

  /** Where a blob's content lies. */
  blobFile(id: string): string {
    return join(this.#folder, id);
  }

  /** Keeps a copy of a file as it is now; the blob's id. */
  async addFile(file: string): Promise<string> {
    const known = await idOfFile(file);
    if (existsSync(this.blobFile(known))) return known;
    const copy = await this.#newDraft();
    try {
      await copyFile(file, copy);
      const id = await idOfFile(copy);
      await rename(copy, this.blobFile(id));
      return id;
    } catch (error) {
      await rm(copy, { force: true });
      throw error;
    }
  }

  async addText(text: string): Promise<string> {
    const id = idOf('blob', Buffer.from(text));
    if (existsSync(this.blobFile(id))) return id;
    const draft = await this.#newDraft();
    await writeFile(draft, text);
    await rename(draft, this.blobFile(id));
    return id;
  }

  addCommit(facts: CommitFacts): Commit {
    const id = idOfCommit(facts);
    const { parent, tree, message, author } = facts;
    const values = [id, parent, JSON.stringify(tree), message, author];
    this.#context.store.run('insert or ignore into git_commits values (?, ?, ?, ?, ?)', ...values);
    return { id, parent, tree };
  }

  /** Throws an Error for an id that was never stored. */
  commit(id: string): Commit {
    const sql = 'select id, parent, tree from git_commits where id = ?';
    const row = this.#context.store.get<{ id: string; parent: string | null; tree: string }>(sql, id);
    if (!row) throw new Error(`object not found: ${id}`);
    return { ...row, tree: JSON.parse(row.tree) };
  }

  /** Whether `older` is `newer` or one of its ancestors. */
  isAncestor(older: string, newer: string): boolean {
    for (let at: string | null = newer; at !== null; at = this.commit(at).parent) {
      if (at === older) return true;
    }
    return false;
  }

  async #newDraft(): Promise<string> {
    const draft = this.#draft();
    for (const folder of [this.#folder, dirname(draft)]) await mkdir(folder, { recursive: true });
    return draft;
  }
}
