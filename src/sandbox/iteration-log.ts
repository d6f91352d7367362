import {
  type ExecutionEventType,
  executionEvent,
  iterationFailed,
  refinement,
  type ToolEventType,
  toolEvent,
  validationEvent,
} from './activity.js';
import type { Interaction, IterationState } from './execution-records.js';
import type { Run } from './run.js';
import type { Verdict } from './validators.js';

/** Keeps the record of one iteration and publishes its events, in one step each. */
export class IterationLog {
  readonly #run: Run;
  readonly #fields: {
    readonly execution_id: string;
    readonly agent_id: string;
    readonly iteration_number: number;
  };
  #state: IterationState;

  constructor(run: Run, number: number) {
    const { id: execution_id, agent_id } = run.execution;
    this.#run = run;
    this.#fields = { execution_id, agent_id, iteration_number: number };
    this.#state = { number, action: run.prompt, started_at: run.now(), interactions: [] };
  }

  async started(): Promise<void> {
    await this.#run.pause();
    this.#keep({ started_at: this.#run.now() });
    const { action, started_at } = this.#state;
    this.#publish('iteration_started', started_at, { action, started_at });
  }

  async instance(type: 'instance_spawned' | 'instance_terminated', instance_id: string): Promise<void> {
    await this.#run.pause();
    const at = this.#run.now();
    const time = type === 'instance_spawned' ? { spawned_at: at } : { terminated_at: at };
    this.#publish(type, at, { instance_id, ...time });
  }

  async tool(type: ToolEventType, fields: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#run.pause();
    const { execution_id, agent_id } = this.#fields;
    const at = this.#run.now();
    const time = type === 'tool_invocation_requested' ? { requested_at: at } : { completed_at: at };
    this.#run.publish(toolEvent(type, at, { execution_id, agent_id, ...fields, ...time }));
  }

  async interaction(turn: Omit<Interaction, 'timestamp'>): Promise<void> {
    await this.#run.pause();
    const dated = { ...turn, timestamp: this.#run.now() };
    this.#keep({ interactions: [...this.#state.interactions, dated] });
    this.#publish('llm_interaction', dated.timestamp, { ...dated });
  }

  async console(content: string): Promise<void> {
    await this.#run.pause();
    const timestamp = this.#run.now();
    this.#publish('console_output', timestamp, { stream: 'stdout', content, timestamp });
  }

  async completed(output: string): Promise<void> {
    await this.#run.pause();
    const completed = { output, completed_at: this.#run.now() };
    this.#keep({ completed });
    this.#publish('iteration_completed', completed.completed_at, completed);
  }

  async failed(message: string): Promise<void> {
    await this.#run.pause();
    const failed = { message, failed_at: this.#run.now() };
    this.#keep({ failed });
    this.#run.publish(iterationFailed(this.#fields, failed));
  }

  async refined(): Promise<void> {
    await this.#run.pause();
    const refined_at = this.#run.now();
    this.#keep({ refined_at });
    this.#run.publish(refinement(this.#fields, refined_at));
  }

  async validated({ score, confidence, consensus }: Verdict): Promise<void> {
    await this.#run.pause();
    const at = this.#run.now();
    const validation = { score, confidence, validated_at: at };
    const panel = consensus && { ...consensus, reached_at: at };
    this.#keep({ validation, ...(panel ? { consensus: panel } : {}) });
    this.#run.publish(
      validationEvent('gradient_validation_performed', at, { ...this.#fields, ...validation }),
    );
    const { execution_id, agent_id } = this.#fields;
    if (panel)
      this.#run.publish(validationEvent('multi_judge_consensus', at, { execution_id, agent_id, ...panel }));
  }

  #keep(change: Partial<IterationState>): void {
    this.#state = { ...this.#state, ...change };
    this.#run.saveIteration(this.#state);
  }

  #publish(type: ExecutionEventType, at: string, fields: Readonly<Record<string, unknown>>): void {
    this.#run.publish(executionEvent(type, at, { ...this.#fields, ...fields }));
  }
}
