import type { Identity, SandboxContext } from '../kernel.js';
import { refuse } from '../router.js';
import { type ScriptRecord, ScriptRecords, type ScriptVersion } from './records.js';
import {
  CODE_TOO_LARGE,
  findScriptFault,
  findVisibilityFault,
  isTooLarge,
  SCRIPTS_BY_TIER,
  type ScriptInput,
} from './rules.js';

/** Which of a caller's scripts a list shows. */
export interface ScriptFilter {
  /** Exact. */
  readonly tag: string | null;
  /** Part of name or description, letter case of ASCII ignored. */
  readonly q: string | null;
}

/**
 * The caller's scripts: of the token's tenant and subject (D03); those of others do not exist for him, except that
 * their names are taken. Refusals stop the handler with the server's `{error}`: 400, 404, 409, 422.
 */
export class Scripts {
  readonly #context: SandboxContext;
  readonly #records: ScriptRecords;

  constructor(context: SandboxContext) {
    this.#context = context;
    this.#records = new ScriptRecords(context.store);
  }

  create(owner: Identity, input: ScriptInput): ScriptRecord {
    this.#requireRoom(owner);
    if (isTooLarge(input.code)) refuseInvalid(CODE_TOO_LARGE);
    this.#requireName(input.name, owner.tenant);
    const now = this.#now();
    const { tenant: tenant_id, subject: created_by } = owner;
    const origin = { id: this.#context.clock.uuid(), tenant_id, created_by, created_at: now };
    return this.#save({ ...origin, ...contentOf(input), visibility: 'private', version: 1, updated_at: now });
  }

  list(owner: Identity, { tag, q }: ScriptFilter): readonly ScriptRecord[] {
    const needle = asciiLower(q ?? '');
    const has = (text: string) => asciiLower(text).includes(needle);
    return this.#records
      .ofOwner(owner.tenant, owner.subject)
      .filter((script) => tag === null || script.tags.includes(tag))
      .filter(({ name, description }) => has(name) || has(description));
  }

  get(owner: Identity, id: string): ScriptRecord {
    const script = this.#records.byId(id, owner.tenant);
    return script?.created_by === owner.subject ? script : refuse(404, 'script not found');
  }

  versions(script: ScriptRecord): readonly ScriptVersion[] {
    return this.#records.versions(script.id);
  }

  update(owner: Identity, id: string, input: ScriptInput): ScriptRecord {
    const script = this.get(owner, id);
    if (script.name !== input.name) this.#requireName(input.name, owner.tenant);
    const version = script.version + 1;
    return this.#save({ ...script, ...contentOf(input), version, updated_at: this.#now() });
  }

  remove(owner: Identity, id: string): void {
    this.#records.remove(this.get(owner, id).id, this.#now());
  }

  #requireRoom({ kind, tier, tenant, subject }: Identity): void {
    const most = kind === 'consumer' ? SCRIPTS_BY_TIER.get(tier ?? 'free') : undefined;
    if (most === undefined || this.#records.ofOwner(tenant, subject).length < most) return;
    refuse(422, `script tier limit exceeded: ${most} active scripts allowed`);
  }

  #requireName(name: string, tenant: string): void {
    if (this.#records.byName(name, tenant)) refuse(409, 'a script with this name already exists');
  }

  #save(script: ScriptRecord): ScriptRecord {
    this.#records.save(script);
    return script;
  }

  #now(): string {
    return this.#context.clock.now().toISOString();
  }
}

/** 400 for a visibility other than private; checked before everything else. */
export function requirePrivate({ visibility }: ScriptInput): void {
  const fault = findVisibilityFault(visibility);
  if (fault !== undefined) refuse(400, fault);
}

/** The members a caller may set; 400 when one breaks a rule. */
function contentOf(input: ScriptInput): Pick<ScriptRecord, 'name' | 'description' | 'code' | 'tags'> {
  const fault = findScriptFault(input);
  if (fault !== undefined) refuseInvalid(fault);
  const { name, description, code, tags } = input;
  return { name, description, code, tags };
}

function refuseInvalid(fault: string): never {
  refuse(400, `domain validation failed: ${fault}`);
}

function asciiLower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
