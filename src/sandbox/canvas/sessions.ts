import { createBus } from '../bus.js';
import type { Bus, Identity, SandboxContext } from '../kernel.js';
import { refuse } from '../router.js';
import { requireBinding } from './bindings.js';
import type { CanvasEvent } from './events.js';
import { bindingOf, type CreateSession, mayUse, type UpdateSession, type WorkspaceMode } from './modes.js';
import { CanvasRecords, type CanvasSession } from './records.js';

/** The workspace volume of an ephemeral session of this name cannot be deleted when the session is terminated. */
const ORPHAN_NAME = 'sandbox-orphan';
const DELETE_FAULT = 'the sandbox cannot delete the volume of a session of this name';

/**
 * Canvas sessions of the token's tenant (D03). A session stays `Initializing` until it is `Terminated`: nothing on
 * the real server moves it on either. Refusals stop the handler with the server's `{error}`: 400, 403, 404, 409, 500.
 */
export class CanvasSessions {
  /** What happens to sessions of all tenants while they may have streams: not their creation. */
  readonly events: Bus<CanvasEvent> = createBus<CanvasEvent>();
  readonly #context: SandboxContext;
  readonly #records: CanvasRecords;

  constructor(context: SandboxContext) {
    this.#context = context;
    this.#records = new CanvasRecords(context.store);
  }

  create(owner: Identity, command: CreateSession): CanvasSession {
    const { workspace_mode: mode, name = null } = command;
    this.#requireMode(owner, command);
    const { clock } = this.#context;
    const now = clock.now().toISOString();
    const session: CanvasSession = {
      id: clock.uuid(),
      tenant_id: owner.tenant,
      conversation_id: command.conversation_id ?? clock.uuid(),
      workspace_volume_id: this.#provide(mode, owner.tenant),
      git_binding_id: bindingOf(mode) ?? null,
      workspace_mode: mode,
      ...({ status: 'Initializing', name, archived: false } as const),
      ...{ created_at: now, last_active_at: now },
    };
    this.#records.save(session);
    return session;
  }

  list({ tenant }: Identity, withArchived: boolean): readonly CanvasSession[] {
    return this.#records.ofTenant(tenant, withArchived);
  }

  get({ tenant }: Identity, id: string): CanvasSession {
    return this.#records.byId(id, tenant) ?? refuse(404, `canvas session not found: ${id}`);
  }

  update(owner: Identity, id: string, { name, archived }: UpdateSession): CanvasSession {
    const session = this.get(owner, id);
    const changed = { ...session, name: name ?? session.name, archived: archived ?? session.archived };
    this.#records.save(changed);
    return changed;
  }

  /** Ends the session, then deletes an ephemeral volume; when that fails the session is terminated all the same. */
  terminate(owner: Identity, id: string): void {
    const session = this.get(owner, id);
    const now = this.#context.clock.now().toISOString();
    this.#records.save({ ...session, status: 'Terminated', last_active_at: now });
    const fields = { session_id: id, terminated_at: now };
    this.events.publish({ variant: 'SessionTerminated', fields });
    const orphaned = session.workspace_mode === 'Ephemeral' && session.name === ORPHAN_NAME;
    if (orphaned) refuse(500, `volume provisioning failed: ${DELETE_FAULT}`);
  }

  #requireMode(owner: Identity, { workspace_mode: mode, git_binding_id }: CreateSession): void {
    const linked = bindingOf(mode);
    if (linked !== undefined && git_binding_id !== undefined && linked !== git_binding_id) {
      refuse(400, 'invalid command: git_binding_id does not match WorkspaceMode::GitLinked payload');
    }
    if (!mayUse(owner, mode)) refuse(403, 'workspace mode not allowed for tier');
  }

  /** The id of the workspace volume; but for a git binding's, the volumes themselves are not simulated. */
  #provide(mode: WorkspaceMode, tenant: string): string {
    const { clock, store } = this.#context;
    if (mode === 'Ephemeral') return clock.uuid();
    if ('GitLinked' in mode) return requireBinding(store, mode.GitLinked.binding_id, tenant);
    const label = mode.Persistent.volume_label;
    if (label.trim() === '') {
      refuse(400, 'invalid command: WorkspaceMode::Persistent requires a non-empty volume_label');
    }
    return this.#records.persistentVolume(tenant, label, clock.uuid());
  }
}
