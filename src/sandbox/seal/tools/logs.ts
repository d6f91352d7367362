/** `aegis.task.logs` and `aegis.agent.logs`: pages of the stored history of executions. */
import { rebuildHistory } from '../../activity.js';
import { openExecutionRecords } from '../../execution-records.js';
import type { ActivityEvent } from '../../kernel.js';
import { countArg, uuidArg } from './call.js';
import type { ToolHandler } from './services.js';

const taskLogs: ToolHandler = (call, { executions, context }) => {
  const id = uuidArg(call, 'execution_id');
  const run = executions.get(id, call.session.tenant);
  if (run === undefined) return { tool: call.tool, error: 'Failed to fetch execution: Execution not found' };
  const history = rebuildHistory(openExecutionRecords(context.store), run).map(eventRecord);
  const page = pageOf(history, countArg(call, 'limit', 50, 200), countArg(call, 'offset', 0));
  const { agent_id, status } = run;
  return { tool: call.tool, execution_id: id, agent_id, status: status.toLowerCase(), ...page };
};

const agentLogs: ToolHandler = (call, { executions, context }) => {
  const agentId = uuidArg(call, 'agent_id');
  const records = openExecutionRecords(context.store);
  const runs = executions.list(call.session.tenant, { agentId, limit: 1000 });
  const history = runs.toReversed().flatMap((run) => rebuildHistory(records, run));
  const page = pageOf(history, countArg(call, 'limit', 50, 200), countArg(call, 'offset', 0));
  return { tool: call.tool, agent_id: agentId, ...page };
};

/** Handlers by tool name. */
export const LOG_TOOLS: Readonly<Record<string, ToolHandler>> = {
  'aegis.task.logs': taskLogs,
  'aegis.agent.logs': agentLogs,
};

function pageOf(history: readonly unknown[], limit: number, offset: number) {
  const events = history.slice(offset, offset + limit);
  return { events, total: events.length, limit, offset };
}

function eventRecord(event: ActivityEvent, index: number) {
  return {
    sequence: index + 1,
    event_type: event.event_type,
    state_name: null,
    iteration_number: event.iteration ?? null,
    payload: event.details,
    recorded_at: event.timestamp,
  };
}
