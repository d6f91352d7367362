import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Identity, SandboxContext } from '../kernel.js';
import { refuse } from '../replies.js';
import { type BackendName, BEHAVIOUR, backendOf, statusOf, storageFails } from './backends.js';
import { VolumeFiles } from './files.js';
import { type Objection, objectionTo, type Quota, taken } from './quota.js';
import { type VolumeRecord, VolumeRecords } from './records.js';
import { limitsOf, MIB, UNLIMITED_BYTES } from './tiers.js';

/** Label of the volume that uploads create on first use. */
export const CHAT_ATTACHMENTS = 'chat-attachments';
/** What that volume reserves where the tier's budget is unlimited, bytes. */
const CHAT_ATTACHMENTS_BYTES = 10 * 1024 * MIB;

/**
 * The volumes of every owner, each a folder of its own below the data folder. Refusals stop the handler with the
 * statuses of the contract's volume operations.
 */
export class Volumes {
  readonly #context: SandboxContext;
  readonly #records: VolumeRecords;
  readonly #root: string;

  constructor(context: SandboxContext) {
    this.#context = context;
    this.#records = new VolumeRecords(context.store);
    this.#root = join(context.files, 'volumes');
  }

  /** Makes the volumes' folder; what an interrupted upload or deletion left is removed. */
  open(): void {
    mkdirSync(this.#root, { recursive: true });
    rmSync(this.#pending(), { recursive: true, force: true });
  }

  /** A new file name for something unfinished. */
  unfinished(): string {
    return join(this.#pending(), this.#context.clock.uuid());
  }

  /** 422 over the tier's volumes or storage, then 409 for a label in use. The size is rounded up to whole MiB. */
  create(
    identity: Identity,
    label: string,
    bytes: number,
    backend: BackendName = backendOf(label),
  ): VolumeRecord {
    const { tenant, subject: owner } = identity;
    const no = this.objection(identity, label, bytes);
    if (no) refuse(no.status, no.error);
    const id = this.#context.clock.uuid();
    const created_at = this.#context.clock.now().toISOString();
    const volume = { id, tenant, owner, label, size_mib: Math.ceil(bytes / MIB), backend, created_at };
    this.#context.store.transaction(() => {
      this.#records.add(volume);
      mkdirSync(this.folder(id));
    });
    return volume;
  }

  /** Why `create` would refuse; undefined when it would not. */
  objection(identity: Identity, label: string, bytes: number): Objection | undefined {
    return objectionTo(this.list(identity), limitsOf(identity), label, bytes);
  }

  list(identity: Identity): readonly VolumeRecord[] {
    return this.#records.ownedBy(identity);
  }

  /** The caller's own; 404 otherwise. */
  find(identity: Identity, id: string): VolumeRecord {
    return this.list(identity).find((volume) => volume.id === id) ?? refuse(404, 'volume not found');
  }

  get(id: string): VolumeRecord | undefined {
    return this.#records.get(id);
  }

  /** The caller's own; 404 when there is none of the id, 403 when it is someone else's. */
  claim(identity: Identity, id: string): VolumeRecord {
    const volume = this.#records.get(id) ?? refuse(404, `volume not found: ${id}`);
    const owned = volume.owner === identity.subject && volume.tenant === identity.tenant;
    return owned ? volume : refuse(403, 'unauthorized');
  }

  rename(identity: Identity, id: string, label: string): VolumeRecord {
    const volume = this.claim(identity, id);
    const others = this.list(identity).filter((other) => other.id !== id);
    const no = taken(others, label);
    if (no) refuse(no.status, no.error);
    this.#records.rename(id, label);
    return { ...volume, label };
  }

  /** With all files; 409 while it is attached. */
  async remove(identity: Identity, id: string): Promise<void> {
    const { label } = this.claim(identity, id);
    if (statusOf(label) === 'Attached') refuse(409, 'volume is currently attached and cannot be deleted');
    checkStorage(label);
    const leaving = this.unfinished();
    mkdirSync(this.#pending(), { recursive: true });
    this.#context.store.transaction(() => {
      this.#records.remove(id);
      renameSync(this.folder(id), leaving);
    });
    await rm(leaving, { recursive: true, force: true });
  }

  /** The files of a volume of the caller's. */
  files(identity: Identity, id: string): VolumeFiles {
    const volume = this.claim(identity, id);
    checkStorage(volume.label);
    return this.#filesOf(volume);
  }

  /** Bytes in a volume; 0 when its storage cannot tell. */
  async usage(volume: VolumeRecord): Promise<number> {
    if (storageFails(volume.label)) return 0;
    return this.#filesOf(volume)
      .usage()
      .catch(() => 0);
  }

  async quota(identity: Identity): Promise<Quota> {
    const volumes = this.list(identity);
    const used = await Promise.all(volumes.map((volume) => this.usage(volume)));
    const usedBytes = used.reduce((sum, bytes) => sum + bytes, 0);
    return { volumes: volumes.length, usedBytes, limits: limitsOf(identity) };
  }

  /** Id of the caller's volume for chat attachments; on first use it is created with the tier's whole budget. */
  chatAttachments(identity: Identity): string {
    const found = this.list(identity).find(({ label }) => label === CHAT_ATTACHMENTS);
    if (found) return found.id;
    const { storageBytes } = limitsOf(identity);
    const bytes = storageBytes === UNLIMITED_BYTES ? CHAT_ATTACHMENTS_BYTES : Number(storageBytes);
    return this.create(identity, CHAT_ATTACHMENTS, bytes).id;
  }

  folder(id: string): string {
    return join(this.#root, id);
  }

  #pending(): string {
    return join(this.#root, '.unfinished');
  }

  #filesOf({ id, backend }: VolumeRecord): VolumeFiles {
    const behaviour = BEHAVIOUR[this.#context.dialect === 'documented' ? 'documented' : backend];
    return new VolumeFiles(this.folder(id), behaviour, () => this.unfinished());
  }
}

function checkStorage(label: string): void {
  if (storageFails(label)) refuse(500, 'fsal error: storage backend unavailable');
}
