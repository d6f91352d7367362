/** Tools that author and run agents and workflows. */
import {
  flag,
  integer,
  oneOf,
  record,
  type ToolRow,
  text,
  texts,
  tool,
  untyped,
  withDefault,
} from './row.js';

const ATTACHMENTS = {
  type: 'array',
  items: {
    type: 'object',
    properties: { volume_id: text, path: text, name: text, mime_type: text, size: integer, sha256: text },
    required: ['volume_id', 'path', 'name', 'mime_type', 'size'],
  },
};

const MANIFEST = { 'manifest_yaml!': text, force: flag };
const EXECUTION = { 'execution_id!': text };
const RUN = { 'execution_id!': text, tenant_id: text };
const PAGE = {
  limit: { type: 'integer', default: 50, maximum: 200 },
  offset: withDefault(integer, 0),
};
const TASK_WAIT = {
  ...EXECUTION,
  poll_interval_seconds: { type: 'integer', default: 10, minimum: 1 },
  timeout_seconds: { type: 'integer', default: 300, minimum: 1 },
};
const RUN_WAIT = {
  ...EXECUTION,
  poll_interval_seconds: withDefault(integer, 5),
  timeout_seconds: withDefault(integer, 300),
};
const SEARCH = {
  'query!': text,
  tenant_id: text,
  limit: { type: 'integer', default: 10, minimum: 1, maximum: 100 },
  min_score: { type: 'number', default: 0.3 },
  labels: { type: 'object', additionalProperties: text },
  include_platform_templates: { type: 'boolean', default: true },
};

const AGENTS: readonly ToolRow[] = [
  tool('aegis.agent.create', 'Checks an agent manifest and deploys it.', MANIFEST),
  tool('aegis.agent.list', 'Lists the agents the tenant can see.'),
  tool('aegis.agent.update', 'Replaces the manifest of the agent of that name.', MANIFEST),
  tool('aegis.agent.export', 'Returns the manifest of an agent, by name or id, as YAML.', { 'name!': text }),
  tool('aegis.agent.delete', 'Deletes an agent by id.', { 'agent_id!': text }),
  tool('aegis.agent.generate', 'Has the built-in author agent write an agent from a description.', {
    'input!': text,
    attachments: ATTACHMENTS,
  }),
  tool('aegis.agent.logs', 'Pages through the activity of an agent.', { 'agent_id!': text, ...PAGE }),
  tool('aegis.agent.search', 'Searches agents by meaning.', SEARCH),
  tool('aegis.agent.wait', 'Waits for an agent execution to end.', TASK_WAIT),
];

const TASKS: readonly ToolRow[] = [
  tool('aegis.task.execute', 'Starts an execution of an agent, by id or name, and returns at once.', {
    'agent_id!': text,
    intent: text,
    input: record,
    version: text,
    attachments: ATTACHMENTS,
  }),
  tool('aegis.task.status', 'Tells the status and the last output of an execution.', EXECUTION),
  tool('aegis.task.wait', 'Waits for an execution to end.', TASK_WAIT),
  tool('aegis.task.logs', 'Pages through the events of an execution.', { ...EXECUTION, ...PAGE }),
  tool('aegis.task.list', 'Lists recent executions.', { agent_id: text, limit: withDefault(integer, 20) }),
  tool('aegis.task.cancel', 'Cancels a running execution.', EXECUTION),
  tool('aegis.task.remove', 'Deletes the record of an execution.', EXECUTION),
];

const WORKFLOWS: readonly ToolRow[] = [
  tool('aegis.workflow.create', 'Checks a workflow, has judges look at it, and registers it.', {
    ...MANIFEST,
    task_context: text,
    judge_agents: withDefault(texts, ['code-quality-judge']),
    min_score: { type: 'number', default: 0.8 },
    min_confidence: { type: 'number', default: 0.7 },
  }),
  tool('aegis.workflow.list', 'Lists workflows.', {
    tenant_id: text,
    scope: oneOf('global', 'visible'),
    user_id: text,
  }),
  tool('aegis.workflow.validate', 'Checks a workflow manifest without registering it.', {
    'manifest_yaml!': text,
  }),
  tool('aegis.workflow.update', 'Registers a changed workflow manifest.', MANIFEST),
  tool('aegis.workflow.export', 'Returns a workflow, by name or id, as YAML.', { 'name!': text }),
  tool('aegis.workflow.delete', 'Removes a workflow by name.', { 'name!': text }),
  tool('aegis.workflow.run', 'Starts a workflow by name and returns at once.', {
    'name!': text,
    intent: text,
    input: record,
    blackboard: record,
    version: text,
    tenant_id: text,
  }),
  tool('aegis.workflow.generate', 'Has the built-in generator write a workflow for an objective.', {
    'input!': text,
  }),
  untyped('aegis.workflow.logs', 'Pages through the events of a workflow run.', ['execution_id']),
  tool('aegis.workflow.wait', 'Waits for a workflow run to end.', RUN_WAIT),
  tool('aegis.workflow.cancel', 'Cancels a workflow run.', EXECUTION),
  tool('aegis.workflow.signal', 'Answers the Human state a run is waiting in.', {
    ...EXECUTION,
    'response!': text,
  }),
  tool('aegis.workflow.remove', 'Deletes the record of a workflow run.', EXECUTION),
  tool('aegis.workflow.promote', 'Widens the scope of a workflow.', {
    'name!': text,
    target_scope: withDefault(oneOf('tenant', 'global'), 'global'),
    tenant_id: text,
  }),
  tool('aegis.workflow.demote', 'Narrows the scope of a workflow.', {
    'name!': text,
    target_scope: withDefault(oneOf('tenant', 'user'), 'tenant'),
    user_id: text,
    tenant_id: text,
  }),
  tool('aegis.workflow.executions.list', 'Lists workflow runs, newest first.', {
    limit: withDefault(integer, 20),
    offset: withDefault(integer, 0),
    workflow_id: text,
    tenant_id: text,
  }),
  tool('aegis.workflow.executions.get', 'Returns a workflow run with its blackboard and outputs.', RUN),
  tool('aegis.workflow.status', 'Returns the state of a workflow run.', RUN),
  tool('aegis.workflow.search', 'Searches workflows by meaning.', SEARCH),
];

const PIPELINES: readonly ToolRow[] = [
  tool('aegis.execute.intent', 'Writes, checks and runs code for an intent given in plain language.', {
    'intent!': text,
    inputs: record,
    volume_id: text,
    language: withDefault(oneOf('python', 'javascript', 'bash'), 'python'),
    timeout_seconds: integer,
    tenant_id: text,
    attachments: ATTACHMENTS,
  }),
  tool('aegis.execute.status', 'Tells the state of such a pipeline.', {
    'pipeline_execution_id!': text,
    tenant_id: text,
  }),
  tool('aegis.execute.wait', 'Waits for such a pipeline to end.', RUN_WAIT),
];

export const RUN_TOOLS: readonly ToolRow[] = [...AGENTS, ...WORKFLOWS, ...TASKS, ...PIPELINES];
