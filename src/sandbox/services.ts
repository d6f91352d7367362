/** The domains' records and services, as the routes, the workflow engine and the SEAL tools share them. */
import type { Identity } from './kernel.js';

/** An agent as stored; timestamps are RFC 3339. */
export interface AgentRecord {
  readonly id: string;
  readonly tenant_id: string;
  readonly name: string;
  readonly version: string;
  readonly scope: 'global' | 'tenant';
  readonly status: 'active' | 'paused' | 'archived' | 'failed';
  /** The manifest as stored by the server, with defaults filled in. */
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly created_at: string;
  readonly updated_at: string;
}

/** Pascal case on the wire (D29). */
export type ExecutionStatus = 'Pending' | 'Running' | 'Completed' | 'Failed' | 'Cancelled';

/** An agent execution as stored; `input` is the caller's own, without the server's wrapper. */
export interface ExecutionRecord {
  readonly id: string;
  readonly agent_id: string;
  readonly tenant_id: string;
  readonly status: ExecutionStatus;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly input: unknown;
  readonly intent: string | null;
  readonly iterations: number;
  readonly output: string | null;
  readonly error: string | null;
}

/** A result, or the server's text for why there is none. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: string };

/** Agents: shared by the REST routes, the workflow engine and the SEAL tools. All failures are server texts. */
export interface AgentService {
  deploy(
    manifest: unknown,
    options: { tenant: string; force: boolean; global: boolean; identity: Identity },
  ): Outcome<AgentRecord>;
  /** Visible to the tenant: its own and global ones. */
  visible(tenant: string): readonly AgentRecord[];
  byId(id: string, tenant: string): AgentRecord | undefined;
  /** Name or UUID, visible to the tenant. */
  find(nameOrId: string, tenant: string): AgentRecord | undefined;
  replace(id: string, manifest: unknown, tenant: string): Outcome<AgentRecord>;
  remove(id: string, tenant: string, identity: Identity): boolean;
}

/** Executions: shared the same way. */
export interface ExecutionService {
  start(request: {
    agent: AgentRecord;
    tenant: string;
    input: unknown;
    intent: string | null;
    contextOverrides: Readonly<Record<string, unknown>> | null;
    version?: string;
    /** What spec.input_schema is checked against; default `{input, context_overrides, tenant_id}` as over REST. */
    schemaSubject?: unknown;
    /** The workflow definition this run serves: `GET /v1/executions?workflow_name=` finds it by this. */
    workflowId?: string;
  }): Outcome<ExecutionRecord>;
  get(id: string, tenant: string): ExecutionRecord | undefined;
  list(tenant: string, filter: { agentId?: string; limit: number }): readonly ExecutionRecord[];
  cancel(id: string, tenant: string): Outcome<ExecutionRecord>;
  remove(id: string, tenant: string): boolean;
  /** Resolves when the execution has ended; rejects when the signal aborts or the record is gone. */
  ended(id: string, signal: AbortSignal): Promise<ExecutionRecord>;
}

/** Lower case on the wire (D29). */
export type WorkflowStatus = 'pending' | 'running' | 'completed' | 'failed' | 'cancelled';

/** A workflow definition as stored. */
export interface WorkflowRecord {
  readonly id: string;
  readonly tenant_id: string;
  readonly name: string;
  readonly version: string | null;
  readonly scope: 'global' | 'tenant';
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly manifest_yaml: string;
  readonly created_at: string;
  readonly updated_at: string | null;
}

/** One run of a workflow. */
export interface WorkflowExecutionRecord {
  readonly execution_id: string;
  readonly workflow_id: string;
  readonly workflow_name: string | null;
  readonly tenant_id: string;
  readonly status: WorkflowStatus;
  readonly current_state: string;
  readonly started_at: string;
  readonly last_transition_at: string;
  readonly blackboard: Readonly<Record<string, unknown>>;
  readonly state_outputs: Readonly<Record<string, unknown>>;
  readonly final_output: unknown;
}

/** Workflows and their runs: shared by the REST routes and the SEAL tools. */
export interface WorkflowService {
  register(
    yaml: string,
    options: { tenant: string; force: boolean; global: boolean },
  ): Outcome<WorkflowRecord>;
  list(tenant: string, filter: { global: boolean; visible: boolean }): readonly WorkflowRecord[];
  /** Name or UUID, visible to the tenant. */
  find(nameOrId: string, tenant: string): WorkflowRecord | undefined;
  remove(name: string, tenant: string): boolean;
  setScope(nameOrId: string, tenant: string, scope: 'global' | 'tenant'): Outcome<WorkflowRecord>;
  start(request: {
    workflow: string;
    tenant: string;
    input: unknown;
    blackboard: Readonly<Record<string, unknown>> | null;
    intent: string | null;
    version?: string;
  }): Outcome<WorkflowExecutionRecord>;
  execution(id: string, tenant: string): WorkflowExecutionRecord | undefined;
  executions(
    tenant: string,
    filter: { workflowId?: string; limit: number; offset: number },
  ): readonly WorkflowExecutionRecord[];
  cancel(id: string, tenant: string): Outcome<WorkflowExecutionRecord>;
  removeExecution(id: string, tenant: string): boolean;
  signal(id: string, tenant: string, response: string): Outcome<WorkflowExecutionRecord>;
  logs(id: string, limit: number, offset: number): readonly Readonly<Record<string, unknown>>[];
}
