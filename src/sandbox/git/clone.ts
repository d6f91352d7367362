/** What git does in a clone, against its remote. Failures are an Error with git's reason. */
import type { SandboxContext } from '../kernel.js';
import type { Volumes } from '../volumes/service.js';
import type { Binding, BindingChange, Bindings } from './bindings.js';
import { scriptOf } from './hosts.js';
import type { Tree } from './object-ids.js';
import { type Commit, Objects } from './objects.js';
import { patch } from './patch.js';
import { Remotes } from './remotes.js';
import { parseRemote, type Remote } from './repo-url.js';
import { WorkTree } from './work-tree.js';

/** Tokens of the sandbox carry no e-mail address; this is what the server then signs with. */
const AUTHOR = 'User <user@aegis.local>';

/** Clones in volumes, with the objects and remotes they share. */
export class Clones {
  readonly #context: SandboxContext;
  readonly #volumes: Volumes;
  readonly #bindings: Bindings;
  readonly #objects: Objects;
  readonly #remotes: Remotes;

  constructor(context: SandboxContext, volumes: Volumes, bindings: Bindings) {
    this.#context = context;
    this.#volumes = volumes;
    this.#bindings = bindings;
    this.#objects = new Objects(context, () => volumes.unfinished());
    this.#remotes = new Remotes(context.store, this.#objects);
  }

  /** Puts the pinned ref into the work tree; a branch is then checked out, a tag or commit detached. */
  async clone(binding: Binding): Promise<BindingChange> {
    const commit = await this.#fetch(binding);
    await this.#tree(binding).checkOut(commit.tree, {}, this.#objects);
    const branch = 'Branch' in binding.git_ref ? binding.git_ref.Branch : null;
    if (branch !== null) this.#bindings.setBranch(binding.id, branch, commit.id);
    return { head_branch: branch, head_commit: commit.id, last_commit_sha: commit.id };
  }

  /** Forced checkout of what the remote has now; HEAD ends detached. */
  async refresh(binding: Binding): Promise<BindingChange> {
    const { remote } = scriptOf(remoteOf(binding).host);
    if (remote !== undefined) throw new Error(remote);
    const commit = await this.#fetch(binding);
    await this.#tree(binding).checkOut(commit.tree, this.#headTree(binding), this.#objects);
    return { head_branch: null, head_commit: commit.id, last_commit_sha: commit.id };
  }

  /** Commits every file as it is, on the branch or on the detached HEAD; undefined when nothing differs. */
  async commit(binding: Binding, message: string): Promise<string | undefined> {
    const old = this.#headTree(binding);
    const tree = await this.#tree(binding).snapshot(old, this.#objects);
    if (equalTrees(old, tree)) return undefined;
    const when = Math.floor(this.#context.clock.now().getTime() / 1000);
    const facts = { tree, parent: binding.head_commit, message, author: AUTHOR, when };
    const { id } = this.#objects.addCommit(facts);
    this.#bindings.update(binding.id, { head_commit: id });
    if (binding.head_branch !== null) this.#bindings.setBranch(binding.id, binding.head_branch, id);
    return id;
  }

  /** Pushes a branch of the clone to the same branch of `origin`. */
  async push(binding: Binding, remote: string, branch: string): Promise<void> {
    if (remote !== 'origin') throw new Error(`remote '${remote}' does not exist`);
    const failing = scriptOf(remoteOf(binding).host).remote;
    if (failing !== undefined) throw new Error(failing);
    const commit = this.#bindings.branch(binding.id, branch);
    if (commit === undefined) throw new Error(`src refspec 'refs/heads/${branch}' does not match any object`);
    const moved = await this.#remotes.push(remoteOf(binding), branch, commit);
    if (!moved) throw new Error('cannot push non-fastforwardable reference');
  }

  /** Tracked files against the last commit: the index holds what was committed last. */
  async diff(binding: Binding): Promise<string> {
    const tree = this.#tree(binding);
    const patches: string[] = [];
    for (const change of await tree.changes(this.#headTree(binding))) {
      patches.push(await patch(change, tree, this.#objects));
    }
    return patches.join('');
  }

  async #fetch(binding: Binding): Promise<Commit> {
    const commit = await this.#remotes.resolve(remoteOf(binding), binding.git_ref);
    if (!commit) throw new Error(`reference ${JSON.stringify(binding.git_ref)} not found`);
    return commit;
  }

  #headTree({ head_commit }: Binding): Tree {
    return head_commit === null ? {} : this.#objects.commit(head_commit).tree;
  }

  #tree({ volume_id, sparse_paths }: Binding): WorkTree {
    const sparse = sparse_paths?.length ? sparse_paths : null;
    return new WorkTree(this.#volumes.folder(volume_id), sparse, () => this.#volumes.unfinished());
  }
}

/** The remote of a binding, whose URL was checked when it was made. */
export function remoteOf({ repo_url }: Binding): Remote {
  const remote = parseRemote(repo_url);
  if (!remote) throw new Error('url validation failed');
  return remote;
}

function equalTrees(left: Tree, right: Tree): boolean {
  const paths = Object.keys(left);
  return (
    paths.length === Object.keys(right).length &&
    paths.every((path) => Object.hasOwn(right, path) && left[path] === right[path])
  );
}
