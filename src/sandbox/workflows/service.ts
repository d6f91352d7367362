/** Registered workflows and their runs, as the REST routes and the SEAL tools use them. */
import type { AgentService, ExecutionService, Outcome, SandboxContext, WorkflowService } from '../kernel.js';
import { Approvals } from './approvals.js';
import { Definitions, reportedVersion, type WorkflowDefinition } from './definitions.js';
import { Engine, type StartRequest } from './engine.js';
import { type LogEvent, Logs, type WorkerEvent } from './logs.js';
import {
  moveScope,
  type RegisterOptions,
  registerWorkflow,
  type Scope,
  type ScopeChange,
} from './registry.js';
import { type Run, type RunFilter, Runs } from './runs.js';

/** Why a run cannot be acted on. */
export const RUN_NOT_FOUND = 'workflow execution not found';
const RUN_ENDED = 'workflow execution already completed';

/**
 * The service, and beside it what only the REST routes need. Failures are server texts without their
 * prefixes.
 */
export class Workflows implements WorkflowService {
  readonly definitions: Definitions;
  readonly runs: Runs;
  readonly approvals: Approvals;
  readonly #context: SandboxContext;
  readonly #agents: AgentService;
  readonly #logs: Logs;
  readonly #engine: Engine;

  constructor(
    context: SandboxContext,
    services: { readonly agents: AgentService; readonly executions: ExecutionService },
  ) {
    this.#context = context;
    this.#agents = services.agents;
    this.definitions = new Definitions(context);
    this.runs = new Runs(context);
    this.approvals = new Approvals(context);
    this.#logs = new Logs(context);
    this.#engine = new Engine(context, {
      ...services,
      runs: this.runs,
      logs: this.#logs,
      approvals: this.approvals,
      resolve: (workflow, tenant, version) => this.#resolve(workflow, tenant, version),
    });
  }

  register(yaml: string, options: RegisterOptions): Outcome<WorkflowDefinition> {
    return registerWorkflow(this.#context, this.definitions, this.#agents, yaml, options);
  }

  list(tenant: string, filter: { global: boolean; visible: boolean }): readonly WorkflowDefinition[] {
    if (filter.global) return this.definitions.global();
    const shared = filter.visible ? this.definitions.global() : [];
    return [...this.definitions.ofTenant(tenant), ...shared.filter((row) => row.tenant_id !== tenant)];
  }

  find(nameOrId: string, tenant: string): WorkflowDefinition | undefined {
    return this.#resolve(nameOrId, tenant);
  }

  remove(name: string, tenant: string): boolean {
    const current = this.definitions.owned(name, tenant)[0];
    if (current !== undefined) this.definitions.remove(current.id);
    return current !== undefined;
  }

  setScope(nameOrId: string, tenant: string, scope: Scope): ScopeChange {
    return moveScope(this.#context, this.definitions, { nameOrId, tenant, scope });
  }

  start(request: StartRequest): Outcome<Run> {
    return this.#engine.start(request);
  }

  execution(id: string, tenant: string): Run | undefined {
    const run = this.runs.byId(id);
    return run?.tenant_id === tenant ? run : undefined;
  }

  executions(tenant: string, filter: Omit<RunFilter, 'tenant'>): readonly Run[] {
    return this.runs.list({ ...filter, tenant });
  }

  cancel(id: string, tenant: string): Outcome<Run> {
    return this.#order(id, tenant, () => this.#engine.cancel(id));
  }

  removeExecution(id: string, tenant: string): boolean {
    const known = this.execution(id, tenant) !== undefined;
    if (known) this.#engine.remove(id);
    return known;
  }

  /** A signal that no Human state waits for is accepted and dropped, as the real engine does. */
  signal(id: string, tenant: string, response: string): Outcome<Run> {
    return this.#order(id, tenant, () => this.approvals.answerRun(id, { response, timeout: false }));
  }

  logs(id: string, limit: number, offset: number): readonly LogEvent[] {
    return this.#logs.page(id, limit, offset);
  }

  /** Puts an event of the worker into the log of its run; false when there is no such run. */
  note({ event_type, execution_id, ...fields }: WorkerEvent): boolean {
    const run = this.runs.byId(execution_id);
    if (run !== undefined) this.#logs.append(run, event_type, `${event_type} reported by the worker`, fields);
    return run !== undefined;
  }

  /** Calls the listener for each log event of the run from now on. @returns ends it */
  listen(id: string, listener: (event: LogEvent) => void): () => void {
    return this.#logs.listen(id, listener);
  }

  /** See WorkflowDomain. */
  resume(): void {
    this.#engine.resume();
  }

  #resolve(workflow: string, tenant: string, version?: string): WorkflowDefinition | undefined {
    const byId = this.definitions.byId(workflow, tenant);
    if (byId !== undefined) return byId;
    const versions = this.definitions.versions(workflow, tenant);
    return version === undefined ? versions[0] : versions.find((row) => reportedVersion(row) === version);
  }

  #order(id: string, tenant: string, act: () => void): Outcome<Run> {
    const run = this.execution(id, tenant);
    if (run === undefined) return { ok: false, error: RUN_NOT_FOUND };
    if (run.status !== 'running') return { ok: false, error: RUN_ENDED };
    act();
    return { ok: true, value: this.runs.byId(id) ?? run };
  }
}
