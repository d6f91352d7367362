/** The state machine of one run: enters states, has them executed, follows transitions, keeps the record. */
import type { Clock } from '../kernel.js';
import { DeadlineExceeded, parseDuration, withDeadline } from './durations.js';
import type { Logs } from './logs.js';
import type { WorkflowState } from './manifest-schema.js';
import type { Run, Runs } from './runs.js';
import { executeState } from './states/index.js';
import { type Services, type Step, StepFailure } from './states/step.js';
import { renderTemplate, type TemplateView, templateView } from './templates.js';
import { pickTransition } from './transitions.js';

/** Bounds of a manifest that names none. */
const MAX_TRANSITIONS = 50;
const MAX_VISITS = 5;

/** What a machine works with. */
export interface MachineContext {
  readonly clock: Clock;
  readonly runs: Runs;
  readonly logs: Logs;
  readonly services: Services;
  /** Milliseconds before each state, so that followers of a stream can keep up. */
  readonly pace: number;
  /** Runs the work as one transaction. */
  readonly transaction: <T>(work: () => T) => T;
  readonly alive: () => boolean;
}

/** Writes only between checks of its signal: once that aborts, the record belongs to whoever aborted it. */
export class Machine {
  #run: Run;
  readonly #context: MachineContext;
  readonly #signal: AbortSignal;

  constructor(run: Run, context: MachineContext, signal: AbortSignal) {
    this.#run = run;
    this.#context = context;
    this.#signal = signal;
  }

  /** The run as last stored. */
  get run(): Run {
    return this.#run;
  }

  /**
   * Plays the run to its end. Throws what made it fail, or the signal's reason.
   * @param entered the current state was entered before a restart and is taken up again
   */
  async play(entered: boolean): Promise<void> {
    if (!entered) await this.#enter(this.#run.current_state);
    for (;;) {
      const output = await this.#execute();
      this.#signal.throwIfAborted();
      const target = this.#leave(output);
      if (target === undefined) return;
      await this.#enter(target);
    }
  }

  async #enter(name: string): Promise<void> {
    const { clock, pace, logs, transaction } = this.#context;
    await clock.sleep(pace, this.#signal);
    this.#signal.throwIfAborted();
    const state = this.#stateNamed(name);
    const { cursor } = this.#run;
    const visits = (cursor.visits[name] ?? 0) + 1;
    const most = state.max_state_visits ?? MAX_VISITS;
    if (visits > most) throw new Error(`State '${name}' was visited more than ${most} times`);
    transaction(() => {
      this.#save({
        current_state: name,
        cursor: { ...cursor, visits: { ...cursor.visits, [name]: visits } },
      });
      logs.append(this.#run, 'WorkflowStateEntered', `Entered state ${name}`, { state_name: name });
    });
  }

  async #execute(): Promise<unknown> {
    this.#signal.throwIfAborted();
    const state = this.#stateNamed(this.#run.current_state);
    const limit =
      state.kind === 'Human' || state.timeout === undefined ? undefined : parseDuration(state.timeout);
    const { clock, services } = this.#context;
    try {
      return await withDeadline(clock, limit, this.#signal, (signal) => {
        return executeState(state, this.#step(signal), services);
      });
    } catch (error) {
      return this.#recover(state, error);
    }
  }

  /** A failure is an output for states that say where failures lead; elsewhere it ends the run. */
  #recover(state: WorkflowState, error: unknown): unknown {
    const name = this.#run.current_state;
    const failure =
      error instanceof DeadlineExceeded
        ? new StepFailure(`State '${name}' timed out after ${state.timeout}`)
        : error;
    const handled = state.transitions.some((transition) => transition.condition === 'on_failure');
    if (failure instanceof StepFailure && handled) return failure.output;
    throw failure;
  }

  /** Records the output and picks the way on. @returns the next state, undefined when the run is complete */
  #leave(output: unknown): string | undefined {
    const name = this.#run.current_state;
    const state = this.#stateNamed(name);
    const result = state.kind === 'Subworkflow' && state.result_key ? { [state.result_key]: output } : {};
    const { blackboard, state_outputs, cursor } = this.#run;
    const { logs, services, transaction } = this.#context;
    transaction(() => {
      this.#save({
        blackboard: { ...blackboard, ...result, [name]: output },
        state_outputs: { ...state_outputs, [name]: output },
        cursor: { ...cursor, child: null },
      });
      logs.append(this.#run, 'WorkflowStateExited', `Exited state ${name}`, { state_name: name, output });
      services.approvals.close(this.#run.execution_id);
    });
    return this.#follow(state, output);
  }

  #follow(state: WorkflowState, output: unknown): string | undefined {
    const view = this.#view();
    const transition = pickTransition(state.transitions, output, view);
    if (transition === undefined) return undefined;
    const most = this.#run.manifest.spec.max_total_transitions ?? MAX_TRANSITIONS;
    const transitions = this.#run.cursor.transitions + 1;
    if (transitions > most) throw new Error(`Run exceeded ${most} transitions`);
    const feedback =
      transition.feedback === undefined
        ? null
        : renderTemplate(transition.feedback, { ...view, state_output: output });
    this.#save({ cursor: { ...this.#run.cursor, transitions, feedback } });
    return transition.target;
  }

  #step(signal: AbortSignal): Step {
    const { logs, alive } = this.#context;
    return {
      run: this.#run,
      stateName: this.#run.current_state,
      view: this.#view(),
      signal,
      alive,
      log: (eventType, message, fields) => {
        signal.throwIfAborted();
        logs.append(this.#run, eventType, message, fields);
      },
      rememberChild: (id) => this.#save({ cursor: { ...this.#run.cursor, child: id } }),
    };
  }

  #view(): TemplateView {
    const { blackboard, input, intent, cursor } = this.#run;
    return templateView({ blackboard, input, intent, feedback: cursor.feedback });
  }

  #stateNamed(name: string): WorkflowState {
    const state = this.#run.manifest.spec.states[name];
    if (state === undefined) throw new Error(`State '${name}' not found in definition`);
    return state;
  }

  #save(change: Partial<Run>): void {
    const { clock, runs } = this.#context;
    this.#run = { ...this.#run, ...change, last_transition_at: clock.now().toISOString() };
    runs.update(this.#run);
  }
}
