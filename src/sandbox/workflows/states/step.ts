/** What a state executor gets, and how it reports failure. */
import type { AgentService, Clock, ExecutionService } from '../../kernel.js';
import type { Approvals } from '../approvals.js';
import type { EventFields } from '../logs.js';
import type { Run } from '../runs.js';
import type { TemplateView } from '../templates.js';

/** How a Subworkflow state starts and follows another run. */
export interface ChildRuns {
  /** Starts a run of the tenant. Throws a StepFailure with the server's reason. */
  start(parent: Run, workflow: string, input: unknown): Run;
  /** Resolves with the finished run; undefined when it was removed. */
  ended(id: string, signal: AbortSignal): Promise<Run | undefined>;
  cancel(id: string): void;
}

/** What state executors work with. */
export interface Services {
  readonly clock: Clock;
  readonly agents: AgentService;
  readonly executions: ExecutionService;
  readonly approvals: Approvals;
  readonly children: ChildRuns;
}

/** One visit of one state. */
export interface Step {
  readonly run: Run;
  readonly stateName: string;
  readonly view: TemplateView;
  /** Aborted when the run is cancelled or removed, the state times out, or the sandbox stops. */
  readonly signal: AbortSignal;
  /** True while the sandbox runs: work started for this step is then cancelled when `signal` aborts. */
  readonly alive: () => boolean;
  readonly log: (eventType: string, message: string, fields?: EventFields) => void;
  /** Remembers the execution a blocking Subworkflow waits for. */
  readonly rememberChild: (id: string) => void;
}

/**
 * A state failed. The run fails with this reason, unless the state has an `on_failure` transition: then
 * `output` is the state's output.
 */
export class StepFailure extends Error {
  readonly output: Readonly<Record<string, unknown>>;

  constructor(reason: string, output: Readonly<Record<string, unknown>> = {}) {
    super(reason);
    this.output = { status: 'failed', error: reason, ...output };
  }
}
