/** The rules of attestation, in the server's order (operation attestSeal). */
import type { Dialect, Identity } from '../kernel.js';
import { refuse } from '../replies.js';
import { parseUuid } from '../request.js';
import { isSlug } from '../tenant.js';
import type { AttestRequest } from './attest-request.js';
import { findContext } from './contexts.js';
import type { SecurityContext } from './policy.js';

/** Tenant of any execution, whoever owns it; undefined for an unknown id. */
export type ExecutionTenant = (executionId: string) => string | undefined;

/**
 * The tenant of the session: that of the named execution, else the named tenant (delegating callers only), else the
 * caller's own. Refuses 404, 403, and 400 for an operator who names neither.
 */
export function resolveTenant(request: AttestRequest, caller: Identity, tenantOf: ExecutionTenant): string {
  const delegating = caller.kind === 'operator' || caller.kind === 'service_account';
  const executionId = parseUuid(request.executionId ?? '');
  if (executionId !== undefined) return tenantOfExecution(executionId, caller, delegating, tenantOf);
  if (request.tenantId) {
    if (!isSlug(request.tenantId)) refuseTenant(caller, request.tenantId);
    return delegating ? request.tenantId : caller.tenant;
  }
  if (caller.kind === 'operator') {
    refuse(400, 'bad_request: operators must specify tenant_id or execution_id');
  }
  return caller.tenant;
}

/** Agent and execution id of the session: the given pair, or fresh ones when a context is named. */
export function resolveIds(request: AttestRequest, contextName: string | undefined, uuid: () => string) {
  const { agentId, executionId } = request;
  if (agentId !== undefined && executionId !== undefined) {
    return { agentId: requireUuid(agentId), executionId: requireUuid(executionId) };
  }
  if (contextName !== undefined) return { agentId: uuid(), executionId: uuid() };
  return refuse(
    401,
    'SEAL attestation requires both agent_id and execution_id unless security_context is explicitly provided',
  );
}

/** The context asked for; the documented dialect fills in the caller's usual one. */
export function requestedContext(
  request: AttestRequest,
  caller: Identity,
  dialect: Dialect,
): string | undefined {
  if (request.securityContext !== undefined || dialect === 'live') return request.securityContext;
  if (caller.kind === 'consumer') return 'zaru-free';
  if (caller.kind === 'tenant_user') return `tenant-${caller.tenant}-default`;
  return caller.kind === 'operator' ? 'aegis-system-operator' : 'aegis-system-agent-runtime';
}

/** The context of that name, when the caller's realm or tenant owns the name. Refuses with 401. */
export function resolveContext(name: string | undefined, caller: Identity, tenant: string): SecurityContext {
  const wanted = name?.trim();
  if (!wanted) return refuse(401, 'SEAL attestation requires an explicit security_context');
  if (!ownsContext(wanted, caller, tenant)) {
    refuse(401, `SecurityContext ownership violation: '${wanted}' is not available to tenant '${tenant}'`);
  }
  return findContext(wanted) ?? refuse(401, `Security context '${wanted}' not found`);
}

function ownsContext(name: string, caller: Identity, tenant: string): boolean {
  if (name.startsWith('zaru-')) return caller.kind === 'consumer';
  if (name.startsWith('aegis-system-'))
    return caller.kind === 'operator' || caller.kind === 'service_account';
  return name.startsWith(`tenant-${tenant}-`);
}

function tenantOfExecution(
  executionId: string,
  caller: Identity,
  delegating: boolean,
  tenantOf: ExecutionTenant,
): string {
  const tenant = tenantOf(executionId);
  if (tenant === undefined) return refuse(404, 'execution_not_found');
  return tenant === caller.tenant || delegating ? tenant : refuseTenant(caller, tenant);
}

function refuseTenant(caller: Identity, requested: string): never {
  return refuse(
    403,
    `permission_denied: tenant mismatch (identity tenant: ${caller.tenant}, requested: ${requested})`,
  );
}

function requireUuid(text: string): string {
  return parseUuid(text) ?? refuse(401, `invalid UUID: ${text}`);
}
