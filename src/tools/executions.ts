/** Execution: the seven methods of the published section. */
import { z } from 'zod';
import { publishedExecution } from './actions/records.js';
import { fetchFile, fileArguments, fileFacts } from './actions/remote-file.js';
import { startThroughSeal } from './actions/start-execution.js';
import { digest, runExecution } from './actions/streams.js';
import { action, op } from './define.js';
import {
  acknowledge,
  acknowledged,
  around,
  execution,
  idOf,
  listOf,
  record,
  toExecution,
} from './results.js';
import { agentId, anyJson, executionId, limit, object, streamBounds, text } from './shapes.js';

export const executions = {
  start_execution: op({
    title: 'Start execution',
    description:
      'Starts an agent on a task and returns the execution id at once. Follow it with stream_execution, or read it with get_execution.',
    toolset: 'executions',
    adapted: 'Sent to the route of the agent, because POST /v1/executions is not routed (D20).',
    effect: 'write',
    core: true,
    seal: startThroughSeal,
    input: () => ({
      agent_id: agentId(),
      input: anyJson('The task: text, or any JSON that the input schema of the agent takes.'),
      context_overrides: object('Values that override the context of the prompt template.').optional(),
      intent: text('What the caller wants, in words; used for routing and in the prompt.').optional(),
    }),
    output: () => z.looseObject({ execution_id: z.string() }),
    live: {
      operation: 'executeAgent',
      route: 'POST /v1/agents/{agent_id}/execute',
      body: ({ input, intent, context_overrides }) => ({
        json: { input: input ?? null, intent, context_overrides },
      }),
    },
    documented: {
      operation: 'startExecution',
      route: 'POST /v1/executions',
      body: ({ agent_id, input, intent, context_overrides }) => ({
        json: { agent_id, input: input ?? null, intent, context_overrides },
      }),
    },
    result: (body) => ({ ...record(body), execution_id: idOf('execution_id', record(body)) }),
  }),

  stream_execution: action({
    title: 'Stream execution',
    description:
      'Follows an execution until it ends or a bound is reached, with progress as it happens, and returns a digest: status, final output, last events and a cursor to continue. Never stops the run.',
    toolset: 'executions',
    adapted:
      'Read from /events, because /stream is not routed (D21); envelope as published (D22); stops at the terminal event by itself (D24).',
    effect: 'read',
    core: true,
    untrusted: true,
    aliases: { token: 'cursor' },
    input: () => ({
      execution_id: executionId(),
      cursor: text('Resumption token of an earlier call: only newer events are returned.').optional(),
      ...streamBounds(),
    }),
    output: digest,
    live: {
      operation: 'streamExecutionEvents',
      route: 'GET /v1/executions/{execution_id}/events',
    },
    documented: {
      operation: 'streamExecution',
      route: 'GET /v1/executions/{execution_id}/stream',
    },
    reads: [executionDetail()],
    run: (call) => runExecution(call, executionDetail()),
  }),

  get_execution: action({
    title: 'Get execution',
    description:
      'Gets one execution: status, agent, times, iterations, and the final output or the error once it has ended.',
    toolset: 'executions',
    adapted:
      'Times, iterations, output and error come from the history of events, which the live record lacks (D25); status in lower case (D29).',
    effect: 'read',
    core: true,
    untrusted: true,
    input: () => ({ execution_id: executionId() }),
    output: execution,
    live: executionDetail(),
    reads: [executionHistory()],
    run: async (call) => ({ value: await publishedExecution(call, executionHistory()) }),
  }),

  list_executions: op({
    title: 'List executions',
    description: 'Lists recent executions, newest first, optionally of one agent or of one workflow.',
    toolset: 'executions',
    adapted: 'The bare array becomes {executions} with lower-case status (D26, D29).',
    effect: 'read',
    core: true,
    untrusted: true,
    input: () => ({
      agent_id: agentId().optional(),
      workflow_name: text('Only executions of this workflow; wins over agent_id.').optional(),
      limit: limit(20, 1000),
    }),
    output: () => z.looseObject({ executions: z.array(execution()) }),
    live: {
      operation: 'listExecutions',
      route: 'GET /v1/executions',
      query: ['agent_id', 'workflow_name', 'limit'],
    },
    result: (body) => ({
      ...around('executions', body),
      executions: listOf('executions', body, toExecution),
    }),
  }),

  cancel_execution: op({
    title: 'Cancel execution',
    description:
      'Cancels a running execution. An execution that has ended is marked cancelled too, so check its status first.',
    toolset: 'executions',
    adapted: '{success} becomes {status} (D27).',
    effect: 'destructive',
    core: true,
    idempotent: true,
    input: () => ({ execution_id: executionId(), reason: text('Why, for the record.').optional() }),
    output: acknowledged,
    live: {
      operation: 'cancelExecution',
      route: 'POST /v1/executions/{execution_id}/cancel',
      body: ({ reason }) => ({ json: { reason } }),
    },
    seal: {
      tool: () => 'aegis.task.cancel',
      arguments: ({ execution_id }) => ({ execution_id }),
      body: (value) => value,
    },
    result: (body, { execution_id }) => acknowledge('cancelled', body, { execution_id }),
  }),

  delete_execution: op({
    title: 'Delete execution',
    description:
      'Deletes the record of an execution. Succeeds also when there is no such record; cannot be undone.',
    toolset: 'executions',
    adapted: '{success} becomes {status}; the live server says so too where nothing matched (D28).',
    effect: 'destructive',
    classes: ['irreversible'],
    idempotent: true,
    input: () => ({ execution_id: executionId() }),
    output: acknowledged,
    live: { operation: 'deleteExecution', route: 'DELETE /v1/executions/{execution_id}' },
    seal: {
      tool: () => 'aegis.task.remove',
      arguments: ({ execution_id }) => ({ execution_id }),
      body: (value) => value,
    },
    result: (body, { execution_id }) => acknowledge('deleted', body, { execution_id }),
  }),

  get_execution_file: action({
    title: 'Get execution file',
    description:
      'Downloads a file from the workspace of an execution: text as text, anything else as an embedded resource; or saves it to a local file.',
    toolset: 'executions',
    effect: 'read',
    core: true,
    untrusted: true,
    input: () => ({
      execution_id: executionId(),
      path: text('Path of the file within the workspace, for example output.txt.').min(1),
      ...fileArguments(),
    }),
    output: () => z.looseObject({ execution_id: z.string(), path: z.string(), ...fileFacts() }),
    live: { operation: 'getExecutionFile', route: 'GET /v1/executions/{execution_id}/files/{*path}' },
    run: async (call) => {
      const { execution_id, path } = call.args;
      const { value, ...beside } = await fetchFile(call, { home: 'executions', id: execution_id, path });
      return { value: { execution_id, path, ...value }, ...beside };
    },
  }),
};

function executionDetail() {
  return { operation: 'getExecution', route: 'GET /v1/executions/{execution_id}' } as const;
}

/** The history alone: the live server closes it after the last stored event. */
function executionHistory() {
  return {
    operation: 'streamExecutionEvents',
    route: 'GET /v1/executions/{execution_id}/events',
    fixed: { follow: 'false' },
  } as const;
}
