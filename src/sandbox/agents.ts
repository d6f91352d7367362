import { type AgentManifest, agentManifest } from './agent-manifest.js';
import { type AgentRecords, type AgentVersion, manifestYaml, openAgentRecords } from './agent-records.js';
import { findManifestFault } from './agent-rules.js';
import type { AgentRecord, AgentService, Clock, Identity, Outcome, Store } from './kernel.js';
import { DecodeError, decodeWith } from './request.js';
import { SYSTEM_TENANT } from './tenant.js';

/** The agent service with what only the agents' own routes need. */
export interface SandboxAgents extends AgentService {
  /** Every tenant's agents, for operators. */
  all(): readonly AgentRecord[];
  /** By name: the tenant's own first, then a global one. */
  byName(name: string, tenant: string): AgentRecord | undefined;
  /** Newest first; empty for an agent the tenant does not own. */
  versions(id: string, tenant: string): readonly AgentVersion[];
  /** Moves an agent the tenant owns between scopes; refusals carry their HTTP status. */
  setScope(id: string, tenant: string, scope: string): ScopeChange;
}

/** What a scope change came to. */
export type ScopeChange =
  | { readonly ok: true; readonly value: AgentRecord }
  | { readonly ok: false; readonly status: 400 | 404 | 409; readonly error: string };

/** Decodes a manifest; throws DecodeError on a value the server's types refuse. */
export const decodeManifest: (value: unknown) => AgentManifest = decodeWith(agentManifest);

/** Whether the caller may change global agents: an operator whose role is operator or admin. */
export function administers(identity: Identity): boolean {
  return (
    identity.kind === 'operator' && (identity.role === 'aegis:operator' || identity.role === 'aegis:admin')
  );
}

/** Agents in the sandbox's store (contract operations tagged agents). */
export function createAgents(context: { store: Store; clock: Clock }): SandboxAgents {
  return new Agents(context.store, context.clock);
}

class Agents implements SandboxAgents {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #records: AgentRecords;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    this.#records = openAgentRecords(store);
  }

  deploy(manifest: unknown, options: DeployOptions): Outcome<AgentRecord> {
    const decoded = decodeOutcome(manifest);
    if (!decoded.ok) return decoded;
    const fault = findManifestFault(decoded.value, options.identity);
    if (fault !== undefined) return fail(fault);
    const { name, version } = decoded.value.metadata;
    const home = options.global ? SYSTEM_TENANT : options.tenant;
    const existing = this.#records.owned(home, name);
    if (existing?.version === version && !options.force) return fail(duplicate(existing));
    return this.#save(existing ?? newAgent(this.#clock, home, toScope(options.global)), decoded.value);
  }

  replace(id: string, manifest: unknown, tenant: string): Outcome<AgentRecord> {
    const existing = this.#owned(id, tenant);
    if (!existing) return fail('Agent not found');
    const decoded = decodeOutcome(manifest);
    return decoded.ok ? this.#save(existing, decoded.value) : decoded;
  }

  remove(id: string, tenant: string, identity: Identity): boolean {
    const existing = this.#owned(id, tenant);
    if (!existing || (existing.scope === 'global' && !administers(identity))) return false;
    this.#store.transaction(() => this.#records.remove(id));
    return true;
  }

  setScope(id: string, tenant: string, scope: string): ScopeChange {
    const agent = this.#owned(id, tenant);
    if (!agent) return { ok: false, status: 404, error: 'Agent not found' };
    const fault = findScopeFault(agent, scope, this.#records.all());
    if (fault) return fault;
    const changed = { ...agent, scope: toScope(scope === 'global'), updated_at: this.#now() };
    this.#records.save(changed);
    return { ok: true, value: changed };
  }

  all(): readonly AgentRecord[] {
    return this.#records.all();
  }

  visible(tenant: string): readonly AgentRecord[] {
    return this.all().filter((agent) => isVisible(agent, tenant));
  }

  byId(id: string, tenant: string): AgentRecord | undefined {
    const agent = this.#records.byId(id);
    return agent && isVisible(agent, tenant) ? agent : undefined;
  }

  byName(name: string, tenant: string): AgentRecord | undefined {
    const isGlobal = (agent: AgentRecord) => agent.scope === 'global' && agent.name === name;
    return this.#records.owned(tenant, name) ?? this.all().find(isGlobal);
  }

  find(nameOrId: string, tenant: string): AgentRecord | undefined {
    return this.byId(nameOrId, tenant) ?? this.byName(nameOrId, tenant);
  }

  versions(id: string, tenant: string): readonly AgentVersion[] {
    return this.#owned(id, tenant) ? this.#records.versions(id) : [];
  }

  #owned(id: string, tenant: string): AgentRecord | undefined {
    const agent = this.#records.byId(id);
    return agent?.tenant_id === tenant ? agent : undefined;
  }

  #now(): string {
    return this.#clock.now().toISOString();
  }

  #save(base: NewAgent, manifest: AgentManifest): Outcome<AgentRecord> {
    const agent: AgentRecord = { ...base, ...manifestColumns(manifest), updated_at: this.#now() };
    const rival = this.#records.owned(agent.tenant_id, agent.name);
    if (rival && rival.id !== agent.id) return fail(`An agent named ${agent.name} already exists`);
    this.#store.transaction(() => {
      this.#records.save(agent);
      this.#records.saveVersion(agent.id, this.#versionOf(agent));
    });
    return { ok: true, value: agent };
  }

  #versionOf(agent: AgentRecord): AgentVersion {
    const { version, updated_at: created_at, manifest } = agent;
    return { id: this.#clock.uuid(), version, created_at, manifest_yaml: manifestYaml(manifest) };
  }
}

type DeployOptions = Parameters<AgentService['deploy']>[1];

function fail(error: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error };
}

function duplicate(agent: AgentRecord): string {
  return `Agent ${agent.name} version ${agent.version} already exists; use force to overwrite it`;
}

function isVisible(agent: AgentRecord, tenant: string): boolean {
  return agent.tenant_id === tenant || agent.scope === 'global';
}

function decodeOutcome(manifest: unknown): Outcome<AgentManifest> {
  try {
    return { ok: true, value: decodeManifest(manifest) };
  } catch (error) {
    if (error instanceof DecodeError) return fail(error.message);
    throw error;
  }
}

type NewAgent = Omit<AgentRecord, 'name' | 'version' | 'manifest' | 'updated_at'>;

function newAgent(clock: Clock, tenant: string, scope: AgentRecord['scope']): NewAgent {
  return {
    id: clock.uuid(),
    tenant_id: tenant,
    scope,
    status: 'active',
    created_at: clock.now().toISOString(),
  };
}

function manifestColumns(manifest: AgentManifest): Pick<AgentRecord, 'name' | 'version' | 'manifest'> {
  const { name, version } = manifest.metadata;
  return { name, version, manifest: JSON.parse(JSON.stringify(manifest)) };
}

function toScope(global: boolean): AgentRecord['scope'] {
  return global ? 'global' : 'tenant';
}

function findScopeFault(agent: AgentRecord, scope: string, all: readonly AgentRecord[]) {
  const refusal = (status: 400 | 409, error: string) => ({ ok: false, status, error }) as const;
  if (scope !== 'global' && scope !== 'tenant') return refusal(400, `Unknown scope: ${scope}`);
  if (agent.scope === scope) return refusal(400, `Agent already has scope ${scope}`);
  const rival = all.find(
    (other) => other.id !== agent.id && other.name === agent.name && other.scope === 'global',
  );
  if (scope === 'global' && rival)
    return refusal(409, `An agent named ${agent.name} already exists at scope global`);
  return undefined;
}
