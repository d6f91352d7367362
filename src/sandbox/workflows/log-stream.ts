/** The log stream of a run: live only, one externally tagged variant an event (x-sse of the contract). */
import type { SseSink } from '../kernel.js';
import { type LogEvent, TERMINAL_EVENTS } from './logs.js';

/** Event types the stream carries: payload fields to copy, and what the time is called. */
const VARIANTS: ReadonlyMap<string, { readonly fields: readonly string[]; readonly at: string }> = new Map(
  Object.entries({
    WorkflowExecutionStarted: { fields: ['workflow_id'], at: 'started_at' },
    WorkflowStateEntered: { fields: ['state_name'], at: 'entered_at' },
    WorkflowStateExited: { fields: ['state_name', 'output'], at: 'exited_at' },
    WorkflowIterationStarted: { fields: ['iteration_number'], at: 'started_at' },
    WorkflowIterationCompleted: { fields: ['iteration_number', 'output'], at: 'completed_at' },
    WorkflowIterationFailed: { fields: ['iteration_number', 'error'], at: 'failed_at' },
    WorkflowExecutionCompleted: { fields: ['final_blackboard', 'artifacts'], at: 'completed_at' },
    WorkflowExecutionFailed: { fields: ['reason'], at: 'failed_at' },
    WorkflowExecutionCancelled: { fields: [], at: 'cancelled_at' },
  }),
);

/** Events a reader may lag behind; older ones are then lost silently, as on the real server. */
const BUFFER = 100;

/** Collects events from now on for one reader. */
export class LogFeed {
  readonly #queue: LogEvent[] = [];
  #wake: () => void = () => {};

  /** Takes an event of the run; types the stream does not carry are left out. */
  offer(event: LogEvent): void {
    if (!VARIANTS.has(event.event_type)) return;
    this.#queue.push(event);
    if (this.#queue.length > BUFFER) this.#queue.shift();
    this.#wake();
  }

  /**
   * Writes events until the terminal one or until the reader has gone. A finished run therefore never ends.
   */
  async pump(sink: SseSink): Promise<void> {
    sink.signal.addEventListener('abort', () => this.#wake(), { once: true });
    while (!sink.signal.aborted) {
      const event = this.#queue.shift();
      if (event === undefined) await this.#arrival();
      else if (!(await sink.send(toStreamEvent(event))) || TERMINAL_EVENTS.has(event.event_type)) return;
    }
  }

  #arrival(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

function toStreamEvent(event: LogEvent): Readonly<Record<string, unknown>> {
  const { fields = [], at = 'timestamp' } = VARIANTS.get(event.event_type) ?? {};
  const payload = { ...event.details, reason: event.details.error };
  const copied = Object.fromEntries(fields.map((field) => [field, Reflect.get(payload, field)]));
  const variant = { execution_id: event.execution_id, ...copied, [at]: event.timestamp };
  return { ...event, details: { [event.event_type]: variant } };
}
