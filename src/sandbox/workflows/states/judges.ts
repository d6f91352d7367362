import type { Consensus, Judge } from '../manifest-schema.js';
import { renderTemplate } from '../templates.js';
import { runAgent } from './agent-run.js';
import { type Agreement, combineVerdicts, readVerdict, type Verdict } from './consensus.js';
import { type Services, type Step, StepFailure } from './step.js';

/** The combined verdict with the single scores. */
export interface Judgement extends Agreement {
  readonly individual_scores: readonly number[];
}

/**
 * Has every judge rate an output and combines the verdicts. Throws a StepFailure when fewer judges than
 * `min_judges_required` complete.
 */
export async function judgeOutput(
  subject: { readonly task: string; readonly output: string },
  judges: readonly Judge[],
  consensus: Consensus,
  step: Step,
  services: Services,
): Promise<Judgement> {
  const opinions = await Promise.all(judges.map((judge) => askJudge(subject, judge, step, services)));
  const verdicts = opinions.filter((verdict) => verdict !== undefined);
  requireEnough(verdicts, consensus);
  return { ...combineVerdicts(verdicts, consensus), individual_scores: verdicts.map(({ score }) => score) };
}

/** Throws a StepFailure unless enough verdicts came in, and in any case at least one. */
export function requireEnough(verdicts: readonly Verdict[], consensus: Consensus): void {
  const needed = Math.max(1, consensus.min_judges_required);
  if (verdicts.length >= needed) return;
  throw new StepFailure(`Only ${verdicts.length} of at least ${needed} required judges completed`);
}

async function askJudge(
  subject: { readonly task: string; readonly output: string },
  judge: Judge,
  step: Step,
  services: Services,
): Promise<Verdict | undefined> {
  const view = { ...step.view, ...subject };
  const input =
    judge.input_template === undefined
      ? `Task:\n${subject.task}\n\nOutput to judge:\n${subject.output}`
      : renderTemplate(judge.input_template, view);
  const result = await runAgent({ agent: judge.agent_id, input }, step, services);
  if (result.status === 'failed') return undefined;
  return readVerdict(result.output ?? '', subject.output, judge.weight);
}
