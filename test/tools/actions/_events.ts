/** Events as the live server sends them (CorrelatedActivityEvent), literally. */
import { AGENT, EXECUTION } from './_stream-server.js';

const ids = { execution_id: EXECUTION, agent_id: AGENT };

/** `12` is 2026-01-02T03:04:12Z. */
export const at = (second: number): string => `2026-01-02T03:04:${String(second).padStart(2, '0')}Z`;

type Payload = Readonly<Record<string, unknown>>;

function envelope(event_type: string, second: number, iteration: number | null, details: unknown): Payload {
  return {
    event_type,
    category: 'execution',
    timestamp: at(second),
    ...ids,
    iteration,
    stage: 'execution',
    message: `${event_type} happened`,
    details,
  };
}

export const started = envelope('execution_started', 0, null, {
  type: 'execution',
  ExecutionStarted: { ...ids, started_at: at(0) },
});

export const iterationStarted = (n: number, second: number): Payload =>
  envelope('iteration_started', second, n, {
    type: 'execution',
    IterationStarted: { ...ids, iteration_number: n, action: 'Count the words.', started_at: at(second) },
  });

export const iterationCompleted = (n: number, second: number, output: string): Payload =>
  envelope('iteration_completed', second, n, {
    type: 'execution',
    IterationCompleted: { ...ids, iteration_number: n, output, completed_at: at(second) },
  });

export const consoleOutput = (second: number, content: string): Payload =>
  envelope('console_output', second, 1, {
    type: 'execution',
    ConsoleOutput: { ...ids, iteration_number: 1, stream: 'stdout', content, timestamp: at(second) },
  });

export const completed = (second: number, output: string): Payload =>
  envelope('execution_completed', second, null, {
    type: 'execution',
    ExecutionCompleted: { ...ids, final_output: output, total_iterations: 1, completed_at: at(second) },
  });

export const failed = (second: number, reason: string): Payload =>
  envelope('execution_failed', second, null, {
    type: 'execution',
    ExecutionFailed: { ...ids, reason, total_iterations: 3, failed_at: at(second) },
  });

export const timedOut = (second: number): Payload =>
  envelope('execution_timed_out', second, null, {
    type: 'execution',
    ExecutionTimedOut: { ...ids, timeout_seconds: 300, total_iterations: 2, timed_out_at: at(second) },
  });

/** A record of getExecution. */
export const record = (status: string): Payload => ({
  id: EXECUTION,
  agent_id: AGENT,
  status,
  tenant_id: 't',
});
