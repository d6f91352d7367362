/** The `aegis.task.*` tools: agent executions. */
import { isObject } from '../../json-schema.js';
import type { ExecutionRecord, ExecutionStatus, Outcome } from '../../kernel.js';
import { parseUuid } from '../../request.js';
import { countArg, optionalText, stringArg, type ToolCall, uuidArg } from './call.js';
import type { ToolHandler, ToolServices } from './services.js';
import { waitForEnd } from './wait.js';

const ENDED: ReadonlySet<ExecutionStatus> = new Set(['Completed', 'Failed', 'Cancelled']);

/** Starts one execution of an agent named by UUID or name; answers at once. */
const executeTask: ToolHandler = (call, services) => {
  const started = startTask(call, services);
  if (!started.ok) return { tool: call.tool, error: started.error };
  return { tool: call.tool, execution_id: started.value.id, status: 'started' };
};

function startTask(call: ToolCall, { agents, executions }: ToolServices): Outcome<ExecutionRecord> {
  const wanted = stringArg(call, 'agent_id');
  const version = optionalText(call, 'version');
  if (version !== undefined && parseUuid(wanted) !== undefined) {
    return fail('version parameter is only supported when identifying agents by name, not UUID');
  }
  const { tenant } = call.session;
  const agent = agents.find(parseUuid(wanted) ?? wanted, tenant);
  if (agent === undefined) return fail(`Agent '${wanted}' not found`);
  if (version !== undefined && agent.version !== version) {
    return fail(`Agent '${wanted}' version '${version}' not found`);
  }
  const input = call.args.input ?? {};
  const intent = optionalText(call, 'intent') ?? null;
  const schemaSubject = withTenant(input, tenant);
  const started = executions.start({ agent, tenant, input, intent, contextOverrides: null, schemaSubject });
  return started.ok ? started : fail(`Failed to start task execution: ${started.error}`);
}

/** spec.input_schema is checked against the tool's own input, to which the server adds the tenant. */
function withTenant(input: unknown, tenant: string): unknown {
  return isObject(input) ? { ...input, tenant_id: tenant } : input;
}

const describeTask: ToolHandler = (call, { executions }) => {
  const execution = executions.get(uuidArg(call, 'execution_id'), call.session.tenant);
  if (execution === undefined) return { tool: call.tool, error: notFound('get') };
  return { tool: call.tool, ...executionReport(execution) };
};

/** Also behind `aegis.agent.wait`: every answer carries the name `aegis.task.wait`. */
export const waitForTask: ToolHandler = async (call, services) => {
  const id = uuidArg(call, 'execution_id');
  const { run, timedOut, timeout } = await waitForEnd(call, services, {
    read: () => services.executions.get(id, call.session.tenant),
    isOver: ({ status }) => ENDED.has(status),
    timeout: 600,
    interval: 10,
  });
  const tool = 'aegis.task.wait';
  if (run === undefined) return { tool, execution_id: id, error: notFound('get') };
  if (!timedOut) return { tool, ...executionReport(run) };
  const status = run.status.toLowerCase();
  const message = `Execution still ${status} after ${timeout}s timeout`;
  return { tool, execution_id: id, status, timed_out: true, message, iteration_count: run.iterations };
};

const listTasks: ToolHandler = (call, { executions }) => {
  const agentId = parseUuid(optionalText(call, 'agent_id') ?? '');
  const limit = countArg(call, 'limit', 20, 1000);
  const found = executions.list(call.session.tenant, { limit, ...(agentId !== undefined && { agentId }) });
  return { tool: call.tool, count: found.length, executions: found.map(executionItem) };
};

const cancelTask: ToolHandler = (call, { executions }) => {
  const id = uuidArg(call, 'execution_id');
  const cancelled = executions.cancel(id, call.session.tenant);
  if (cancelled.ok) return { tool: call.tool, cancelled: true, execution_id: id };
  return { tool: call.tool, cancelled: false, error: `Failed to cancel execution: ${cancelled.error}` };
};

const removeTask: ToolHandler = (call, { executions }) => {
  const id = uuidArg(call, 'execution_id');
  if (executions.remove(id, call.session.tenant)) return { tool: call.tool, removed: true, execution_id: id };
  return { tool: call.tool, removed: false, error: notFound('remove') };
};

/** Handlers by tool name. */
export const TASK_TOOLS: Readonly<Record<string, ToolHandler>> = {
  'aegis.task.execute': executeTask,
  'aegis.task.status': describeTask,
  'aegis.task.wait': waitForTask,
  'aegis.task.list': listTasks,
  'aegis.task.cancel': cancelTask,
  'aegis.task.remove': removeTask,
};

function executionReport(run: ExecutionRecord) {
  return {
    execution_id: run.id,
    agent_id: run.agent_id,
    status: run.status.toLowerCase(),
    started_at: run.started_at,
    ended_at: run.ended_at,
    iteration_count: run.iterations,
    last_output: run.output,
    last_error: run.error,
  };
}

function executionItem(run: ExecutionRecord) {
  return {
    id: run.id,
    agent_id: run.agent_id,
    tenant_id: run.tenant_id,
    status: run.status.toLowerCase(),
    started_at: run.started_at,
    ended_at: run.ended_at,
    iteration_count: run.iterations,
    summary: run.intent,
  };
}

function notFound(what: string): string {
  return `Failed to ${what} execution: Execution not found`;
}

function fail(error: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error };
}
