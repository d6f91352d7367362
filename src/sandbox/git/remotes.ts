import type { Store } from '../kernel.js';
import type { Commit, Objects } from './objects.js';
import type { Remote } from './repo-url.js';

/** What is checked out (contract schema GitRefOutput). */
export type GitRef = { readonly Branch: string } | { readonly Tag: string } | { readonly Commit: string };

/** Seconds; fixed, so that the first commit of a repository has the same id everywhere. */
const FIRST_COMMIT_AT = Date.UTC(2026, 0, 1) / 1000;

/**
 * The simulated remotes: any URL is a repository with one commit of a few files, made from its name. Every branch
 * and tag exists and stands at that commit until something is pushed to the branch.
 */
export class Remotes {
  readonly #store: Store;
  readonly #objects: Objects;

  constructor(store: Store, objects: Objects) {
    this.#store = store;
    this.#objects = objects;
    store.exec(`create table if not exists git_branches (
      remote text, branch text, commit_id text not null, primary key (remote, branch))`);
  }

  /** The commit a ref stands at; undefined for a commit the remote does not have. */
  async resolve(remote: Remote, ref: GitRef): Promise<Commit | undefined> {
    const first = await this.#first(remote);
    if ('Tag' in ref) return first;
    if ('Branch' in ref) return this.#objects.commit(this.#head(remote, ref.Branch) ?? first.id);
    const heads = [first.id, ...this.#heads(remote)];
    const known = heads.some((head) => this.#objects.isAncestor(ref.Commit, head));
    return known ? this.#objects.commit(ref.Commit) : undefined;
  }

  /** Moves a branch; false when that would drop commits from it (non-fast-forward). */
  async push(remote: Remote, branch: string, commit: string): Promise<boolean> {
    const old = this.#head(remote, branch) ?? (await this.#first(remote)).id;
    if (!this.#objects.isAncestor(old, commit)) return false;
    this.#store.run('insert or replace into git_branches values (?, ?, ?)', remote.key, branch, commit);
    return true;
  }

  #head({ key }: Remote, branch: string): string | undefined {
    const sql = 'select commit_id from git_branches where remote = ? and branch = ?';
    return this.#store.get<{ commit_id: string }>(sql, key, branch)?.commit_id;
  }

  #heads({ key }: Remote): string[] {
    const sql = 'select commit_id from git_branches where remote = ?';
    return this.#store.all<{ commit_id: string }>(sql, key).map(({ commit_id }) => commit_id);
  }

  async #first({ key, name }: Remote): Promise<Commit> {
    const files = {
      'README.md': `# ${name}\n\nA simulated clone of ${key}.\n`,
      'docs/guide.md': `# Guide\n\nThere is nothing to know about ${name}.\n`,
      'src/main.py': `def main():\n    print("${name.replace(/[^\w.-]/g, '_')}")\n\n\nif __name__ == "__main__":\n    main()\n`,
    };
    const blobs = Object.entries(files).map(
      async ([path, text]) => [path, await this.#objects.addText(text)] as const,
    );
    const tree = Object.fromEntries(await Promise.all(blobs));
    const author = 'Sandbox <sandbox@aegis.local>';
    const message = 'Initial commit\n';
    return this.#objects.addCommit({ tree, parent: null, message, author, when: FIRST_COMMIT_AT });
  }
}
