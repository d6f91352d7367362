/** Records as the server shows them (components.schemas of the contract), live and documented. */
import type { PendingApproval } from './approvals.js';
import { reportedVersion, type WorkflowDefinition } from './definitions.js';
import type { Run } from './runs.js';

/** RegisteredWorkflow. */
export function registeredWorkflow(record: WorkflowDefinition) {
  return {
    workflow_id: record.id,
    name: record.name,
    version: reportedVersion(record),
    status: 'registered',
    registered_at: record.updated_at ?? record.created_at,
  };
}

/** WorkflowVersion. */
export function workflowVersion(record: WorkflowDefinition) {
  return {
    id: record.id,
    name: record.name,
    version: record.version,
    description: record.manifest.metadata.description ?? null,
    scope: record.scope,
    created_at: record.created_at,
    tenant_id: record.tenant_id,
  };
}

/** WorkflowSummary. */
export function workflowSummary(record: WorkflowDefinition, executionCount: number) {
  const { labels, input_schema = null } = record.manifest.metadata;
  return {
    ...workflowVersion(record),
    status: 'active',
    labels,
    updated_at: record.updated_at,
    input_schema,
    execution_count: executionCount,
  };
}

/** WorkflowDetail. */
export function workflowDetail(record: WorkflowDefinition) {
  const { labels, input_schema = null } = record.manifest.metadata;
  return {
    ...workflowVersion(record),
    labels,
    updated_at: record.updated_at,
    input_schema,
    manifest_yaml: record.manifest_yaml,
  };
}

/** The published reference's definition: the manifest's metadata beside the live fields. */
export function documentedWorkflow(record: WorkflowDefinition) {
  const { metadata, spec } = record.manifest;
  return { ...workflowDetail(record), metadata, spec };
}

/** WorkflowExecutionSummary. */
export function runSummary(run: Run) {
  return {
    execution_id: run.execution_id,
    workflow_id: run.workflow_id,
    workflow_name: run.workflow_name,
    status: run.status,
    current_state: run.current_state,
    started_at: run.started_at,
    last_transition_at: run.last_transition_at,
    tenant_id: run.tenant_id,
  };
}

/** WorkflowExecutionDetail: without tenant and, as on the real server, without final_output (D40). */
export function runDetail(run: Run) {
  const { tenant_id: _, ...summary } = runSummary(run);
  return {
    ...summary,
    blackboard: run.blackboard,
    state_outputs: run.state_outputs,
    temporal_workflow_id: run.execution_id,
    temporal_run_id: run.run_id,
  };
}

/** The published reference knows three statuses. */
function documentedStatus(run: Run): 'running' | 'completed' | 'failed' {
  if (run.status === 'completed') return 'completed';
  return run.status === 'running' || run.status === 'pending' ? 'running' : 'failed';
}

/** The published reference's WorkflowExecution: three statuses and final_output. */
export function documentedRun(run: Run) {
  return {
    execution_id: run.execution_id,
    workflow_id: run.workflow_id,
    workflow_name: run.workflow_name,
    status: documentedStatus(run),
    current_state: run.current_state,
    started_at: run.started_at,
    final_output: run.final_output,
  };
}

/** StartedWorkflowExecution. */
export function startedRun(run: Run) {
  return {
    execution_id: run.execution_id,
    workflow_id: run.workflow_id,
    temporal_run_id: run.run_id,
    status: 'running',
    started_at: run.started_at,
  };
}

/** The published reference's PendingApproval: without the tenant (D46). */
export function documentedApproval({ tenant_id: _, ...approval }: PendingApproval) {
  return approval;
}
