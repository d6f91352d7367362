/** Attempts and their outcomes, as receipts record them. */
import type { SealEnvelope } from './envelope.js';
import { SealError } from './errors.js';

/** One signed request, as it is about to be sent. */
export interface SealAttempt {
  readonly envelope: SealEnvelope<string | number>;
  /** Standard base64. */
  readonly publicKey: string;
  readonly sessionId: string | undefined;
}

/** `unknown`: the call may have taken effect, and nobody can tell from here. */
export type OutcomeStatus = 'ok' | 'failed' | 'denied' | 'unknown';

export interface SealOutcome {
  readonly status: OutcomeStatus;
  /** The cause, for people. */
  readonly detail?: string;
}

/** Called with each attempt before it is sent; what it returns is called with the outcome. Both may throw. */
export type SealRecorder = (attempt: SealAttempt) => (outcome: SealOutcome) => void;

/** The outcome of an attempt that ended in an error. */
export function outcomeOf(error: unknown): SealOutcome {
  if (!(error instanceof SealError)) return { status: 'unknown', detail: String(error) };
  return { status: statusOf(error), detail: `${error.code}: ${error.message}` };
}

function statusOf({ code, mayHaveRun }: SealError): OutcomeStatus {
  if (code === 'policy_violation' || code === 'forbidden') return 'denied';
  // A tool that reports its own failure has told how it ended.
  return mayHaveRun && code !== 'tool_failed' ? 'unknown' : 'failed';
}
