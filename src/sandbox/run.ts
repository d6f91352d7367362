import type { AgentManifest } from './agent-manifest.js';
import type { ExecutionRecords, IterationState } from './execution-records.js';
import type { ActivityEvent, ExecutionRecord, SandboxContext } from './kernel.js';
import { limitSeconds } from './runtime-rules.js';
import type { Script } from './script.js';
import { writeWorkspaceFile } from './workspace.js';

/** The run went over its limit. */
export class TimedOut extends Error {
  readonly seconds: number;

  constructor(seconds: number) {
    super(`Execution timed out after ${seconds}s`);
    this.seconds = seconds;
  }
}

/** What defines one run. */
export interface RunPlan {
  readonly execution: ExecutionRecord;
  readonly agentName: string;
  readonly manifest: AgentManifest;
  readonly script: Script;
  /** Rendered once, before the first iteration. */
  readonly prompt: string;
  /** The id of a deployed judge agent, visible to the execution's tenant. */
  readonly findJudge: (name: string) => string | undefined;
}

/** Longest single timer of the runtime, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** One execution while it runs: its plan, its pace, its time limit, its record. */
export class Run {
  readonly execution: ExecutionRecord;
  readonly plan: RunPlan;
  readonly limitSeconds: number;
  readonly #context: SandboxContext;
  readonly #records: ExecutionRecords;
  readonly #signal: AbortSignal;
  readonly #startedAt: number;

  constructor(plan: RunPlan, context: SandboxContext, records: ExecutionRecords, signal: AbortSignal) {
    this.plan = plan;
    this.execution = plan.execution;
    this.limitSeconds = limitSeconds(plan.manifest);
    this.#context = context;
    this.#records = records;
    this.#signal = signal;
    this.#startedAt = context.clock.now().getTime();
  }

  get prompt(): string {
    return this.plan.prompt;
  }

  now(): string {
    return this.#context.clock.now().toISOString();
  }

  uuid(): string {
    return this.#context.clock.uuid();
  }

  /** The sandbox's pace between two events. Throws when the run was stopped or is out of time. */
  async pause(): Promise<void> {
    await this.sleep(this.#context.pace);
  }

  /** Works for a while, at most until the limit. */
  async sleep(ms: number): Promise<void> {
    const left = this.#startedAt + this.limitSeconds * 1000 - this.#context.clock.now().getTime();
    if (left <= 0) throw new TimedOut(this.limitSeconds);
    await this.#context.clock.sleep(Math.min(ms, left, LONGEST_TIMER), this.#signal);
    this.#signal.throwIfAborted();
    if (ms > left) throw new TimedOut(this.limitSeconds);
  }

  publish(event: ActivityEvent): void {
    this.#context.activity.publish(event);
  }

  saveIteration(state: IterationState): void {
    this.#records.saveIteration(this.execution.id, state);
    this.#records.update(this.execution.id, { iterations: state.number });
  }

  writeFile(path: string, content: string): void {
    writeWorkspaceFile(this.#context.files, this.execution.id, path, content);
  }
}
