/** Which transition a finished state takes. */
import type { Transition } from './manifest-schema.js';
import { type TemplateView, testExpression } from './templates.js';

const YES: ReadonlySet<string> = new Set(['yes', 'y', '1', 'approve', 'approved', 'true']);
const NO: ReadonlySet<string> = new Set(['no', 'n', '0', 'reject', 'rejected', 'false']);
/** Score from which a single verdict counts as approval for all_approved and any_rejected. */
const APPROVED = 0.8;

/** The first transition whose condition holds; undefined ends the run as completed. */
export function pickTransition(
  transitions: readonly Transition[],
  output: unknown,
  view: TemplateView,
): Transition | undefined {
  const facts = readFacts(output);
  return transitions.find((transition) => holds(transition, facts, { ...view, state_output: output }));
}

interface Facts {
  readonly status: unknown;
  readonly exitCode: number | undefined;
  readonly overall: unknown;
  readonly score: number;
  readonly confidence: number;
  readonly consensus: { readonly score: number; readonly confidence: number };
  readonly verdicts: readonly number[];
  readonly response: unknown;
}

function holds(transition: Transition, facts: Facts, view: TemplateView): boolean {
  switch (transition.condition) {
    case 'always':
      return true;
    case 'on_success':
      return isSuccess(facts);
    case 'on_failure':
      return isFailure(facts);
    case 'exit_code_zero':
      return facts.exitCode === 0;
    case 'exit_code_non_zero':
      return facts.exitCode !== undefined && facts.exitCode !== 0;
    case 'exit_code':
      return facts.exitCode === transition.value;
    case 'all_approved':
      return facts.verdicts.length > 0 && facts.verdicts.every((score) => score >= APPROVED);
    case 'any_rejected':
      return facts.verdicts.some((score) => score < APPROVED);
    case 'input_equals':
      return facts.response === transition.value;
    case 'input_equals_yes':
      return YES.has(normalise(facts.response));
    case 'input_equals_no':
      return NO.has(normalise(facts.response));
    case 'custom':
      return testExpression(transition.expression, view);
    default:
      return scoreHolds(transition, facts);
  }
}

type ScoreTransition = Extract<Transition, { threshold: number } | { min: number }>;

function scoreHolds(transition: ScoreTransition, facts: Facts): boolean {
  switch (transition.condition) {
    case 'score_above':
      return facts.score > transition.threshold;
    case 'score_below':
      return facts.score < transition.threshold;
    case 'score_between':
      return facts.score >= transition.min && facts.score <= transition.max;
    case 'confidence_above':
      return facts.confidence > transition.threshold;
    case 'score_and_confidence_above':
      return facts.score > transition.threshold && facts.confidence > transition.threshold;
    case 'consensus':
      return (
        facts.consensus.score >= transition.threshold && facts.consensus.confidence >= transition.agreement
      );
  }
}

function isSuccess(facts: Facts): boolean {
  return (
    facts.status === 'completed' ||
    facts.status === 'success' ||
    facts.exitCode === 0 ||
    facts.overall === true
  );
}

function isFailure(facts: Facts): boolean {
  const failed = facts.status === 'failed' || facts.status === 'error' || facts.status === 'cancelled';
  return failed || (facts.exitCode !== undefined && facts.exitCode !== 0) || facts.overall === false;
}

function readFacts(output: unknown): Facts {
  const score = readNumber(output, 'score') ?? readNumber(output, 'final_score') ?? 0;
  const confidence = readNumber(output, 'confidence') ?? 0;
  const consensus = read(output, 'consensus');
  return {
    status: read(output, 'status'),
    exitCode: readNumber(output, 'exit_code') ?? readNumber(read(output, 'output'), 'exit_code'),
    overall: read(output, 'overall_success'),
    score,
    confidence,
    consensus: {
      score: readNumber(consensus, 'score') ?? score,
      confidence: readNumber(consensus, 'confidence') ?? confidence,
    },
    verdicts: readNumbers(output, 'individual_scores'),
    response: read(output, 'response'),
  };
}

function read(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

function readNumber(value: unknown, key: string): number | undefined {
  const found = read(value, key);
  return typeof found === 'number' ? found : undefined;
}

function readNumbers(value: unknown, key: string): readonly number[] {
  const found = read(value, key);
  return Array.isArray(found) ? found.filter((item): item is number => typeof item === 'number') : [];
}

function normalise(response: unknown): string {
  return typeof response === 'string' ? response.trim().toLowerCase() : '';
}
