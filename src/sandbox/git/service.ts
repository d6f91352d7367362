import { type Identity, ReplyError, type SandboxContext } from '../kernel.js';
import { refuse } from '../replies.js';
import type { VolumeRecord } from '../volumes/records.js';
import { Volumes } from '../volumes/service.js';
import { MIB, type Tier, tierOf } from '../volumes/tiers.js';
import { type Binding, Bindings } from './bindings.js';
import { Clones, remoteOf } from './clone.js';
import { checkReady, refuseGit, textOf } from './faults.js';
import { scriptOf } from './hosts.js';
import { Lifecycle } from './lifecycle.js';
import type { GitRef } from './remotes.js';
import { parseRemote } from './repo-url.js';
import { type SignatureCheck, secretHash, webhookSecret } from './webhook.js';

/** What a binding is made of (contract schema CreateGitRepoRequest). */
export interface BindingRequest {
  readonly repo_url: string;
  readonly label: string;
  readonly credential_binding_id: string | null;
  readonly git_ref: GitRef;
  readonly sparse_paths: readonly string[] | null;
  readonly auto_refresh: boolean;
}

/** What a binding's volume reserves. */
const VOLUME_BYTES = 500 * MIB;
const MAX_BINDINGS: Readonly<Record<Tier, number>> = {
  free: 1,
  pro: 5,
  business: 20,
  enterprise: Number.POSITIVE_INFINITY,
};

/** Repositories bound to volumes. Refusals stop the handler with the statuses of the contract's git operations. */
export class GitRepos {
  readonly #context: SandboxContext;
  readonly #volumes: Volumes;
  readonly #bindings: Bindings;
  readonly #clones: Clones;
  readonly #lifecycle: Lifecycle;

  constructor(context: SandboxContext) {
    this.#context = context;
    this.#volumes = new Volumes(context);
    this.#bindings = new Bindings(context.store);
    this.#clones = new Clones(context, this.#volumes, this.#bindings);
    this.#lifecycle = new Lifecycle(context, this.#volumes, this.#bindings, this.#clones);
  }

  /** Takes up what an earlier process left. */
  resume(): void {
    this.#lifecycle.resume();
  }

  /** A pending binding with a volume of its own; the clone goes on in the background. 400, 422. */
  create(identity: Identity, request: BindingRequest): Binding {
    const remote = parseRemote(request.repo_url);
    if (!remote) refuse(400, 'url validation failed: only https:// and git@host:path URLs of named hosts');
    const max = MAX_BINDINGS[tierOf(identity)];
    if (this.list(identity).length >= max)
      refuse(422, `tier limit exceeded: ${max} bindings allowed for this tier`);
    const binding = this.#context.store.transaction(() => {
      const volume = this.#provision(identity, request.label, remote.host);
      const made = this.#newBinding(identity, request, volume);
      this.#bindings.add(made);
      return made;
    });
    this.#lifecycle.begin(binding.id);
    return binding;
  }

  /** Those whose volume the caller still has. */
  list(identity: Identity): readonly Binding[] {
    const volumes = new Set(this.#volumes.list(identity).map(({ id }) => id));
    return this.#bindings.ownedBy(identity).filter(({ volume_id }) => volumes.has(volume_id));
  }

  /** The caller's own; 404 otherwise. */
  find(identity: Identity, id: string): Binding {
    return this.list(identity).find((each) => each.id === id) ?? refuse(404, 'git repo binding not found');
  }

  /** With its volume, unless that cannot be deleted now. */
  async remove(identity: Identity, id: string): Promise<void> {
    const { volume_id } = this.find(identity, id);
    await this.#lifecycle.inTurn(id, async () => {
      await this.#volumes.remove(identity, volume_id).catch(() => undefined);
      this.#bindings.remove(id);
    });
  }

  refresh(identity: Identity, id: string): Promise<void> {
    return this.#lifecycle.refresh(this.find(identity, id));
  }

  /** The new commit's id; 409 when nothing differs. */
  async commit(identity: Identity, id: string, message: string): Promise<string> {
    const commit = await this.#inClone(identity, id, (binding) => this.#clones.commit(binding, message));
    return commit ?? refuse(409, 'nothing to commit: working tree is clean');
  }

  /** The named branch, else the current one; 400 when there is none. */
  push(identity: Identity, id: string, remote: string, branch: string | undefined): Promise<void> {
    return this.#inClone(identity, id, (binding) => {
      const pushed = branch ?? binding.head_branch;
      if (pushed === null) refuse(400, 'repository HEAD is detached; no current branch to push');
      return this.#clones.push(binding, remote, pushed);
    });
  }

  /** `staged` is always empty: nothing but a commit stages. */
  diff(identity: Identity, id: string, staged: boolean): Promise<string> {
    return this.#inClone(identity, id, async (binding) => (staged ? '' : this.#clones.diff(binding)));
  }

  /** Refreshes the binding that owns the secret; 401 for an unknown secret or a wrong signature. */
  async receive(secret: string, isSigned: SignatureCheck, body: Uint8Array): Promise<void> {
    const binding = this.#bindings.byWebhook(secretHash(secret));
    if (!binding) refuse(401, 'webhook rejected: unknown webhook secret');
    if (!isSigned(body, secret)) refuse(401, 'webhook rejected: hmac signature verification failed');
    await this.#lifecycle.refresh(binding);
  }

  #provision(identity: Identity, label: string, host: string): VolumeRecord {
    const name = `git-${label}`;
    const no = this.#volumes.objection(identity, name, VOLUME_BYTES);
    if (no) refuse(422, `volume provisioning failed: ${no.error}`);
    try {
      return this.#volumes.create(identity, name, VOLUME_BYTES, scriptOf(host).backend);
    } catch (error) {
      if (error instanceof ReplyError) throw error;
      return refuse(422, `volume provisioning failed: ${textOf(error)}`);
    }
  }

  #newBinding({ tenant, subject }: Identity, request: BindingRequest, volume: VolumeRecord): Binding {
    const id = this.#context.clock.uuid();
    const now = this.#context.clock.now().toISOString();
    return {
      ...request,
      id,
      tenant,
      owner: subject,
      volume_id: volume.id,
      backend: volume.backend,
      webhook_hash: request.auto_refresh ? secretHash(webhookSecret(id)) : null,
      status: 'Pending',
      error: null,
      last_cloned_at: null,
      last_commit_sha: null,
      head_branch: null,
      head_commit: null,
      created_at: now,
      updated_at: now,
    };
  }

  /** 409 unless ready, 422 on a backend that has no host path, 502 when git fails. */
  #inClone<T>(identity: Identity, id: string, work: (binding: Binding) => Promise<T>): Promise<T> {
    checkReady(this.find(identity, id));
    return this.#lifecycle.inTurn(id, () => {
      const binding = checkReady(this.find(identity, id));
      if (binding.backend !== 'local_host') refuse(422, 'volume provisioning failed: not a HostPath volume');
      const { local } = scriptOf(remoteOf(binding).host);
      if (local !== undefined) refuse(502, `git operation failed: ${local}`);
      return work(binding).catch(refuseGit);
    });
  }
}
