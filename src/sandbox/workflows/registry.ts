/** Putting manifests into the store: registration, new versions, scope changes. */
import type { AgentService, Outcome, SandboxContext } from '../kernel.js';
import { SYSTEM_TENANT } from '../tenant.js';
import { type Definitions, reportedVersion, type WorkflowDefinition } from './definitions.js';
import { findMissingAgent, type ParsedWorkflow, parseWorkflow } from './manifest.js';

/** Who may see a workflow. */
export type Scope = 'global' | 'tenant';

/** Owner, whether to replace the same version, whether to store for all tenants. */
export interface RegisterOptions {
  readonly tenant: string;
  readonly force: boolean;
  readonly global: boolean;
}

/** A refused scope change; `existingId` is the workflow that has the name already. */
export type ScopeChange =
  | { readonly ok: true; readonly value: WorkflowDefinition; readonly previous: Scope }
  | { readonly ok: false; readonly error: string; readonly existingId?: string };

/** Checks manifest text and stores it; the same name and version needs `force`, which keeps the id. */
export function registerWorkflow(
  context: SandboxContext,
  definitions: Definitions,
  agents: AgentService,
  yaml: string,
  options: RegisterOptions,
): Outcome<WorkflowDefinition> {
  const parsed = parseWorkflow(yaml);
  if (!parsed.ok) return parsed;
  const missing = findMissingAgent(parsed.value.manifest, agents, options.tenant);
  if (missing !== undefined) return { ok: false, error: missing };
  const record = createRecord(context, parsed.value, options);
  const same = findSame(definitions, record);
  if (same === undefined) {
    definitions.insert(record);
    return { ok: true, value: record };
  }
  if (!options.force) {
    const which = `Workflow '${record.name}' version '${reportedVersion(record)}'`;
    return { ok: false, error: `${which} already exists; use force to overwrite it or change its version` };
  }
  const { id, created_at } = same;
  const replaced = { ...record, id, created_at, updated_at: record.created_at };
  definitions.replace(replaced);
  return { ok: true, value: replaced };
}

function createRecord(
  { clock }: SandboxContext,
  { manifest, yaml }: ParsedWorkflow,
  { tenant, global }: RegisterOptions,
): WorkflowDefinition {
  return {
    id: clock.uuid(),
    tenant_id: global ? SYSTEM_TENANT : tenant,
    name: manifest.metadata.name,
    version: manifest.metadata.version ?? null,
    scope: global ? 'global' : 'tenant',
    manifest,
    manifest_yaml: yaml,
    created_at: clock.now().toISOString(),
    updated_at: null,
  };
}

/** Another row with the owner, scope, name and version of this one. */
function findSame(definitions: Definitions, record: WorkflowDefinition): WorkflowDefinition | undefined {
  return definitions
    .owned(record.name, record.tenant_id)
    .find(
      (row) =>
        row.id !== record.id &&
        row.scope === record.scope &&
        reportedVersion(row) === reportedVersion(record),
    );
}

/**
 * Promotes to the system tenant or demotes to the caller's. Only what the caller's tenant owns can be moved.
 */
export function moveScope(
  { clock }: SandboxContext,
  definitions: Definitions,
  request: { readonly nameOrId: string; readonly tenant: string; readonly scope: Scope },
): ScopeChange {
  const { nameOrId, tenant, scope } = request;
  const byId = definitions.byId(nameOrId, tenant);
  const current = byId?.tenant_id === tenant ? byId : definitions.owned(nameOrId, tenant)[0];
  if (current === undefined) return { ok: false, error: 'workflow not found' };
  if (current.scope === scope) return { ok: true, value: current, previous: scope };
  const tenant_id = scope === 'global' ? SYSTEM_TENANT : tenant;
  const moved = { ...current, scope, tenant_id, updated_at: clock.now().toISOString() };
  const rival = findSame(definitions, moved);
  if (rival !== undefined) {
    const error = `a ${scope} workflow named '${current.name}' already exists`;
    return { ok: false, error, existingId: rival.id };
  }
  definitions.replace(moved);
  return { ok: true, value: moved, previous: current.scope };
}
