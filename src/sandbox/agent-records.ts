import { stringify } from 'yaml';
import type { AgentManifest } from './agent-manifest.js';
import type { AgentRecord, Store } from './kernel.js';

const SCHEMA = `
create table if not exists agents (
  id text primary key, tenant_id text not null, name text not null, version text not null,
  scope text not null, status text not null, manifest text not null,
  created_at text not null, updated_at text not null, unique (tenant_id, name)
);
create table if not exists agent_versions (
  id text primary key, agent_id text not null, version text not null,
  created_at text not null, manifest_yaml text not null, unique (agent_id, version)
);`;

/** One stored version of an agent, as listAgentVersions shows it. */
export interface AgentVersion {
  readonly id: string;
  readonly version: string;
  readonly created_at: string;
  readonly manifest_yaml: string;
}

type AgentRow = Omit<AgentRecord, 'manifest'> & { readonly manifest: string };

/** The agents' tables. Names are unique per tenant. */
export interface AgentRecords {
  byId(id: string): AgentRecord | undefined;
  owned(tenant: string, name: string): AgentRecord | undefined;
  all(): readonly AgentRecord[];
  save(agent: AgentRecord): void;
  saveVersion(agentId: string, version: AgentVersion): void;
  versions(agentId: string): readonly AgentVersion[];
  remove(id: string): void;
}

/** Opens the agents' tables, creating them where missing. */
export function openAgentRecords(store: Store): AgentRecords {
  store.exec(SCHEMA);
  const select = (where: string, ...values: readonly string[]) =>
    store.all<AgentRow>(`select * from agents ${where} order by created_at, name`, ...values).map(readRow);
  return {
    byId: (id) => select('where id = ?', id)[0],
    owned: (tenant, name) => select('where tenant_id = ? and name = ?', tenant, name)[0],
    all: () => select(''),
    save: (agent) => saveAgent(store, agent),
    saveVersion: (agentId, version) => saveVersion(store, agentId, version),
    versions: (agentId) =>
      store.all<AgentVersion>(
        'select id, version, created_at, manifest_yaml from agent_versions where agent_id = ? order by created_at desc, rowid desc',
        agentId,
      ),
    remove(id) {
      store.run('delete from agent_versions where agent_id = ?', id);
      store.run('delete from agents where id = ?', id);
    },
  };
}

/** The YAML text the server shows as manifest_yaml. */
export function manifestYaml(manifest: AgentManifest | AgentRecord['manifest']): string {
  return stringify(JSON.parse(JSON.stringify(manifest)));
}

function readRow(row: AgentRow): AgentRecord {
  return { ...row, manifest: JSON.parse(row.manifest) };
}

function saveAgent(store: Store, agent: AgentRecord): void {
  const { id, tenant_id, name, version, scope, status, manifest, created_at, updated_at } = agent;
  store.run(
    `insert into agents (id, tenant_id, name, version, scope, status, manifest, created_at, updated_at)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (id) do update set tenant_id = excluded.tenant_id, name = excluded.name,
       version = excluded.version, scope = excluded.scope, status = excluded.status,
       manifest = excluded.manifest, updated_at = excluded.updated_at`,
    ...[id, tenant_id, name, version, scope, status, JSON.stringify(manifest), created_at, updated_at],
  );
}

function saveVersion(store: Store, agentId: string, version: AgentVersion): void {
  store.run(
    `insert into agent_versions (id, agent_id, version, created_at, manifest_yaml) values (?, ?, ?, ?, ?)
     on conflict (agent_id, version) do update set created_at = excluded.created_at,
       manifest_yaml = excluded.manifest_yaml`,
    ...[version.id, agentId, version.version, version.created_at, version.manifest_yaml],
  );
}
