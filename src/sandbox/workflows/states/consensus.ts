/** Verdicts of judges, and how several become one. */
import { parseJson } from '../json.js';
import type { Consensus } from '../manifest-schema.js';

/** One judge's opinion; score and confidence are 0 to 1. */
export interface Verdict {
  readonly score: number;
  readonly confidence: number;
  readonly weight: number;
}

/** Several verdicts as one. */
export interface Agreement {
  readonly score: number;
  readonly confidence: number;
  /** Score and confidence reach the thresholds of the consensus. */
  readonly passed: boolean;
}

/** Score from which an opinion is positive where the manifest names no threshold. */
export const DEFAULT_THRESHOLD = 0.7;

/** Opinion taken from a judge that answers without one: it approves of any text, and refuses emptiness. */
const UNSTATED_CONFIDENCE = 0.9;

/**
 * Reads `{"score": 0.8, "confidence": 0.9}` from a judge's answer, wherever it stands in the text; the last
 * one counts. @param subject the text that was judged, which decides when the answer states no score
 */
export function readVerdict(answer: string, subject: string, weight: number): Verdict {
  const candidates = [answer, ...(answer.match(/\{[^{}]*"score"[^{}]*\}/g) ?? [])].map(parseJson);
  const stated = candidates.reverse().find((value) => numberAt(value, 'score') !== undefined);
  const score = numberAt(stated, 'score') ?? (subject.trim() === '' ? 0 : 0.9);
  return {
    score: clamp(score),
    confidence: clamp(numberAt(stated, 'confidence') ?? UNSTATED_CONFIDENCE),
    weight,
  };
}

/** Combines at least one verdict by the strategy of the consensus. */
export function combineVerdicts(verdicts: readonly Verdict[], consensus: Consensus): Agreement {
  const score = combineScores(verdicts, consensus);
  const confidence = combineConfidence(verdicts, consensus);
  const wanted = consensus.agreement ?? consensus.min_agreement_confidence ?? 0;
  return { score, confidence, passed: score >= thresholdOf(consensus) && confidence >= wanted };
}

function combineScores(verdicts: readonly Verdict[], consensus: Consensus): number {
  const scores = verdicts.map((verdict) => verdict.score);
  switch (consensus.strategy) {
    case 'weighted_average': {
      const weights = verdicts.reduce((sum, verdict) => sum + verdict.weight, 0);
      const total = verdicts.reduce((sum, verdict) => sum + verdict.weight * verdict.score, 0);
      return weights === 0 ? 0 : total / weights;
    }
    case 'majority': {
      const approving = scores.filter((score) => score >= thresholdOf(consensus));
      const carried = approving.length * 2 > scores.length;
      return mean(carried ? approving : scores.filter((score) => score < thresholdOf(consensus)));
    }
    case 'unanimous':
      return Math.min(...scores);
    case 'best_of_n':
      return mean(scores.sort((left, right) => right - left).slice(0, Math.max(1, consensus.n ?? 1)));
  }
}

/** How close the scores lie together, weighed against what the judges say of their own confidence. */
function combineConfidence(verdicts: readonly Verdict[], consensus: Consensus): number {
  const scores = verdicts.map((verdict) => verdict.score);
  const agreement = 1 - (Math.max(...scores) - Math.min(...scores));
  const { agreement_factor = 0.7, self_confidence_factor = 0.3 } = consensus.confidence_weighting ?? {};
  const own = mean(verdicts.map((verdict) => verdict.confidence));
  return agreement_factor * agreement + self_confidence_factor * own;
}

function thresholdOf(consensus: Consensus): number {
  return consensus.threshold ?? DEFAULT_THRESHOLD;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}

function numberAt(value: unknown, key: string): number | undefined {
  const found = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  return typeof found === 'number' ? found : undefined;
}
