import type { Validator } from './agent-manifest.js';
import type { Consensus } from './execution-records.js';
import { findSchemaFault } from './json-schema.js';

/** What an iteration left behind for its validators. */
export interface Produced {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** Score and confidence are 0 to 1; `consensus` is set when a panel of judges took part. */
export interface Verdict {
  readonly passed: boolean;
  readonly score: number;
  readonly confidence: number;
  readonly consensus: Omit<Consensus, 'reached_at'> | undefined;
}

/** The id of a deployed judge agent. */
export type FindJudge = (name: string) => string | undefined;

/** Confidence of a judge that reads no meaning: the sandbox's judges only see whether there is an output. */
const JUDGE_CONFIDENCE = 0.9;
const JUDGE_SCORE = 0.9;

/** Runs every validator in order: all must pass, the lowest score and confidence count. */
export function validate(
  validators: readonly Validator[],
  produced: Produced,
  findJudge: FindJudge,
): Verdict {
  const verdicts = validators.map((validator) => check(validator, produced, findJudge));
  return {
    passed: verdicts.every((verdict) => verdict.passed),
    score: Math.min(...verdicts.map((verdict) => verdict.score)),
    confidence: Math.min(...verdicts.map((verdict) => verdict.confidence)),
    consensus: verdicts.find((verdict) => verdict.consensus)?.consensus,
  };
}

function check(validator: Validator, produced: Produced, findJudge: FindJudge): Verdict {
  switch (validator.type) {
    case 'exit_code':
      return exact(produced.exitCode === validator.expected, validator.min_score);
    case 'json_schema':
      return exact(fitsSchema(validator.schema, produced.stdout), validator.min_score);
    case 'regex':
      return exact(matches(validator, produced), validator.min_score);
    case 'semantic':
      return judged(validator, judgeScore(validator.judge_agent, produced, findJudge));
    case 'multi_judge':
      return panel(validator, produced, findJudge);
  }
}

function exact(right: boolean, minimum: number): Verdict {
  const score = right ? 1 : 0;
  return { passed: score >= minimum, score, confidence: 1, consensus: undefined };
}

function fitsSchema(schema: unknown, text: string): boolean {
  try {
    return findSchemaFault(schema, JSON.parse(text)) === undefined;
  } catch {
    return false;
  }
}

function matches({ pattern, target }: { pattern: string; target: string }, produced: Produced): boolean {
  try {
    return new RegExp(pattern, 'u').test(target === 'stderr' ? produced.stderr : produced.stdout);
  } catch {
    return false;
  }
}

type Bounds = { readonly min_score: number; readonly min_confidence: number };

function judged({ min_score, min_confidence }: Bounds, score: number): Verdict {
  const passed = score >= min_score && JUDGE_CONFIDENCE >= min_confidence;
  return { passed, score, confidence: JUDGE_CONFIDENCE, consensus: undefined };
}

/** A judge that is not deployed gives nothing. */
function judgeScore(name: string, { stdout }: Produced, findJudge: FindJudge): number {
  return findJudge(name) !== undefined && stdout.trim() !== '' ? JUDGE_SCORE : 0;
}

function panel(
  validator: Extract<Validator, { type: 'multi_judge' }>,
  produced: Produced,
  findJudge: FindJudge,
): Verdict {
  const present = validator.judges.flatMap((name) => {
    const id = findJudge(name);
    return id === undefined ? [] : [[id, judgeScore(name, produced, findJudge)] as const];
  });
  const enough = present.length >= Math.max(1, validator.min_judges_required);
  const final_score = enough ? present.reduce((sum, [, score]) => sum + score, 0) / present.length : 0;
  const consensus = { judge_scores: present, final_score, confidence: JUDGE_CONFIDENCE };
  return { ...judged(validator, final_score), consensus };
}
