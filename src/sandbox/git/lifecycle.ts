import type { SandboxContext } from '../kernel.js';
import { refuse } from '../replies.js';
import type { Volumes } from '../volumes/service.js';
import type { Binding, BindingChange, Bindings } from './bindings.js';
import { type Clones, remoteOf } from './clone.js';
import { missingVolume, textOf } from './faults.js';
import { scriptOf } from './hosts.js';

const INTERRUPTED = 'io: refresh interrupted by a restart';

/** The states of bindings: clones in the background, refreshes, and who may work in a clone when. */
export class Lifecycle {
  readonly #context: SandboxContext;
  readonly #volumes: Volumes;
  readonly #bindings: Bindings;
  readonly #clones: Clones;
  readonly #last = new Map<string, Promise<unknown>>();

  constructor(context: SandboxContext, volumes: Volumes, bindings: Bindings, clones: Clones) {
    this.#context = context;
    this.#volumes = volumes;
    this.#bindings = bindings;
    this.#clones = clones;
  }

  /** What an earlier process left: clones begin anew, a refresh has failed. */
  resume(): void {
    for (const { id } of this.#bindings.inState('Refreshing')) this.#fail(id, INTERRUPTED);
    for (const { id } of this.#bindings.inState('Pending', 'Cloning')) this.begin(id);
  }

  /**
   * Runs the work when all that was given before for this binding has ended, well or not: two at once would see
   * each other's half-written files.
   */
  inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(id) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#last.set(id, mine);
    const forget = () => {
      if (this.#last.get(id) === mine) this.#last.delete(id);
    };
    mine.then(forget, forget);
    return mine;
  }

  /** Clones in the background: Pending, Cloning, then Ready or Failed. */
  begin(id: string): void {
    this.#clone(id).catch((error) => {
      if (!this.#context.signal.aborted) this.#fail(id, `git: ${textOf(error)}`);
    });
  }

  async #clone(id: string): Promise<void> {
    const { clock, pace, signal } = this.#context;
    await clock.sleep(pace, signal);
    this.#change(id, { status: 'Cloning' });
    await clock.sleep(pace, signal);
    await this.inTurn(id, async () => {
      const binding = this.#bindings.get(id);
      if (binding?.status !== 'Cloning') return;
      const { clone } = scriptOf(remoteOf(binding).host);
      if (clone === 'hangs') return;
      if (clone) throw new Error(clone.error);
      if (!this.#volumes.get(binding.volume_id)) return this.#fail(id, missingVolume(binding));
      const done = await this.#clones.clone(binding);
      this.#change(id, { ...done, status: 'Ready', last_cloned_at: this.#now() });
    });
  }

  /** 422 without the volume, 501 on a backend that has no host path, 502 when git fails. */
  refresh({ id }: Binding): Promise<void> {
    return this.inTurn(id, async () => {
      const binding = this.#bindings.get(id) ?? refuse(404, 'git repo binding not found');
      if (!this.#volumes.get(binding.volume_id)) this.#failWith(422, binding, missingVolume(binding));
      if (binding.backend !== 'local_host')
        refuse(501, 'not yet implemented: refresh of a non-HostPath volume');
      this.#change(id, { status: 'Refreshing', error: null });
      const done = await this.#clones
        .refresh(binding)
        .catch((error: unknown) => this.#failWith(502, binding, `git: ${textOf(error)}`));
      this.#change(id, { ...done, status: 'Ready' });
    });
  }

  /** Both the answer and the binding say what failed. */
  #failWith(status: number, { id }: Binding, error: string): never {
    this.#fail(id, error);
    return refuse(status, `clone failed: ${error}`);
  }

  #fail(id: string, error: string): void {
    this.#change(id, { status: 'Failed', error });
  }

  #change(id: string, change: BindingChange): void {
    this.#bindings.update(id, { ...change, updated_at: this.#now() });
  }

  #now(): string {
    return this.#context.clock.now().toISOString();
  }
}
