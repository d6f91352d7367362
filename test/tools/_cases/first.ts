/**
 * The literal requests of every tool, per dialect, with an answer as that server gives it and the published
 * result. Paths, bodies and answers are written from the contract and the published reference.
 */
import type { Case } from './_case.js';

const AGENT = '3f0e8a52-6a0e-4c57-9a37-0b6a3e1f4c11';
const RUN = '8c1d5a5e-7a52-4e0e-8c3b-2f4f6f0f9a22';
const FLOW = '5b2f1a90-10c4-4b3f-9d5e-77c1c2a3b433';
const APPROVAL = '0d9a7c66-3d0b-4f6e-8f2a-9b1e5d6c7a44';
const json = 'application/json';

const MANIFEST = {
  apiVersion: '100monkeys.ai/v1',
  kind: 'Agent',
  metadata: { name: 'word-counter', version: '0.1.0' },
  spec: { runtime: { language: 'python', version: '3.11' }, task: { instruction: 'Count the words.' } },
};

const AGENT_SUMMARY = {
  id: AGENT,
  name: 'word-counter',
  version: '0.1.0',
  description: '',
  status: 'active',
  labels: {},
  scope: 'tenant',
  created_at: '2026-05-08T10:00:00Z',
  updated_at: '2026-05-08T10:00:00Z',
  tenant_id: 'acme',
};

const WORKFLOW_YAML = `apiVersion: 100monkeys.ai/v1
kind: Workflow
metadata:
  name: count-once
spec:
  initial_state: DONE
  states:
    DONE:
      kind: System
      command: echo done
      transitions: []
`;

const WORKFLOW = {
  apiVersion: '100monkeys.ai/v1',
  kind: 'Workflow',
  metadata: { name: 'count-once' },
  spec: {
    initial_state: 'DONE',
    states: { DONE: { kind: 'System', command: 'echo done', transitions: [] } },
  },
};

const REGISTERED = {
  workflow_id: FLOW,
  name: 'count-once',
  version: '1.0.0',
  status: 'registered',
  registered_at: '2026-05-08T10:00:00Z',
};

const WORKFLOW_DETAIL = {
  id: FLOW,
  name: 'count-once',
  version: null,
  description: null,
  scope: 'tenant',
  labels: {},
  created_at: '2026-05-08T10:00:00Z',
  updated_at: null,
  tenant_id: 'acme',
  input_schema: null,
  manifest_yaml: 'metadata:\n  name: count-once\n  output_template:\n    report: "{{DONE.output}}"\n',
};

const RUN_DETAIL = {
  execution_id: RUN,
  workflow_id: FLOW,
  workflow_name: 'count-once',
  status: 'completed',
  current_state: 'DONE',
  started_at: '2026-05-08T10:00:00Z',
  last_transition_at: '2026-05-08T10:00:05Z',
  blackboard: {},
  state_outputs: {},
  temporal_workflow_id: null,
  temporal_run_id: null,
};

const STARTED = {
  execution_id: RUN,
  workflow_id: FLOW,
  temporal_run_id: 'run-1',
  status: 'running',
  started_at: '2026-05-08T10:00:00Z',
};

const PENDING = {
  id: APPROVAL,
  execution_id: RUN,
  tenant_id: 'acme',
  prompt: 'Publish the audit?',
  created_at: '2026-05-08T10:00:00Z',
  timeout_seconds: 3600,
};

const SEAL_TOOLS = {
  protocol: 'seal/v1',
  attestation_endpoint: '/v1/seal/attest',
  invoke_endpoint: '/v1/seal/invoke',
  security_context: 'zaru-free',
  tools: [{ name: 'aegis.agent.list', description: 'List agents.', inputSchema: { type: 'object' } }],
};

const ENVELOPE = {
  protocol: 'seal/v1',
  security_token: 'h.p.s',
  signature: 'c2lnbmF0dXJl',
  payload: {
    jsonrpc: '2.0',
    id: 'r1',
    method: 'tools/call',
    params: { name: 'aegis.agent.list', arguments: {} },
  },
  timestamp: '2026-05-08T10:00:00.000Z',
};

export const CASES: readonly Case[] = [
  {
    tool: 'deploy_agent',
    dialect: 'live',
    args: { manifest: MANIFEST, force: true, scope: 'global' },
    asked: [{ method: 'POST', path: '/v1/agents?force=true&scope=global', type: json, body: MANIFEST }],
    answers: [{ json: { agent_id: AGENT } }],
    result: { agent_id: AGENT },
  },
  {
    tool: 'list_agents',
    dialect: 'live',
    args: { scope: 'global', visible: 'false' },
    asked: [{ method: 'GET', path: '/v1/agents?scope=global&visible=false' }],
    answers: [{ json: [{ ...AGENT_SUMMARY, execution_count: 3 }] }],
    result: { agents: [{ ...AGENT_SUMMARY, agent_id: AGENT, execution_count: 3 }] },
  },
  {
    tool: 'list_agents',
    dialect: 'documented',
    args: {},
    asked: [{ method: 'GET', path: '/v1/agents' }],
    answers: [{ json: { agents: [{ agent_id: 'agt-1', name: 'code-reviewer', tenant_id: 'acme' }] } }],
    result: { agents: [{ agent_id: 'agt-1', name: 'code-reviewer', tenant_id: 'acme' }] },
  },
  {
    tool: 'get_agent',
    dialect: 'live',
    args: { agent_id: AGENT },
    asked: [{ method: 'GET', path: `/v1/agents/${AGENT}` }],
    answers: [{ json: { ...AGENT_SUMMARY, manifest: MANIFEST, manifest_yaml: 'kind: Agent\n' } }],
    result: { agent_id: AGENT, name: 'word-counter', manifest: MANIFEST, tenant_id: 'acme' },
  },
  {
    tool: 'lookup_agent',
    dialect: 'live',
    args: { name: 'word-counter' },
    asked: [
      { method: 'GET', path: '/v1/agents/lookup/word-counter' },
      { method: 'GET', path: `/v1/agents/${AGENT}` },
    ],
    answers: [{ json: { id: AGENT } }, { json: { ...AGENT_SUMMARY, manifest: MANIFEST, manifest_yaml: '' } }],
    result: { agent_id: AGENT, name: 'word-counter', tenant_id: 'acme' },
  },
  {
    tool: 'lookup_agent',
    dialect: 'documented',
    args: { name: 'a b/c' },
    asked: [{ method: 'GET', path: '/v1/agents/lookup/a%20b%2Fc' }],
    answers: [{ json: { agent_id: 'agt-1', name: 'a b/c', tenant_id: 'acme' } }],
    result: { agent_id: 'agt-1', name: 'a b/c', tenant_id: 'acme' },
  },
  {
    tool: 'update_agent',
    dialect: 'live',
    args: { agent_id: AGENT, payload: { metadata: { version: '0.2.0' } } },
    asked: [
      { method: 'GET', path: `/v1/agents/${AGENT}` },
      {
        method: 'PATCH',
        path: `/v1/agents/${AGENT}`,
        type: json,
        body: { ...MANIFEST, metadata: { name: 'word-counter', version: '0.2.0' } },
      },
    ],
    answers: [
      { json: { ...AGENT_SUMMARY, manifest: MANIFEST, manifest_yaml: '' } },
      { json: { success: true } },
    ],
    result: { agent_id: AGENT, status: 'updated', success: true },
  },
  {
    tool: 'delete_agent',
    dialect: 'live',
    args: { agent_id: AGENT },
    asked: [{ method: 'DELETE', path: `/v1/agents/${AGENT}` }],
    answers: [{ json: { success: true } }],
    result: { agent_id: AGENT, status: 'deleted', success: true },
  },
  {
    tool: 'execute_agent',
    dialect: 'live',
    args: {
      agent_id: AGENT,
      input: 'Write a poem',
      intent: 'poetry',
      context_overrides: { tone: 'dry' },
      version: '0.1.0',
    },
    asked: [
      {
        method: 'POST',
        path: `/v1/agents/${AGENT}/execute?version=0.1.0`,
        type: json,
        body: { input: 'Write a poem', intent: 'poetry', context_overrides: { tone: 'dry' } },
      },
    ],
    answers: [{ json: { execution_id: RUN } }],
    result: { execution_id: RUN },
  },
  {
    tool: 'list_agent_versions',
    dialect: 'live',
    args: { agent_id: AGENT },
    asked: [{ method: 'GET', path: `/v1/agents/${AGENT}/versions` }],
    answers: [
      { json: [{ id: AGENT, version: '0.1.0', created_at: '2026-05-08T10:00:00Z', manifest_yaml: '' }] },
    ],
    result: {
      versions: [{ id: AGENT, version: '0.1.0', created_at: '2026-05-08T10:00:00Z', manifest_yaml: '' }],
    },
  },
  {
    tool: 'update_agent_scope',
    dialect: 'live',
    args: { agent_id: AGENT, payload: { scope: 'global' } },
    asked: [
      { method: 'POST', path: `/v1/agents/${AGENT}/scope`, type: json, body: { target_scope: 'global' } },
    ],
    answers: [{ json: { success: true, new_scope: 'global' } }],
    result: { agent_id: AGENT, status: 'updated', new_scope: 'global' },
  },
  {
    tool: 'update_agent_scope',
    dialect: 'documented',
    args: { agent_id: AGENT, scope: 'user' },
    asked: [{ method: 'POST', path: `/v1/agents/${AGENT}/scope`, type: json, body: { scope: 'user' } }],
    answers: [{ json: { status: 'updated' } }],
    result: { agent_id: AGENT, status: 'updated', new_scope: 'user' },
  },
  {
    tool: 'start_execution',
    dialect: 'live',
    args: { agent_id: AGENT, input: 'Is 7 prime?', intent: 'math' },
    asked: [
      {
        method: 'POST',
        path: `/v1/agents/${AGENT}/execute`,
        type: json,
        body: { input: 'Is 7 prime?', intent: 'math' },
      },
    ],
    answers: [{ json: { execution_id: RUN } }],
    result: { execution_id: RUN },
  },
  {
    tool: 'start_execution',
    dialect: 'documented',
    args: { agent_id: 'agt-1', input: 'Is 7 prime?', context_overrides: { a: 1 } },
    asked: [
      {
        method: 'POST',
        path: '/v1/executions',
        type: json,
        body: { agent_id: 'agt-1', input: 'Is 7 prime?', context_overrides: { a: 1 } },
      },
    ],
    answers: [{ json: { execution_id: 'exec-1' } }],
    result: { execution_id: 'exec-1' },
  },
  {
    tool: 'list_executions',
    dialect: 'live',
    args: { agent_id: AGENT, workflow_name: 'count-once', limit: '5' },
    asked: [{ method: 'GET', path: `/v1/executions?agent_id=${AGENT}&workflow_name=count-once&limit=5` }],
    answers: [
      {
        json: [
          {
            id: RUN,
            agent_id: AGENT,
            status: 'Completed',
            started_at: 's',
            ended_at: null,
            tenant_id: 'acme',
          },
        ],
      },
    ],
    result: {
      executions: [
        {
          id: RUN,
          execution_id: RUN,
          agent_id: AGENT,
          status: 'completed',
          started_at: 's',
          ended_at: null,
          tenant_id: 'acme',
        },
      ],
    },
  },
  {
    tool: 'list_executions',
    dialect: 'documented',
    args: {},
    asked: [{ method: 'GET', path: '/v1/executions' }],
    answers: [{ json: { executions: [{ execution_id: 'exec-1', status: 'running' }] } }],
    result: { executions: [{ execution_id: 'exec-1', status: 'running' }] },
  },
  {
    tool: 'cancel_execution',
    dialect: 'live',
    args: { execution_id: RUN, reason: 'wrong input' },
    asked: [
      { method: 'POST', path: `/v1/executions/${RUN}/cancel`, type: json, body: { reason: 'wrong input' } },
    ],
    answers: [{ json: { success: true } }],
    result: { execution_id: RUN, status: 'cancelled', success: true },
  },
  {
    tool: 'delete_execution',
    dialect: 'live',
    args: { execution_id: RUN },
    asked: [{ method: 'DELETE', path: `/v1/executions/${RUN}` }],
    answers: [{ json: { success: true } }],
    result: { execution_id: RUN, status: 'deleted', success: true },
  },
  {
    tool: 'get_execution_file',
    dialect: 'live',
    args: { execution_id: RUN, path: '/reports/α b.txt' },
    asked: [{ method: 'GET', path: `/v1/executions/${RUN}/files/reports/%CE%B1%20b.txt` }],
    answers: [{ text: 'seven words', type: 'text/plain; charset=utf-8' }],
    result: { path: '/reports/α b.txt', text: 'seven words', size: 11 },
  },
  {
    tool: 'list_pending_approvals',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/v1/human-approvals' }],
    answers: [{ json: { count: 1, pending_requests: [PENDING] } }],
    result: { count: 1, pending_requests: [PENDING] },
  },
  {
    tool: 'get_pending_approval',
    dialect: 'live',
    args: { id: APPROVAL },
    asked: [{ method: 'GET', path: `/v1/human-approvals/${APPROVAL}` }],
    answers: [{ json: { request: PENDING } }],
    result: { request: PENDING },
  },
  {
    tool: 'approve_request',
    dialect: 'live',
    args: { id: APPROVAL, request: { feedback: 'Looks good', approved_by: 'jeshua' } },
    asked: [
      {
        method: 'POST',
        path: `/v1/human-approvals/${APPROVAL}/approve`,
        type: json,
        body: { feedback: 'Looks good', approved_by: 'jeshua' },
      },
    ],
    answers: [{ json: { status: 'approved', request_id: APPROVAL } }],
    result: { status: 'approved', request_id: APPROVAL },
  },
  {
    tool: 'approve_request',
    dialect: 'documented',
    args: { approval_id: APPROVAL },
    asked: [{ method: 'POST', path: `/v1/human-approvals/${APPROVAL}/approve`, type: json, body: {} }],
    answers: [{ json: { status: 'approved' } }],
    result: { status: 'approved', request_id: APPROVAL },
  },
  {
    tool: 'reject_request',
    dialect: 'live',
    args: { id: APPROVAL, reason: 'Scope too broad', rejected_by: 'jeshua' },
    asked: [
      {
        method: 'POST',
        path: `/v1/human-approvals/${APPROVAL}/reject`,
        type: json,
        body: { reason: 'Scope too broad', rejected_by: 'jeshua' },
      },
    ],
    answers: [{ json: { status: 'rejected', request_id: APPROVAL } }],
    result: { status: 'rejected', request_id: APPROVAL },
  },
  {
    tool: 'register_workflow',
    dialect: 'live',
    args: { payload: WORKFLOW, force: true },
    asked: [{ method: 'POST', path: '/v1/workflows?force=true', type: 'text/yaml', body: WORKFLOW_YAML }],
    answers: [{ json: REGISTERED }],
    result: { workflow_id: FLOW, name: 'count-once', status: 'registered', version: '1.0.0' },
  },
  {
    tool: 'register_workflow',
    dialect: 'documented',
    args: { payload: WORKFLOW_YAML },
    asked: [
      {
        method: 'POST',
        path: '/v1/workflows',
        type: json,
        body: { name: 'count-once', definition: WORKFLOW },
      },
    ],
    answers: [{ json: { id: FLOW, name: 'count-once' } }],
    result: { workflow_id: FLOW, name: 'count-once', status: 'registered' },
  },
  {
    tool: 'register_temporal_workflow',
    dialect: 'live',
    args: { payload: WORKFLOW, scope: 'global' },
    asked: [
      {
        method: 'POST',
        path: '/v1/workflows/temporal/register?scope=global',
        type: 'text/yaml',
        body: WORKFLOW_YAML,
      },
    ],
    answers: [{ json: REGISTERED }],
    result: { workflow_id: FLOW, name: 'count-once', status: 'registered' },
  },
  {
    tool: 'register_temporal_workflow',
    dialect: 'documented',
    args: { payload: { name: 'count-once', definition: WORKFLOW.spec } },
    asked: [
      {
        method: 'POST',
        path: '/v1/workflows/temporal/register',
        type: json,
        body: { name: 'count-once', definition: WORKFLOW },
      },
    ],
    answers: [{ json: { id: FLOW, name: 'count-once' } }],
    result: { workflow_id: FLOW, name: 'count-once', status: 'registered' },
  },
  {
    tool: 'list_workflows',
    dialect: 'live',
    args: { visible: true },
    asked: [{ method: 'GET', path: '/v1/workflows?visible=true' }],
    answers: [{ json: [{ ...WORKFLOW_DETAIL, status: 'active', execution_count: 0 }] }],
    result: { workflows: [{ ...WORKFLOW_DETAIL, workflow_id: FLOW, status: 'active', execution_count: 0 }] },
  },
  {
    tool: 'list_workflows',
    dialect: 'documented',
    args: {},
    asked: [{ method: 'GET', path: '/v1/workflows' }],
    answers: [{ json: { workflows: [{ name: 'count-once' }] } }],
    result: { workflows: [{ name: 'count-once' }] },
  },
  {
    tool: 'get_workflow',
    dialect: 'live',
    args: { name: 'count-once' },
    asked: [{ method: 'GET', path: '/v1/workflows/count-once' }],
    answers: [{ json: WORKFLOW_DETAIL }],
    result: {
      workflow_id: FLOW,
      name: 'count-once',
      metadata: { name: 'count-once', output_template: { report: '{{DONE.output}}' } },
    },
  },
  {
    tool: 'get_workflow',
    dialect: 'documented',
    args: { name: 'count-once' },
    asked: [{ method: 'GET', path: '/v1/workflows/count-once' }],
    answers: [{ json: { name: 'count-once', metadata: { output_schema: { type: 'object' } } } }],
    result: { name: 'count-once', metadata: { output_schema: { type: 'object' } } },
  },
  {
    tool: 'delete_workflow',
    dialect: 'live',
    args: { name: 'count-once' },
    asked: [{ method: 'DELETE', path: '/v1/workflows/count-once' }],
    answers: [{ json: { success: true } }],
    result: { name: 'count-once', status: 'deleted', success: true },
  },
  {
    tool: 'list_workflow_versions',
    dialect: 'live',
    args: { name: 'count-once' },
    asked: [{ method: 'GET', path: '/v1/workflows/count-once/versions' }],
    answers: [{ json: [{ id: FLOW, name: 'count-once', version: '1.0.0' }] }],
    result: { versions: [{ id: FLOW, workflow_id: FLOW, name: 'count-once', version: '1.0.0' }] },
  },
  {
    tool: 'update_workflow_scope',
    dialect: 'live',
    args: { name: 'count-once', scope: 'tenant' },
    asked: [
      {
        method: 'POST',
        path: '/v1/workflows/count-once/scope',
        type: json,
        body: { target_scope: 'tenant' },
      },
    ],
    answers: [{ json: { workflow_id: FLOW, previous_scope: 'global', new_scope: 'tenant' } }],
    result: { workflow_id: FLOW, previous_scope: 'global', new_scope: 'tenant', status: 'updated' },
  },
  {
    tool: 'update_workflow_scope',
    dialect: 'documented',
    args: { name: 'count-once', payload: { scope: 'global' } },
    asked: [
      { method: 'POST', path: '/v1/workflows/count-once/scope', type: json, body: { scope: 'global' } },
    ],
    answers: [{ json: {} }],
    result: { name: 'count-once', new_scope: 'global', status: 'updated' },
  },
  {
    tool: 'run_workflow',
    dialect: 'live',
    args: {
      name: 'count-once',
      input: { text: 'a b' },
      context_overrides: { floor: 1 },
      intent: 'count',
      version: '2',
    },
    asked: [
      {
        method: 'POST',
        path: '/v1/workflows/count-once/run?version=2',
        type: json,
        body: {
          input: { text: 'a b' },
          blackboard: { floor: 1 },
          context_overrides: { floor: 1 },
          intent: 'count',
        },
      },
    ],
    answers: [{ json: STARTED }],
    result: { execution_id: RUN, workflow_id: FLOW, status: 'running' },
  },
  {
    tool: 'run_workflow',
    dialect: 'documented',
    args: { name: 'count-once', payload: { text: 'a b' } },
    asked: [
      { method: 'POST', path: '/v1/workflows/count-once/run', type: json, body: { input: { text: 'a b' } } },
    ],
    answers: [{ json: { execution_id: 'wfex-1', status: 'running' } }],
    result: { execution_id: 'wfex-1', status: 'running' },
  },
  {
    tool: 'execute_temporal_workflow',
    dialect: 'live',
    args: { workflow_id: 'count-once', input: 'text', blackboard: { a: 1 } },
    asked: [
      {
        method: 'POST',
        path: '/v1/workflows/temporal/execute',
        type: json,
        body: { workflow_id: 'count-once', input: 'text', blackboard: { a: 1 }, context_overrides: { a: 1 } },
      },
    ],
    answers: [{ json: STARTED }],
    result: { execution_id: RUN, status: 'running' },
  },
  {
    tool: 'execute_temporal_workflow',
    dialect: 'documented',
    args: { payload: { workflow_name: 'count-once', input: { a: 1 } } },
    asked: [
      {
        method: 'POST',
        path: '/v1/workflows/temporal/execute',
        type: json,
        body: { workflow_name: 'count-once', input: { a: 1 } },
      },
    ],
    answers: [{ json: { execution_id: 'wfex-1' } }],
    result: { execution_id: 'wfex-1' },
  },
  {
    tool: 'list_workflow_executions',
    dialect: 'live',
    args: { workflow_id: FLOW, limit: 2, offset: 4 },
    asked: [{ method: 'GET', path: `/v1/workflows/executions?workflow_id=${FLOW}&limit=2&offset=4` }],
    answers: [{ json: [RUN_DETAIL] }],
    result: { executions: [RUN_DETAIL] },
  },
  {
    tool: 'get_workflow_execution_logs',
    dialect: 'live',
    args: { execution_id: RUN, limit: 1, offset: 2 },
    asked: [{ method: 'GET', path: `/v1/workflows/executions/${RUN}/logs?limit=1&offset=2` }],
    answers: [
      {
        json: {
          execution_id: RUN,
          events: [
            {
              execution_id: RUN,
              event_type: 'WorkflowStateEntered',
              message: 'm',
              timestamp: 't',
              details: {},
            },
          ],
          count: 1,
          limit: 1,
          offset: 2,
        },
      },
    ],
    result: { execution_id: RUN, count: 1, limit: 1, offset: 2 },
  },
  {
    tool: 'remove_workflow_execution',
    dialect: 'live',
    args: { execution_id: RUN },
    asked: [{ method: 'DELETE', path: `/v1/workflows/executions/${RUN}` }],
    answers: [{ json: { status: 'removed', execution_id: RUN } }],
    result: { status: 'removed', execution_id: RUN },
  },
  {
    tool: 'signal_workflow_execution',
    dialect: 'live',
    args: { execution_id: RUN, payload: { signal_name: 'humanInput', payload: 'yes' } },
    asked: [
      {
        method: 'POST',
        path: `/v1/workflows/executions/${RUN}/signal`,
        type: json,
        body: { response: 'yes' },
      },
    ],
    answers: [{ status: 202, json: { status: 'signal_sent', execution_id: RUN } }],
    result: { status: 'signal_sent', execution_id: RUN },
  },
  {
    tool: 'signal_workflow_execution',
    dialect: 'documented',
    args: { execution_id: RUN, response: 'no', signal_name: 'decide' },
    asked: [
      {
        method: 'POST',
        path: `/v1/workflows/executions/${RUN}/signal`,
        type: json,
        body: { signal_name: 'decide', payload: 'no' },
      },
    ],
    answers: [{ json: { status: 'signal_sent' } }],
    result: { status: 'signal_sent', execution_id: RUN },
  },
  {
    tool: 'cancel_workflow_execution',
    dialect: 'live',
    args: { execution_id: RUN },
    asked: [{ method: 'POST', path: `/v1/workflows/executions/${RUN}/cancel`, type: json, body: {} }],
    answers: [{ status: 202, json: { status: 'cancel_requested', execution_id: RUN } }],
    result: { status: 'cancel_requested', execution_id: RUN },
  },
  {
    tool: 'attest_seal',
    dialect: 'live',
    args: {
      agent_public_key: 'AAAA',
      security_context: 'aegis-system-operator',
      agent_id: AGENT,
      execution_id: RUN,
    },
    asked: [
      {
        method: 'POST',
        path: '/v1/seal/attest',
        type: json,
        body: {
          public_key: 'AAAA',
          security_context: 'aegis-system-operator',
          agent_id: AGENT,
          execution_id: RUN,
          tenant_id: 'acme',
        },
      },
    ],
    answers: [
      {
        json: {
          status: 'success',
          security_token: 'h.p.s',
          expires_at: '2026-05-08T11:00:00Z',
          session_id: 's',
        },
      },
    ],
    result: { security_token: 'h.p.s', expires_at: '2026-05-08T11:00:00Z', session_id: 's' },
  },
  {
    tool: 'invoke_seal',
    dialect: 'live',
    args: ENVELOPE,
    asked: [{ method: 'POST', path: '/v1/seal/invoke', type: json, body: ENVELOPE }],
    answers: [{ json: { tool: 'aegis.agent.list', count: 0, agents: [] } }],
    result: { result: { tool: 'aegis.agent.list', count: 0, agents: [] } },
  },
  {
    tool: 'invoke_seal',
    dialect: 'documented',
    args: { envelope: ENVELOPE },
    asked: [{ method: 'POST', path: '/v1/invoke', type: json, body: ENVELOPE }],
    answers: [{ json: { count: 0 } }],
    result: { result: { count: 0 } },
  },
  {
    tool: 'list_seal_tools',
    dialect: 'live',
    args: { security_context: 'zaru-free' },
    asked: [{ method: 'GET', path: '/v1/seal/tools?security_context=zaru-free' }],
    answers: [{ json: SEAL_TOOLS }],
    result: SEAL_TOOLS,
  },
  {
    tool: 'health_live',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/health/live' }],
    answers: [{ json: { status: 'healthy', mode: 'live', uptime_seconds: 5 } }],
    result: { status: 'healthy', mode: 'live', uptime_seconds: 5 },
  },
  {
    tool: 'health_live',
    dialect: 'documented',
    args: {},
    asked: [{ method: 'GET', path: '/health' }],
    answers: [{ json: { status: 'ok' } }],
    result: { status: 'ok' },
  },
  {
    tool: 'health_ready',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/health/ready' }],
    answers: [
      { json: { status: 'degraded', uptime_seconds: 5, dependencies: { database: true, temporal: false } } },
    ],
    result: { status: 'degraded', dependencies: { database: true, temporal: false } },
  },
];
