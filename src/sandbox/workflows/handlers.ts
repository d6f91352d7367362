/** What the workflow routes of both dialects share. */
import type { Identity, Outcome, Reply, SandboxRequest } from '../kernel.js';
import { caller, errorReply, json, parseUuid, pathParam, refuse, refuseText, uuidParam } from '../router.js';
import type { WorkflowDefinition } from './definitions.js';
import type { Run } from './runs.js';
import { RUN_NOT_FOUND, type Workflows } from './service.js';
import { registeredWorkflow, startedRun } from './views.js';

/** Workflow name of the path. */
export const nameParam = (request: SandboxRequest) => pathParam(request, 'name');
/** Execution UUID of the path; 400 text otherwise. */
export const executionParam = (request: SandboxRequest) => uuidParam(request, 'execution_id');

/** Of the signal route, where an id that is no UUID is only unknown. */
export function anyExecutionParam(request: SandboxRequest): string {
  const id = pathParam(request, 'execution_id');
  return parseUuid(id) ?? id;
}

/** These routes ignore X-Tenant-Id (D03). */
export function tenantOf(request: SandboxRequest): string {
  return caller(request).tenant;
}

/** The body as UTF-8 text; 400 text otherwise. */
export function utf8Body(request: SandboxRequest): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(request.body);
  } catch {
    return refuseText(400, "Request body didn't contain valid UTF-8");
  }
}

/** Registers; every failure is 400 (operation registerWorkflow). */
export function register(
  workflows: Workflows,
  request: SandboxRequest,
  input: { readonly yaml: string; readonly force: boolean },
): Reply {
  const global = request.query.get('scope') === 'global';
  const outcome = workflows.register(input.yaml, { tenant: tenantOf(request), force: input.force, global });
  if (outcome.ok) return json(registeredWorkflow(outcome.value));
  return errorReply(400, `Failed to register workflow: ${outcome.error}`);
}

/** By name, own before global; operators read across tenants. 404 otherwise. */
export function readWorkflow(
  workflows: Workflows,
  request: SandboxRequest,
  name: string,
): WorkflowDefinition {
  const { definitions } = workflows;
  const own = definitions.versions(name, tenantOf(request))[0];
  const found = own ?? (isOperator(request) ? definitions.anyTenant(name) : undefined);
  return found ?? refuse(404, 'not found');
}

/** Operators list every tenant's. */
export function listWorkflows(
  workflows: Workflows,
  request: SandboxRequest,
  visible: boolean,
): readonly WorkflowDefinition[] {
  const global = request.query.get('scope') === 'global';
  if (!global && isOperator(request)) return workflows.definitions.everywhere();
  return workflows.list(tenantOf(request), { global, visible });
}

/** Deletes the current version of the caller's tenant; 404 otherwise. */
export function removeWorkflow(workflows: Workflows, request: SandboxRequest, name: string): void {
  if (!workflows.remove(name, tenantOf(request))) refuse(404, 'not found');
}

/** Promotes or demotes (operation updateWorkflowScope). */
export function changeScope(
  workflows: Workflows,
  request: SandboxRequest,
  name: string,
  scope: 'global' | 'tenant',
): Reply {
  if (!mayChangeScope(caller(request))) {
    return errorReply(403, 'Only operators, administrators and service accounts may change the scope');
  }
  const change = workflows.setScope(name, tenantOf(request), scope);
  if (change.ok) {
    const { id, scope: new_scope } = change.value;
    return json({ workflow_id: id, previous_scope: change.previous, new_scope });
  }
  if (change.existingId === undefined) return errorReply(404, change.error);
  return json({ error: change.error, existing_id: change.existingId }, 409);
}

/** The answer to a start; every failure is 400 (D05, D16). */
export function startReply(outcome: Outcome<Run>): Reply {
  if (outcome.ok) return json(startedRun(outcome.value));
  return errorReply(400, `Failed to start workflow execution: ${outcome.error}`);
}

/** Newest first; operators list every tenant's runs, also those they cannot open. */
export function listRuns(
  workflows: Workflows,
  request: SandboxRequest,
  page: { readonly workflowId?: string; readonly limit: number; readonly offset: number },
): readonly Run[] {
  return workflows.runs.list(isOperator(request) ? page : { ...page, tenant: tenantOf(request) });
}

/** The caller's own run; 404 otherwise. */
export function readRun(workflows: Workflows, request: SandboxRequest, id: string): Run {
  return workflows.execution(id, tenantOf(request)) ?? refuse(404, RUN_NOT_FOUND);
}

/** 202 when the engine took the order; 404 for an unknown run, 500 for one that has ended. */
export function orderReply(outcome: Outcome<Run>, status: string, id: string): Reply {
  if (outcome.ok) return json({ status, execution_id: id }, 202);
  return errorReply(outcome.error === RUN_NOT_FOUND ? 404 : 500, outcome.error);
}

function isOperator(request: SandboxRequest): boolean {
  return caller(request).kind === 'operator';
}

function mayChangeScope({ kind, role }: Identity): boolean {
  return kind === 'service_account' || (kind === 'operator' && role !== 'aegis:readonly');
}
