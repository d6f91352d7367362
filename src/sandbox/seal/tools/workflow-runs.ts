/** The `aegis.workflow.*` and `aegis.execute.*` tools that start, watch and steer runs. */
import type { Outcome, WorkflowExecutionRecord, WorkflowStatus } from '../../kernel.js';
import { parseUuid } from '../../request.js';
import { countArg, memberAt, objectArg, optionalText, stringArg, uuidArg } from './call.js';
import type { ToolHandler } from './services.js';
import { waitForEnd } from './wait.js';

const ENDED: ReadonlySet<WorkflowStatus> = new Set(['completed', 'failed', 'cancelled']);

/** Starts a run. As on the real server, `execution_id` carries the id of the definition, not of the run. */
const runWorkflow: ToolHandler = (call, { workflows }) => {
  const version = optionalText(call, 'version');
  const started = workflows.start({
    workflow: stringArg(call, 'name'),
    tenant: call.session.tenant,
    input: call.args.input ?? {},
    blackboard: objectArg(call, 'blackboard') ?? null,
    intent: optionalText(call, 'intent') ?? null,
    ...(version !== undefined && { version }),
  });
  if (!started.ok) return { tool: call.tool, error: `Failed to start workflow: ${started.error}` };
  return { tool: call.tool, execution_id: started.value.workflow_id, status: 'started' };
};

const pageLogs: ToolHandler = (call, { workflows }) => {
  const id = uuidArg(call, 'execution_id');
  const run = workflows.execution(id, call.session.tenant);
  if (run === undefined) return { tool: call.tool, error: notFound(id) };
  const [limit, offset] = [countArg(call, 'limit', 50, 200), countArg(call, 'offset', 0)];
  const events = workflows.logs(id, limit, offset).map((event) => eventRecord(event));
  const { status, workflow_id } = run;
  return {
    tool: call.tool,
    execution_id: id,
    status,
    workflow_id,
    events,
    total: events.length,
    limit,
    offset,
  };
};

/** Also behind `aegis.execute.wait`: every answer carries the name `aegis.workflow.wait`. */
const waitForRun: ToolHandler = async (call, services) => {
  const id = uuidArg(call, 'execution_id');
  const { run, timedOut, timeout } = await waitForEnd(call, services, {
    read: () => services.workflows.execution(id, call.session.tenant),
    isOver: ({ status }) => ENDED.has(status),
    timeout: 300,
    interval: 5,
  });
  const tool = 'aegis.workflow.wait';
  if (run === undefined) return { tool, error: notFound(id) };
  const { status, current_state } = run;
  if (timedOut) {
    const message = `Workflow execution still running after ${timeout}s timeout`;
    return { tool, execution_id: id, status, current_state, timed_out: true, message };
  }
  const { workflow_id, blackboard, final_output, started_at, last_transition_at } = run;
  const times = { started_at, last_transition_at };
  const last_output = final_output ?? null;
  return { tool, execution_id: id, workflow_id, status, current_state, blackboard, last_output, ...times };
};

const listRuns: ToolHandler = (call, { workflows }) => {
  const { tenant } = call.session;
  const [limit, offset] = [countArg(call, 'limit', 20, 200), countArg(call, 'offset', 0)];
  const wanted = optionalText(call, 'workflow_id');
  const workflowId =
    wanted === undefined ? undefined : (parseUuid(wanted) ?? workflows.find(wanted, tenant)?.id);
  if (wanted !== undefined && workflowId === undefined) {
    return { tool: call.tool, error: `Workflow '${wanted}' not found` };
  }
  const filter = { limit, offset, ...(workflowId !== undefined && { workflowId }) };
  const executions = workflows.executions(tenant, filter).map(runItem);
  return { tool: call.tool, count: executions.length, executions, limit, offset };
};

const describeRun: ToolHandler = (call, { workflows }) => {
  const id = uuidArg(call, 'execution_id');
  const run = workflows.execution(id, call.session.tenant);
  if (run === undefined) return { tool: call.tool, error: notFound(id) };
  return { tool: call.tool, execution: runDetail(run) };
};

const describePipeline: ToolHandler = (call, { workflows }) => {
  const id = uuidArg(call, 'pipeline_execution_id');
  const run = workflows.execution(id, call.session.tenant);
  if (run === undefined) return { tool: call.tool, error: notFound(id) };
  const { status, current_state, started_at, final_output } = run;
  const report = { tool: call.tool, pipeline_execution_id: id, status, current_state, started_at };
  return status === 'completed' ? { ...report, final_result: final_output ?? null } : report;
};

/** Handlers by tool name. */
export const WORKFLOW_RUN_TOOLS: Readonly<Record<string, ToolHandler>> = {
  'aegis.workflow.run': runWorkflow,
  'aegis.workflow.logs': pageLogs,
  'aegis.workflow.wait': waitForRun,
  'aegis.workflow.cancel': steerRun('cancelled', (call, { workflows }, id) =>
    workflows.cancel(id, call.session.tenant),
  ),
  'aegis.workflow.signal': steerRun('signalled', (call, { workflows }, id) =>
    workflows.signal(id, call.session.tenant, stringArg(call, 'response')),
  ),
  'aegis.workflow.remove': steerRun('removed', (call, { workflows }, id) =>
    workflows.removeExecution(id, call.session.tenant)
      ? { ok: true, value: id }
      : { ok: false, error: notFound(id) },
  ),
  'aegis.workflow.executions.list': listRuns,
  'aegis.workflow.executions.get': describeRun,
  'aegis.workflow.status': describeRun,
  'aegis.execute.status': describePipeline,
  'aegis.execute.wait': waitForRun,
};

type Steer = (...args: [...Parameters<ToolHandler>, id: string]) => Outcome<unknown>;

function steerRun(flag: string, steer: Steer): ToolHandler {
  return (call, services) => {
    const id = uuidArg(call, 'execution_id');
    const done = steer(call, services, id);
    if (!done.ok) return { tool: call.tool, [flag]: false, error: done.error };
    return { tool: call.tool, [flag]: true, execution_id: id };
  };
}

function eventRecord(event: Readonly<Record<string, unknown>>) {
  return {
    sequence: memberAt(event, 'details', 'temporal_sequence_number'),
    event_type: event.event_type,
    state_name: event.state_name ?? null,
    iteration_number: event.iteration_number ?? null,
    payload: event.details,
    recorded_at: event.timestamp,
  };
}

function runItem(run: WorkflowExecutionRecord) {
  const { execution_id, workflow_id, status, current_state, started_at, last_transition_at } = run;
  const summary = memberAt(run, 'intent') ?? null;
  return { execution_id, workflow_id, status, current_state, started_at, last_transition_at, summary };
}

function runDetail(run: WorkflowExecutionRecord) {
  const { execution_id, workflow_id, status, current_state, started_at, last_transition_at } = run;
  const { blackboard, state_outputs } = run;
  const input = memberAt(run, 'input') ?? null;
  const data = { input, blackboard, state_outputs };
  return { execution_id, workflow_id, status, current_state, ...data, started_at, last_transition_at };
}

function notFound(id: string): string {
  return `Workflow execution '${id}' not found`;
}
