/** Credential bindings: what both dialects do with them. */
import type { SandboxContext } from '../kernel.js';
import { openVault, type Vault } from '../vault.js';
import {
  type Binding,
  type CredentialRecords,
  type Grant,
  type GrantTarget,
  openCredentialRecords,
} from './records.js';

/** Who stores a credential. */
export interface Owner {
  readonly subject: string;
  readonly tenant: string;
}

export type NewBinding = Pick<Binding, 'type' | 'provider' | 'label'> &
  Partial<Pick<Binding, 'scope' | 'tags' | 'status'>>;

/** What an OAuth provider gave for a code. */
export interface OAuthTokens {
  readonly account: string;
  readonly scopes: readonly string[];
  readonly access_token: string;
  readonly refresh_token: string;
}

/** Values go into the vault and never come out over HTTP. False or undefined: no such binding. */
export class Credentials {
  readonly #context: SandboxContext;
  readonly #records: CredentialRecords;
  readonly #vault: Vault;

  constructor(context: SandboxContext) {
    this.#context = context;
    this.#records = openCredentialRecords(context.store);
    this.#vault = openVault(context);
  }

  /** Oldest first; of one owner, or of the whole tenant. */
  list(tenant: string, owner?: string): readonly Binding[] {
    return this.#records.list(tenant, owner);
  }

  get(id: string): Binding | undefined {
    return this.#records.get(id);
  }

  /** Without a value: an OAuth flow that is under way. */
  add(owner: Owner, given: NewBinding, value?: string): Binding {
    const [id, now] = [this.#context.clock.uuid(), this.#now()];
    const binding: Binding = {
      ...{ scope: 'personal', tags: null, status: 'active', ...given },
      ...{ id, owner: owner.subject, tenant_id: owner.tenant, account: null, oauth_scopes: null },
      ...{ created_at: now, updated_at: now },
    };
    this.#records.insert(binding, value === undefined ? null : this.#seal(id, { value }));
    return binding;
  }

  /** Replaces the whole vault entry, the tokens of an OAuth binding included. */
  rotate(id: string, value: string): boolean {
    return this.#replace(id, { value });
  }

  /** Ends an OAuth flow: the binding becomes active and holds the tokens. */
  complete(id: string, { account, scopes, ...tokens }: OAuthTokens): boolean {
    const known = this.#replace(id, tokens);
    if (known) this.#records.activate(id, account, scopes);
    return known;
  }

  /** Drops value, grants and binding. */
  revoke(id: string): boolean {
    const known = this.get(id) !== undefined;
    this.#records.remove(id);
    return known;
  }

  grants(id: string): readonly Grant[] {
    return this.#records.grants(id);
  }

  /** Duplicates, and targets that exist nowhere, are taken. */
  grant(id: string, given: Pick<Grant, 'target' | 'permission' | 'granted_by'>): Grant | undefined {
    if (this.get(id) === undefined) return undefined;
    const grant = { ...given, id: this.#context.clock.uuid(), binding_id: id, granted_at: this.#now() };
    this.#records.insertGrant(grant);
    return grant;
  }

  revokeGrant(id: string, grantId: string): boolean {
    return this.#records.removeGrant(id, grantId);
  }

  #replace(id: string, fields: Readonly<Record<string, string>>): boolean {
    const known = this.get(id) !== undefined;
    if (known) this.#records.setValue(id, this.#seal(id, fields), this.#now());
    return known;
  }

  #seal(id: string, fields: Readonly<Record<string, string>>): Uint8Array {
    return this.#vault.seal(`credential ${id}`, JSON.stringify(fields));
  }

  #now(): string {
    return this.#context.clock.now().toISOString();
  }
}

export type { Binding, Grant, GrantTarget };
