/**
 * The tools that have a built-in agent or workflow make something: they start it and answer at once. The sandbox
 * registers it at first need, for the tenant that asks; no model works in it.
 */
import type { AgentRecord, Outcome, WorkflowExecutionRecord } from '../../kernel.js';
import { refuseCall } from '../refusal.js';
import { objectArg, optionalText, stringArg, type ToolCall } from './call.js';
import type { ToolHandler, ToolServices } from './services.js';

const API_VERSION = '100monkeys.ai/v1';

/** Writes agents. */
const AUTHOR = {
  apiVersion: API_VERSION,
  kind: 'Agent',
  metadata: { name: 'agent-creator-agent', version: '1.0.0', description: 'Answers requests for agents.' },
  spec: {
    runtime: { language: 'python', version: '3.11' },
    task: { instruction: 'Answer the request for an agent.' },
  },
};

/** Starts the author of agents. */
const generateAgent: ToolHandler = (call, services) => {
  const input = stringArg(call, 'input');
  const { tenant } = call.session;
  const author = findAuthor(call, services);
  if (!author.ok) return { tool: call.tool, error: author.error };
  const run = { agent: author.value, tenant, input: { input }, intent: input, contextOverrides: null };
  const started = services.executions.start(run);
  if (!started.ok) return { tool: call.tool, error: `Failed to start agent generation: ${started.error}` };
  return { tool: call.tool, execution_id: started.value.id, status: 'started' };
};

/** Starts the writer of workflows. As with `aegis.workflow.run`, `execution_id` carries the id of the definition. */
const generateWorkflow: ToolHandler = (call, services) => {
  const objective = stringArg(call, 'input');
  const started = startBuiltIn('builtin-workflow-generator', { objective }, call, services);
  if (!started.ok) return { tool: call.tool, error: `Failed to start workflow: ${started.error}` };
  return { tool: call.tool, execution_id: started.value.workflow_id, status: 'started' };
};

/** Starts the pipeline. Here the id is the run's; the stream address has no route, as on the real server. */
const executeIntent: ToolHandler = (call, services) => {
  const intent = stringArg(call, 'intent');
  if (call.session.context.name === 'zaru-free' && optionalText(call, 'volume_id') !== undefined) {
    return refuseCall('Invalid tool arguments: volume_id is not available in the free tier');
  }
  const input = { intent, inputs: objectArg(call, 'inputs') ?? {} };
  const started = startBuiltIn('builtin-intent-to-execution', input, call, services);
  if (!started.ok) return { tool: call.tool, error: `Failed to start pipeline: ${started.error}` };
  const pipeline_execution_id = started.value.execution_id;
  const stream_url = `/v1/executions/${pipeline_execution_id}/stream`;
  return { tool: call.tool, pipeline_execution_id, status: 'started', stream_url };
};

/** Handlers by tool name. */
export const GENERATOR_TOOLS: Readonly<Record<string, ToolHandler>> = {
  'aegis.agent.generate': generateAgent,
  'aegis.workflow.generate': generateWorkflow,
  'aegis.execute.intent': executeIntent,
};

function findAuthor({ session }: ToolCall, { agents }: ToolServices): Outcome<AgentRecord> {
  const { tenant, identity } = session;
  const known = agents.find(AUTHOR.metadata.name, tenant);
  if (known !== undefined) return { ok: true, value: known };
  return agents.deploy(AUTHOR, { tenant, force: false, global: false, identity });
}

function startBuiltIn(
  workflow: string,
  input: Readonly<Record<string, unknown>>,
  call: ToolCall,
  { workflows }: ToolServices,
): Outcome<WorkflowExecutionRecord> {
  const { tenant } = call.session;
  if (workflows.find(workflow, tenant) === undefined) {
    const added = workflows.register(manifestOf(workflow), { tenant, force: false, global: false });
    if (!added.ok) return added;
  }
  return workflows.start({ workflow, tenant, input, blackboard: null, intent: null });
}

/** One state that does nothing. */
function manifestOf(name: string): string {
  const state = { kind: 'System', command: `echo ${name}`, transitions: [] };
  return JSON.stringify({
    apiVersion: API_VERSION,
    kind: 'Workflow',
    metadata: { name, version: '1.0.0', description: 'Built in; stands in for the work of models.' },
    spec: { initial_state: 'WORK', states: { WORK: state } },
  });
}
