import type { ExecutionRecord } from './kernel.js';

/** An item of the live listExecutions (contract schema ExecutionSummary). */
export function executionSummary({ id, agent_id, status, started_at, ended_at, tenant_id }: ExecutionRecord) {
  return { id, agent_id, status, started_at, ended_at, tenant_id };
}

/** The live getExecution: state only (D25). */
export function executionDetail({ id, agent_id, status, tenant_id }: ExecutionRecord) {
  return { id, agent_id, status, tenant_id };
}

/** The full record of the published reference, status in lower case. */
export function documentedExecution(execution: ExecutionRecord) {
  const { id, agent_id, tenant_id, input, output, error, started_at, ended_at, iterations } = execution;
  const status = execution.status.toLowerCase();
  return {
    execution_id: id,
    agent_id,
    tenant_id,
    status,
    input,
    output,
    error,
    started_at,
    ended_at,
    iterations,
  };
}
