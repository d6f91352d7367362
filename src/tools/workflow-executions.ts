/** Workflow Execution Management and Workflow Logs: the seven methods of the two published sections. */
import { z } from 'zod';
import { publishedWorkflowExecution } from './actions/records.js';
import { signalText } from './actions/run-workflow.js';
import { digest, runWorkflowLogs } from './actions/streams.js';
import type { AnyArgs } from './define.js';
import { action, op } from './define.js';
import { acknowledge, acknowledged, around, idOf, listOf, record, workflowExecution } from './results.js';
import { anyJson, limit, offset, streamBounds, text, workflowExecutionId } from './shapes.js';

const toWorkflowExecution = (value: AnyArgs) => ({
  ...value,
  execution_id: idOf('execution_id', value),
  status: String(value.status ?? 'running').toLowerCase(),
});

export const workflowExecutions = {
  list_workflow_executions: op({
    title: 'List workflow executions',
    description: 'Lists workflow executions, newest first, optionally of one workflow.',
    toolset: 'workflow_executions',
    adapted: 'The bare array becomes {executions} (D39).',
    effect: 'read',
    core: true,
    untrusted: true,
    input: () => ({
      workflow_id: text('Only executions of this workflow (UUID).').optional(),
      limit: limit(20, 1000),
      offset: offset(),
    }),
    output: () => z.looseObject({ executions: z.array(workflowExecution()) }),
    live: {
      operation: 'listWorkflowExecutions',
      route: 'GET /v1/workflows/executions',
      query: ['workflow_id', 'limit', 'offset'],
    },
    result: (body) => ({
      ...around('executions', body),
      executions: listOf('executions', body, toWorkflowExecution),
    }),
  }),

  get_workflow_execution: action({
    title: 'Get workflow execution',
    description:
      'Gets a workflow execution: status, current state, blackboard, state outputs, and final_output once it has completed.',
    toolset: 'workflow_executions',
    adapted:
      'final_output comes from the log, which the live record lacks; five statuses instead of three (D40).',
    effect: 'read',
    core: true,
    untrusted: true,
    input: () => ({ execution_id: workflowExecutionId() }),
    output: workflowExecution,
    live: workflowExecutionDetail(),
    reads: [workflowLogPage()],
    run: async (call) => ({ value: await publishedWorkflowExecution(call, workflowLogPage()) }),
  }),

  remove_workflow_execution: op({
    title: 'Remove workflow execution',
    description: 'Removes the record of a workflow execution, its engine history too. Cannot be undone.',
    toolset: 'workflow_executions',
    adapted: 'Needs scope workflow:cancel on the live server (D41).',
    effect: 'destructive',
    classes: ['irreversible'],
    idempotent: true,
    input: () => ({ execution_id: workflowExecutionId() }),
    output: acknowledged,
    live: { operation: 'removeWorkflowExecution', route: 'DELETE /v1/workflows/executions/{execution_id}' },
    seal: {
      tool: () => 'aegis.workflow.remove',
      arguments: ({ execution_id }) => ({ execution_id }),
      body: (value) => value,
    },
    result: (body, { execution_id }) => acknowledge('removed', body, { execution_id }),
  }),

  signal_workflow_execution: op({
    title: 'Signal workflow execution',
    description:
      'Answers a workflow execution that waits in a Human state: the text becomes the response of that state. Use "yes" or "no" where the workflow asks for a decision.',
    toolset: 'workflow_executions',
    adapted: 'The payload is sent as text in response; the live server always signals humanInput (D42).',
    effect: 'destructive',
    classes: ['irreversible'],
    core: true,
    input: () => ({
      execution_id: workflowExecutionId(),
      response: text('Text for the waiting state, for example "yes".').optional(),
      signal_name: text(
        'Published form: name of the signal. Current servers always signal humanInput.',
      ).optional(),
      payload: anyJson('Published form: the answer, as text or {signal_name, payload}.').optional(),
    }),
    output: acknowledged,
    live: {
      operation: 'signalWorkflowExecution',
      route: 'POST /v1/workflows/executions/{execution_id}/signal',
      body: (args) => ({ json: { response: signalText(args) } }),
    },
    documented: {
      operation: 'signalWorkflowExecution',
      route: 'POST /v1/workflows/executions/{execution_id}/signal',
      body: (args) => ({
        json: { signal_name: args.signal_name ?? 'humanInput', payload: signalText(args) },
      }),
    },
    seal: {
      tool: () => 'aegis.workflow.signal',
      arguments: (args) => ({ execution_id: args.execution_id, response: signalText(args) }),
      body: (value) => value,
    },
    result: (body, { execution_id }) => acknowledge('signal_sent', body, { execution_id }),
  }),

  cancel_workflow_execution: op({
    title: 'Cancel workflow execution',
    description:
      'Asks the engine to cancel a running workflow execution. Returns at once; the status changes when it has stopped.',
    toolset: 'workflow_executions',
    adapted: 'Answers 202 and cancels in the background (D43).',
    effect: 'destructive',
    core: true,
    idempotent: true,
    input: () => ({ execution_id: workflowExecutionId(), reason: text('Why, for the record.').optional() }),
    output: acknowledged,
    live: {
      operation: 'cancelWorkflowExecution',
      route: 'POST /v1/workflows/executions/{execution_id}/cancel',
      body: ({ reason }) => ({ json: { reason } }),
    },
    seal: {
      tool: () => 'aegis.workflow.cancel',
      arguments: ({ execution_id }) => ({ execution_id }),
      body: (value) => value,
    },
    result: (body, { execution_id }) => acknowledge('cancel_requested', body, { execution_id }),
  }),

  get_workflow_execution_logs: op({
    title: 'Get workflow execution logs',
    description: 'Reads a page of the stored log events of a workflow execution, oldest first.',
    toolset: 'workflow_executions',
    effect: 'read',
    core: true,
    untrusted: true,
    input: () => ({ execution_id: workflowExecutionId(), limit: limit(100, 1000), offset: offset() }),
    output: () =>
      z.looseObject({
        execution_id: z.string(),
        events: z.array(z.looseObject({ event_type: z.string() })),
        count: z.int(),
        limit: z.int(),
        offset: z.int(),
      }),
    live: workflowLogPage(),
    result: (body, args) => {
      const events = listOf('events', body, (event) => ({ ...event, event_type: String(event.event_type) }));
      const page = { limit: args.limit ?? 100, offset: args.offset ?? 0 };
      return { ...page, ...record(body), execution_id: args.execution_id, events, count: events.length };
    },
  }),

  stream_workflow_execution_logs: action({
    title: 'Stream workflow execution logs',
    description:
      'Follows a workflow execution until it ends or a bound is reached, with progress as it happens, and returns a digest with a cursor to continue. Never stops the run.',
    toolset: 'workflow_executions',
    adapted:
      'The stored log is read and the live stream only tells when to look: it has no history and hangs for finished runs (D44).',
    effect: 'read',
    core: true,
    untrusted: true,
    input: () => ({
      execution_id: workflowExecutionId(),
      cursor: text('Cursor of an earlier call: only newer events are returned.').optional(),
      ...streamBounds(),
    }),
    output: digest,
    live: {
      operation: 'streamWorkflowExecutionLogs',
      route: 'GET /v1/workflows/executions/{execution_id}/logs/stream',
    },
    reads: [workflowLogPage(), workflowExecutionDetail()],
    run: (call) => runWorkflowLogs(call, { page: workflowLogPage(), detail: workflowExecutionDetail() }),
  }),
};

function workflowExecutionDetail() {
  return { operation: 'getWorkflowExecution', route: 'GET /v1/workflows/executions/{execution_id}' } as const;
}

function workflowLogPage() {
  return {
    operation: 'getWorkflowExecutionLogs',
    route: 'GET /v1/workflows/executions/{execution_id}/logs',
    query: ['limit', 'offset'],
  } as const;
}
