import { endEvents, executionEvent, rebuildHistory } from './activity.js';
import { decodeManifest } from './agents.js';
import {
  type ExecutionFilter,
  type ExecutionRecords,
  openExecutionRecords,
  TERMINAL,
} from './execution-records.js';
import type {
  ActivityEvent,
  AgentService,
  ExecutionRecord,
  ExecutionService,
  Outcome,
  SandboxContext,
} from './kernel.js';
import { Run, type RunPlan } from './run.js';
import { type Ending, runAgent } from './runner.js';
import { readScript } from './script.js';
import { findStartFault, renderPrompt } from './start-rules.js';
import { Waiters } from './waiters.js';
import { removeWorkspace, writeWorkspaceFile } from './workspace.js';

/** The execution service with what only the executions' own routes need. */
export interface SandboxExecutions extends ExecutionService {
  /** In any tenant. */
  any(id: string): ExecutionRecord | undefined;
  search(filter: ExecutionFilter): readonly ExecutionRecord[];
  countByAgent(agentId: string): number;
  history(execution: ExecutionRecord): readonly ActivityEvent[];
  /** Events after which this execution's next live stream must break off; asked once (label abort-stream-after). */
  takeStreamBreak(id: string): number | undefined;
  /** Marks runs that another process left unfinished as Failed; to be called once at start. */
  resume(): void;
}

type StartRequest = Parameters<ExecutionService['start']>[0];

/** Executions in the sandbox's store, run in the background by the scripted runner. */
export function createExecutions(context: SandboxContext, agents: AgentService): SandboxExecutions {
  return new Executions(context, agents);
}

class Executions implements SandboxExecutions {
  readonly #context: SandboxContext;
  readonly #agents: AgentService;
  readonly #records: ExecutionRecords;
  readonly #stops = new Map<string, AbortController>();
  readonly #waiters = new Waiters();
  readonly #streamBreaks = new Map<string, number>();

  constructor(context: SandboxContext, agents: AgentService) {
    this.#context = context;
    this.#agents = agents;
    this.#records = openExecutionRecords(context.store);
  }

  start(request: StartRequest): Outcome<ExecutionRecord> {
    const plan = this.#plan(request);
    if (!plan.ok) return plan;
    const { execution, script } = plan.value;
    this.#records.insert(execution, request.workflowId);
    if (script.abortStreamAfter !== undefined) this.#streamBreaks.set(execution.id, script.abortStreamAfter);
    const { id: execution_id, agent_id, started_at } = execution;
    this.#publish(executionEvent('execution_started', started_at, { execution_id, agent_id, started_at }));
    void this.#drive(plan.value);
    return { ok: true, value: execution };
  }

  get(id: string, tenant: string): ExecutionRecord | undefined {
    const execution = this.#records.get(id);
    return execution?.tenant_id === tenant ? execution : undefined;
  }

  any(id: string): ExecutionRecord | undefined {
    return this.#records.get(id);
  }

  list(tenant: string, filter: { agentId?: string; limit: number }): readonly ExecutionRecord[] {
    return this.search({ tenant, ...filter });
  }

  search(filter: ExecutionFilter): readonly ExecutionRecord[] {
    return this.#records.list(filter);
  }

  countByAgent(agentId: string): number {
    return this.#records.countByAgent(agentId);
  }

  history(execution: ExecutionRecord): readonly ActivityEvent[] {
    return rebuildHistory(this.#records, execution);
  }

  takeStreamBreak(id: string): number | undefined {
    const after = this.#streamBreaks.get(id);
    this.#streamBreaks.delete(id);
    return after;
  }

  cancel(id: string, tenant: string): Outcome<ExecutionRecord> {
    if (!this.get(id, tenant)) return { ok: false, error: `Execution not found: ${id}` };
    this.#stop(id);
    return { ok: true, value: this.#end(id, { status: 'Cancelled', error: null }) };
  }

  remove(id: string, tenant: string): boolean {
    if (!this.get(id, tenant)) return false;
    this.#stop(id);
    this.#records.remove(id);
    removeWorkspace(this.#context.files, id);
    this.#streamBreaks.delete(id);
    this.#waiters.wake(id);
    return true;
  }

  async ended(id: string, signal: AbortSignal): Promise<ExecutionRecord> {
    for (;;) {
      signal.throwIfAborted();
      const execution = this.#records.get(id);
      if (!execution) throw new Error(`Execution not found: ${id}`);
      if (TERMINAL.has(execution.status)) return execution;
      await this.#waiters.wait(id, signal);
    }
  }

  resume(): void {
    for (const { id } of this.#records.unfinished()) {
      const ended_at = this.#now();
      this.#records.update(id, { status: 'Failed', ended_at, error: 'orchestrator restarted' });
    }
  }

  #plan(request: StartRequest): Outcome<RunPlan> {
    const { agent, tenant, input, intent } = request;
    const manifest = decodeManifest(agent.manifest);
    const fault = findStartFault(manifest, request);
    if (fault !== undefined) return { ok: false, error: fault };
    const execution: ExecutionRecord = {
      ...{
        id: this.#context.clock.uuid(),
        agent_id: agent.id,
        tenant_id: tenant,
        status: 'Pending' as const,
      },
      ...{ started_at: this.#now(), ended_at: null, input, intent, iterations: 0, output: null, error: null },
    };
    const findJudge = (name: string) => this.#agents.find(name, tenant)?.id;
    try {
      const prompt = renderPrompt(manifest, request);
      const script = readScript(manifest);
      return { ok: true, value: { execution, agentName: agent.name, manifest, script, prompt, findJudge } };
    } catch (error) {
      return { ok: false, error: `Prompt template failed: ${messageOf(error)}` };
    }
  }

  async #drive(plan: RunPlan): Promise<void> {
    const { id } = plan.execution;
    const stop = new AbortController();
    this.#stops.set(id, stop);
    const signal = AbortSignal.any([stop.signal, this.#context.signal]);
    try {
      const run = new Run(plan, this.#context, this.#records, signal);
      await run.sleep(0);
      this.#records.update(id, { status: 'Running' });
      const ending = await runAgent(run);
      signal.throwIfAborted();
      this.#settle(run, ending);
    } catch (error) {
      if (!signal.aborted) this.#end(id, { status: 'Failed', error: messageOf(error) });
    } finally {
      this.#stops.delete(id);
    }
  }

  #settle(run: Run, ending: Ending): void {
    const { id, agent_id } = run.execution;
    if (ending.kind === 'completed') {
      writeWorkspaceFile(this.#context.files, id, 'output.txt', ending.output);
      this.#end(id, { status: 'Completed', output: ending.output });
    } else if (ending.kind === 'failed') {
      this.#end(id, { status: 'Failed', error: ending.reason });
    } else {
      const error = `Execution timed out after ${ending.seconds}s`;
      this.#end(id, { status: 'Failed', error }, (ended) => [
        executionEvent('execution_timed_out', ended.ended_at ?? '', {
          ...{ execution_id: id, agent_id, timeout_seconds: ending.seconds },
          ...{ total_iterations: ended.iterations, timed_out_at: ended.ended_at },
        }),
      ]);
    }
  }

  /** Writes the end, tells the streams, wakes who waits. A timed-out run has another live event than its record. */
  #end(
    id: string,
    change: Partial<Pick<ExecutionRecord, 'status' | 'output' | 'error'>>,
    liveEvents: (ended: ExecutionRecord) => readonly ActivityEvent[] = endEvents,
  ): ExecutionRecord {
    this.#records.update(id, { ...change, ended_at: this.#now() });
    const ended = this.#records.get(id);
    if (!ended) throw new Error(`Execution not found: ${id}`);
    for (const event of liveEvents(ended)) this.#publish(event);
    this.#waiters.wake(id);
    return ended;
  }

  #stop(id: string): void {
    this.#stops.get(id)?.abort();
    this.#stops.delete(id);
  }

  #publish(event: ActivityEvent): void {
    this.#context.activity.publish(event);
  }

  #now(): string {
    return this.#context.clock.now().toISOString();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
