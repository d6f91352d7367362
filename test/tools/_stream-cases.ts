/** Literal requests of the tools that read event streams or complete a record from one. */
import type { Case } from './_cases.js';

const AGENT = '3f0e8a52-6a0e-4c57-9a37-0b6a3e1f4c11';
const RUN = '8c1d5a5e-7a52-4e0e-8c3b-2f4f6f0f9a22';
const FLOW = '5b2f1a90-10c4-4b3f-9d5e-77c1c2a3b433';

/** Live envelopes: CorrelatedActivityEvent. */
const LIVE_STARTED = {
  event_type: 'execution_started',
  category: 'execution',
  timestamp: '2026-05-08T10:00:00Z',
  execution_id: RUN,
  agent_id: AGENT,
  stage: 'execution',
  message: 'Execution started',
  details: {
    type: 'execution',
    ExecutionStarted: { execution_id: RUN, agent_id: AGENT, started_at: '2026-05-08T10:00:00Z' },
  },
};
const LIVE_COMPLETED = {
  event_type: 'execution_completed',
  category: 'execution',
  timestamp: '2026-05-08T10:00:09Z',
  execution_id: RUN,
  agent_id: AGENT,
  stage: 'execution',
  message: 'Execution completed',
  details: {
    type: 'execution',
    ExecutionCompleted: {
      execution_id: RUN,
      agent_id: AGENT,
      final_output: '7 is prime',
      total_iterations: 1,
      completed_at: '2026-05-08T10:00:09Z',
    },
  },
};

const LOG_COMPLETED = {
  execution_id: RUN,
  workflow_id: FLOW,
  event_type: 'WorkflowExecutionCompleted',
  message: 'Workflow completed',
  timestamp: '2026-05-08T10:00:09Z',
  details: {
    event_type: 'WorkflowExecutionCompleted',
    execution_id: RUN,
    temporal_sequence_number: 4,
    final_output: { report: 'fine' },
    timestamp: '2026-05-08T10:00:09Z',
  },
};
const LOG_PAGE = { execution_id: RUN, events: [LOG_COMPLETED], count: 1, limit: 100, offset: 0 };

const RUN_RECORD = {
  execution_id: RUN,
  workflow_id: FLOW,
  workflow_name: 'count-once',
  status: 'completed',
  current_state: 'DONE',
  started_at: '2026-05-08T10:00:00Z',
  last_transition_at: '2026-05-08T10:00:09Z',
  blackboard: {},
  state_outputs: {},
  temporal_workflow_id: null,
  temporal_run_id: null,
};

export const STREAM_CASES: readonly Case[] = [
  {
    tool: 'stream_execution',
    dialect: 'live',
    args: { execution_id: RUN },
    asked: [{ method: 'GET', path: `/v1/executions/${RUN}/events` }],
    answers: [{ events: [LIVE_STARTED, LIVE_COMPLETED] }],
    result: {
      status: 'completed',
      terminal: true,
      reason: 'terminal',
      final_output: '7 is prime',
      iterations: 1,
      counts: { execution_started: 1, execution_completed: 1 },
    },
  },
  {
    tool: 'stream_execution',
    dialect: 'documented',
    args: { execution_id: RUN },
    asked: [{ method: 'GET', path: `/v1/executions/${RUN}/stream` }],
    answers: [
      {
        events: [
          { execution_started: { execution_id: RUN, agent_id: AGENT, started_at: '2026-03-05T14:00:00Z' } },
          {
            execution_completed: {
              execution_id: RUN,
              final_output: 'def is_prime(n): ...',
              total_iterations: 1,
              completed_at: '2026-03-05T14:00:15Z',
            },
          },
        ],
      },
    ],
    result: { status: 'completed', final_output: 'def is_prime(n): ...', reason: 'terminal' },
  },
  {
    tool: 'get_execution',
    dialect: 'live',
    args: { execution_id: RUN },
    asked: [
      { method: 'GET', path: `/v1/executions/${RUN}` },
      { method: 'GET', path: `/v1/executions/${RUN}/events?follow=false` },
    ],
    answers: [
      { json: { id: RUN, agent_id: AGENT, status: 'Completed', tenant_id: 'acme' } },
      { events: [LIVE_STARTED, LIVE_COMPLETED] },
    ],
    result: {
      execution_id: RUN,
      agent_id: AGENT,
      status: 'completed',
      output: '7 is prime',
      iterations: 1,
      started_at: '2026-05-08T10:00:00Z',
      ended_at: '2026-05-08T10:00:09Z',
    },
  },
  {
    tool: 'get_execution',
    dialect: 'documented',
    args: { execution_id: 'exec-1' },
    asked: [{ method: 'GET', path: '/v1/executions/exec-1' }],
    answers: [
      {
        json: {
          execution_id: 'exec-1',
          agent_id: 'agt-1',
          status: 'failed',
          error: 'Max retries exceeded',
          started_at: '2026-03-05T14:00:00Z',
        },
      },
    ],
    result: { execution_id: 'exec-1', status: 'failed', error: 'Max retries exceeded' },
  },
  {
    tool: 'stream_agent_events',
    dialect: 'live',
    args: { agent_id: AGENT, follow: false },
    asked: [
      { method: 'GET', path: `/v1/agents/${AGENT}/events?follow=false` },
      { method: 'GET', path: `/v1/agents/${AGENT}` },
    ],
    answers: [
      { events: [LIVE_STARTED, LIVE_COMPLETED] },
      { json: { id: AGENT, name: 'word-counter', tenant_id: 'acme' } },
    ],
    result: {
      reason: 'ended',
      executions: [{ execution_id: RUN, status: 'completed' }],
      counts: { execution_started: 1, execution_completed: 1 },
    },
  },
  {
    tool: 'get_workflow_execution',
    dialect: 'live',
    args: { execution_id: RUN },
    asked: [
      { method: 'GET', path: `/v1/workflows/executions/${RUN}` },
      { method: 'GET', path: `/v1/workflows/executions/${RUN}/logs?limit=100&offset=0` },
    ],
    answers: [{ json: RUN_RECORD }, { json: LOG_PAGE }],
    result: {
      execution_id: RUN,
      status: 'completed',
      final_output: { report: 'fine' },
      workflow_name: 'count-once',
    },
  },
  {
    tool: 'get_workflow_execution',
    dialect: 'documented',
    args: { execution_id: 'wfex-1' },
    asked: [{ method: 'GET', path: '/v1/workflows/executions/wfex-1' }],
    answers: [{ json: { execution_id: 'wfex-1', status: 'completed', final_output: { a: 1 } } }],
    result: { execution_id: 'wfex-1', status: 'completed', final_output: { a: 1 } },
  },
  {
    tool: 'stream_workflow_execution_logs',
    dialect: 'live',
    args: { execution_id: RUN },
    asked: [
      { method: 'GET', path: `/v1/workflows/executions/${RUN}/logs?limit=100&offset=0` },
      { method: 'GET', path: `/v1/workflows/executions/${RUN}/logs/stream` },
      { method: 'GET', path: `/v1/workflows/executions/${RUN}/logs?limit=100&offset=0` },
    ],
    answers: [
      { json: { ...LOG_PAGE, events: [], count: 0 } },
      { events: [{ ...LOG_COMPLETED, details: { WorkflowExecutionCompleted: { execution_id: RUN } } }] },
      { json: LOG_PAGE },
    ],
    result: {
      status: 'completed',
      reason: 'terminal',
      final_output: { report: 'fine' },
      counts: { workflow_execution_completed: 1 },
    },
  },
];
