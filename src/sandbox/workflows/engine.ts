/** Life of runs: start, background play, cancellation, removal, signals, resumption after a restart. */
import type { AgentService, ExecutionService, Outcome, SandboxContext, WorkflowStatus } from '../kernel.js';
import type { Approvals } from './approvals.js';
import { findStartFault, initialBlackboard, wrapInput } from './blackboard.js';
import type { WorkflowDefinition } from './definitions.js';
import { Endings } from './endings.js';
import type { EventFields, Logs } from './logs.js';
import { Machine, type MachineContext } from './machine.js';
import type { Run, Runs } from './runs.js';
import { type ChildRuns, StepFailure } from './states/step.js';
import { renderOutput, templateView } from './templates.js';

/** Subworkflow levels below a run that was started from outside. */
const MAX_DEPTH = 8;
const RESTARTED = 'orchestrator restarted';

/** What the engine works with. */
export interface EngineParts {
  readonly agents: AgentService;
  readonly executions: ExecutionService;
  readonly runs: Runs;
  readonly logs: Logs;
  readonly approvals: Approvals;
  /** Name or UUID, visible to the tenant; with a version, that version of the name. */
  readonly resolve: (workflow: string, tenant: string, version?: string) => WorkflowDefinition | undefined;
}

/** A start as WorkflowService takes it. */
export interface StartRequest {
  readonly workflow: string;
  readonly tenant: string;
  readonly input: unknown;
  readonly blackboard: Readonly<Record<string, unknown>> | null;
  readonly intent: string | null;
  readonly version?: string;
}

/** Runs work in background tasks that end when the context's signal aborts; they then stay `running`. */
export class Engine {
  readonly #context: SandboxContext;
  readonly #parts: EngineParts;
  readonly #machine: MachineContext;
  readonly #active = new Map<string, AbortController>();
  readonly #endings: Endings;

  constructor(context: SandboxContext, parts: EngineParts) {
    this.#context = context;
    this.#parts = parts;
    this.#endings = new Endings(parts.runs);
    this.#machine = this.#createMachineContext();
  }

  /** Starts a run. Errors are the server's texts after `Failed to start workflow execution: `. */
  start(request: StartRequest, depth = 0): Outcome<Run> {
    const definition = this.#parts.resolve(request.workflow, request.tenant, request.version);
    if (definition === undefined)
      return { ok: false, error: `Workflow not found: ${describeWanted(request)}` };
    const input = wrapInput(request.input);
    const fault = findStartFault(definition, input, request.blackboard ?? {});
    if (fault !== undefined) return { ok: false, error: fault };
    const run = createRun(this.#context, definition, { ...request, input, depth });
    this.#context.store.transaction(() => {
      this.#parts.runs.insert(run);
      this.#parts.logs.append(run, 'WorkflowExecutionStarted', `Workflow ${definition.name} started`);
    });
    this.#launch(run, false);
    return { ok: true, value: run };
  }

  /** @returns false when the run is not running */
  cancel(id: string): boolean {
    const run = this.#parts.runs.byId(id);
    if (run?.status !== 'running') return false;
    this.#finish(run, 'cancelled', 'WorkflowExecutionCancelled', {});
    return true;
  }

  /** Stops the run, if need be, and deletes its record, logs and approval. */
  remove(id: string): void {
    const { approvals, logs, runs } = this.#parts;
    this.#context.store.transaction(() => {
      approvals.close(id);
      logs.remove(id);
      runs.remove(id);
    });
    this.#settle(id);
  }

  /** Takes up the runs an earlier process left; see WorkflowDomain. */
  resume(): void {
    const left = this.#parts.runs.running().filter((run) => !this.#active.has(run.execution_id));
    const waiting = left.filter((run) => this.#canResume(run));
    const lost = left.filter((run) => !waiting.includes(run));
    for (const run of lost) this.#fail(run, RESTARTED);
    for (const run of waiting) this.#launch(run, true);
  }

  /** A run can go on when it waits for a human, or for a run that has ended or can itself go on. */
  #canResume(run: Run): boolean {
    if (this.#parts.approvals.isWaiting(run.execution_id)) return true;
    const child = run.cursor.child === null ? undefined : this.#parts.runs.byId(run.cursor.child);
    return child !== undefined && (child.status !== 'running' || this.#canResume(child));
  }

  #startChild(parent: Run, workflow: string, input: unknown): Run {
    const depth = parent.depth + 1;
    if (depth > MAX_DEPTH)
      throw new StepFailure(`Subworkflows are nested more than ${MAX_DEPTH} levels deep`);
    const { tenant_id: tenant } = parent;
    const started = this.start({ workflow, tenant, input, blackboard: null, intent: null }, depth);
    if (!started.ok) throw new StepFailure(started.error);
    return started.value;
  }

  #launch(run: Run, entered: boolean): void {
    const controller = new AbortController();
    this.#active.set(run.execution_id, controller);
    const signal = AbortSignal.any([this.#context.signal, controller.signal]);
    const machine = new Machine(run, this.#machine, signal);
    // A store that cannot be written has no place for the failure either; the next start reports the run.
    this.#play(machine, entered, signal).catch(() => {});
  }

  async #play(machine: Machine, entered: boolean, signal: AbortSignal): Promise<void> {
    try {
      await machine.play(entered);
      signal.throwIfAborted();
      this.#complete(machine.run);
    } catch (error) {
      if (signal.aborted) return;
      this.#fail(machine.run, error instanceof Error ? error.message : String(error));
    }
  }

  #complete(run: Run): void {
    const { output_template: template, output_schema: schema } = run.manifest.metadata;
    const view = templateView({ ...run, feedback: run.cursor.feedback });
    const final_output = template === undefined ? null : renderOutput(template, schema, view);
    const fields = { final_blackboard: run.blackboard, final_output };
    this.#finish({ ...run, final_output }, 'completed', 'WorkflowExecutionCompleted', fields);
  }

  #fail(run: Run, reason: string): void {
    const fields = { error: reason, final_blackboard: run.blackboard };
    this.#finish({ ...run, error: reason }, 'failed', 'WorkflowExecutionFailed', fields);
  }

  #finish(run: Run, status: WorkflowStatus, eventType: string, fields: EventFields): void {
    const { approvals, logs, runs } = this.#parts;
    const { clock, store } = this.#context;
    store.transaction(() => {
      runs.update({ ...run, status, last_transition_at: clock.now().toISOString() });
      approvals.close(run.execution_id);
      logs.append(run, eventType, `Workflow execution ${status}`, fields);
    });
    this.#settle(run.execution_id);
  }

  /** Stops the run's task, if it has one, and tells whoever waits for its end. */
  #settle(id: string): void {
    this.#active.get(id)?.abort();
    this.#active.delete(id);
    this.#endings.notify(id);
  }

  #createMachineContext(): MachineContext {
    const { clock, store, pace, signal } = this.#context;
    const { runs, logs, agents, executions, approvals } = this.#parts;
    const children: ChildRuns = {
      start: (parent, workflow, input) => this.#startChild(parent, workflow, input),
      ended: (id, until) => this.#endings.ended(id, until),
      cancel: (id) => void this.cancel(id),
    };
    return {
      clock,
      runs,
      logs,
      pace,
      transaction: (work) => store.transaction(work),
      alive: () => !signal.aborted,
      services: { clock, agents, executions, approvals, children },
    };
  }
}

function describeWanted({ workflow, version }: StartRequest): string {
  return version === undefined ? workflow : `${workflow} version ${version}`;
}

function createRun(
  context: SandboxContext,
  definition: WorkflowDefinition,
  request: StartRequest & { readonly input: Readonly<Record<string, unknown>>; readonly depth: number },
): Run {
  const { tenant, input, intent, depth } = request;
  const now = context.clock.now().toISOString();
  return {
    execution_id: context.clock.uuid(),
    run_id: context.clock.uuid(),
    workflow_id: definition.id,
    workflow_name: definition.name,
    tenant_id: tenant,
    status: 'running',
    current_state: definition.manifest.spec.initial_state,
    started_at: now,
    last_transition_at: now,
    blackboard: initialBlackboard(definition, { tenant, input, overrides: request.blackboard ?? {} }),
    state_outputs: {},
    final_output: null,
    error: null,
    manifest: definition.manifest,
    input,
    intent,
    depth,
    cursor: { visits: {}, transitions: 0, feedback: null, child: null },
  };
}
