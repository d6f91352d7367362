/** The `aegis.workflow.*` tools that check, register and change definitions. */
import type { Outcome, WorkflowRecord } from '../../kernel.js';
import { parseWorkflow } from '../../workflows/manifest.js';
import { flagArg, memberAt, numberArg, optionalText, stringArg, type ToolCall } from './call.js';
import { findCycle, findScoreFaults } from './cycles.js';
import type { ToolHandler, ToolServices } from './services.js';

type Manifest = Extract<ReturnType<typeof parseWorkflow>, { ok: true }>['value']['manifest'];

/** The sandbox's stand-in for the default judge approves whatever passes the deterministic checks. */
const DEFAULT_JUDGE = 'code-quality-judge';
const VERDICT = { score: 1, confidence: 1, strategy: 'weighted_average' };

const validateWorkflow: ToolHandler = (call, { context }) => {
  const checked = checkManifest(stringArg(call, 'manifest_yaml'));
  const verdict = { tool: call.tool, valid: checked.ok, deterministic_validation: deterministic(checked) };
  if (!checked.ok) return verdict;
  const { metadata, spec } = checked.value;
  const workflow = {
    workflow_id: context.clock.uuid(),
    name: metadata.name,
    version: metadata.version ?? '',
    state_count: Object.keys(spec.states).length,
    initial_state: spec.initial_state,
  };
  return { ...verdict, workflow };
};

/** Registers after three checks: parse and loops, score routing, and the judges' consensus. */
const createWorkflow: ToolHandler = (call, services) => {
  const yaml = stringArg(call, 'manifest_yaml');
  const checked = checkManifest(yaml);
  const report = { tool: call.tool, deterministic_validation: deterministic(checked) };
  if (!checked.ok) return { ...report, semantic_validation: { passed: false }, deployed: false };
  const semantic_validation = judge(call, services, checked.value);
  if (!semantic_validation.passed) return { ...report, semantic_validation, deployed: false };
  const { metadata } = checked.value;
  const conflict = findConflict(call, services, metadata.name, metadata.version);
  if (conflict !== undefined)
    return { tool: call.tool, status: 'conflict', error: conflict, hint: 'increment_version' };
  const registered = register(call, services, yaml);
  if (!registered.ok) {
    const errors = [`Workflow registration failed: ${registered.error}`];
    return { ...report, semantic_validation, deployed: false, errors };
  }
  const { id: workflow_id, name, version } = registered.value;
  const workflow = { workflow_id, name, version: version ?? '1.0.0', status: 'registered' };
  const files = { manifest_yaml: yaml, manifest_path: null };
  return { ...report, semantic_validation, deployed: true, workflow, ...files };
};

const updateWorkflow: ToolHandler = (call, services) => {
  const yaml = stringArg(call, 'manifest_yaml');
  const checked = checkManifest(yaml);
  const report = { tool: call.tool, updated: false, deterministic_validation: deterministic(checked) };
  if (!checked.ok) return { ...report, error: checked.error };
  const { name } = checked.value.metadata;
  if (services.workflows.find(name, call.session.tenant) === undefined) {
    return { ...report, error: 'Workflow not found' };
  }
  const registered = register(call, services, yaml);
  if (!registered.ok) return { ...report, error: `Workflow update failed: ${registered.error}` };
  const { id: workflow_id } = registered.value;
  return { ...report, updated: true, name, workflow_id, manifest_yaml: yaml, manifest_path: null };
};

const deleteWorkflow: ToolHandler = (call, { workflows }) => {
  const { tenant } = call.session;
  const workflow = workflows.find(stringArg(call, 'name'), tenant);
  if (workflow === undefined || !workflows.remove(workflow.name, tenant)) {
    return { tool: call.tool, deleted: false, error: 'Workflow not found' };
  }
  return { tool: call.tool, deleted: true, workflow_id: workflow.id };
};

const listWorkflows: ToolHandler = (call, { workflows }) => {
  const scope = optionalText(call, 'scope');
  const filter = { global: scope === 'global', visible: scope === 'visible' };
  const found = workflows.list(call.session.tenant, filter);
  return { tool: call.tool, count: found.length, workflows: found.map(workflowItem) };
};

const exportWorkflow: ToolHandler = (call, { workflows }) => {
  const workflow = workflows.find(stringArg(call, 'name'), call.session.tenant);
  if (workflow === undefined) return { tool: call.tool, error: 'Workflow not found or invalid UUID' };
  return { tool: call.tool, name: workflow.name, manifest_yaml: workflow.manifest_yaml };
};

/** Roles that may move a workflow between scopes. */
const SCOPE_ROLES: readonly unknown[] = ['aegis:operator', 'aegis:admin'];

/**
 * Moves a workflow between scopes. As on the real server the roles are those that the arguments claim, whoever signed:
 * without them nobody has any.
 */
function moveWorkflow(flag: 'promoted' | 'demoted', absent: 'global' | 'tenant'): ToolHandler {
  return (call, { workflows }) => {
    const refused = (error: string) => ({ tool: call.tool, [flag]: false, error });
    const scope = optionalText(call, 'target_scope') ?? absent;
    if (scope !== 'global' && scope !== 'tenant') return refused(`Invalid target_scope: ${scope}`);
    const { tenant } = call.session;
    const before = workflows.find(stringArg(call, 'name'), tenant);
    if (before === undefined) return refused('Workflow not found');
    if (!claimsRole(call)) return refused(UNAUTHORIZED);
    const moved = workflows.setScope(before.id, tenant, scope);
    if (!moved.ok) return refused(moved.error);
    const { id: workflow_id, name } = before;
    const scopes = { previous_scope: before.scope, new_scope: moved.value.scope };
    return { tool: call.tool, [flag]: true, workflow_id, name, ...scopes };
  };
}

const UNAUTHORIZED = 'Unauthorized: Scope changes require aegis:operator or aegis:admin role';

function claimsRole({ args }: ToolCall): boolean {
  return Array.isArray(args.roles) && args.roles.some((role) => SCOPE_ROLES.includes(role));
}

/** Handlers by tool name. */
export const WORKFLOW_AUTHORING_TOOLS: Readonly<Record<string, ToolHandler>> = {
  'aegis.workflow.validate': validateWorkflow,
  'aegis.workflow.create': createWorkflow,
  'aegis.workflow.update': updateWorkflow,
  'aegis.workflow.delete': deleteWorkflow,
  'aegis.workflow.list': listWorkflows,
  'aegis.workflow.export': exportWorkflow,
  'aegis.workflow.promote': moveWorkflow('promoted', 'global'),
  'aegis.workflow.demote': moveWorkflow('demoted', 'tenant'),
};

function checkManifest(yaml: string): Outcome<Manifest> {
  const parsed = parseWorkflow(yaml);
  if (!parsed.ok) return { ok: false, error: `Workflow parser validation failed: ${parsed.error}` };
  const cycle = findCycle(parsed.value.manifest);
  if (cycle !== undefined) {
    return { ok: false, error: `Workflow cycle validation failed: Cycle detected: ${cycle}` };
  }
  return { ok: true, value: parsed.value.manifest };
}

function deterministic(checked: Outcome<Manifest>) {
  return checked.ok ? { passed: true } : { passed: false, error: checked.error };
}

function judge(call: ToolCall, { agents }: ToolServices, manifest: Manifest) {
  const violations = findScoreFaults(manifest);
  if (violations.length > 0) {
    return {
      passed: false,
      error: 'States with score conditions must route by score explicitly.',
      violations,
    };
  }
  const judges = Array.isArray(call.args.judge_agents) ? call.args.judge_agents.map(String) : [DEFAULT_JUDGE];
  if (judges.length === 0) return { passed: false, error: 'No judge agents provided' };
  const { tenant } = call.session;
  const missing = judges.find((name) => name !== DEFAULT_JUDGE && agents.find(name, tenant) === undefined);
  if (missing !== undefined) return { passed: false, error: `Judge agent '${missing}' not found` };
  const thresholds = {
    min_score: numberArg(call, 'min_score', 0.8),
    min_confidence: numberArg(call, 'min_confidence', 0.7),
  };
  const passed = VERDICT.score >= thresholds.min_score && VERDICT.confidence >= thresholds.min_confidence;
  return passed ? { passed, ...VERDICT } : { passed, ...VERDICT, thresholds };
}

function findConflict(
  call: ToolCall,
  { workflows }: ToolServices,
  name: string,
  version: string | null | undefined,
): string | undefined {
  const { tenant } = call.session;
  const existing = workflows.find(name, tenant);
  const same = existing?.tenant_id === tenant && (existing.version ?? '1.0.0') === (version ?? '1.0.0');
  if (!same || flagArg(call, 'force')) return undefined;
  return `Workflow '${name}' with version '${version ?? '1.0.0'}' already exists`;
}

function register(call: ToolCall, { workflows }: ToolServices, yaml: string): Outcome<WorkflowRecord> {
  const force = flagArg(call, 'force');
  return workflows.register(yaml, { tenant: call.session.tenant, force, global: false });
}

function workflowItem({ id, name, version, scope, manifest }: WorkflowRecord) {
  return {
    id,
    name,
    version: version ?? '',
    scope,
    initial_state: memberAt(manifest, 'spec', 'initial_state'),
    description: memberAt(manifest, 'metadata', 'description') ?? null,
    labels: memberAt(manifest, 'metadata', 'labels') ?? {},
    input_schema: memberAt(manifest, 'metadata', 'input_schema') ?? null,
  };
}
