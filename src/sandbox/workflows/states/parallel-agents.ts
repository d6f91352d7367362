import { DeadlineExceeded, withDeadline } from '../durations.js';
import type { ParallelAgentsState } from '../manifest-schema.js';
import { renderTemplate } from '../templates.js';
import { type AgentResult, runAgent } from './agent-run.js';
import { type Agreement, combineVerdicts, readVerdict } from './consensus.js';
import { judgeOutput, requireEnough } from './judges.js';
import { handleOutput } from './output-handler.js';
import { type Services, type Step, StepFailure } from './step.js';

type Member = ParallelAgentsState['agents'][number];

interface Panel extends Agreement {
  readonly individual_scores: readonly number[];
}

/**
 * Runs all agents at once. With `judges_for_parallel` those rate the outputs; otherwise each output is
 * itself the verdict of its agent. An agent that fails or exceeds its `timeout_seconds` has no verdict.
 */
export async function executeParallelAgents(
  state: ParallelAgentsState,
  step: Step,
  services: Services,
): Promise<unknown> {
  const results = await Promise.all(state.agents.map((member) => runMember(member, step, services)));
  const outputs = results.map((result) => result.output ?? '');
  if (!results.some((result) => result.status === 'completed')) {
    throw new StepFailure('No agent of the panel completed', { individual_outputs: outputs });
  }
  const panel = await formOpinion(state, results, step, services);
  const { score, confidence, passed, individual_scores } = panel;
  await handleOutput(state.output_handler, outputs.join('\n\n---\n\n'), step, services);
  return {
    status: 'completed',
    individual_outputs: outputs,
    individual_scores,
    final_score: score,
    score,
    confidence,
    consensus: { strategy: state.consensus.strategy, score, confidence, reached: passed },
  };
}

async function formOpinion(
  state: ParallelAgentsState,
  results: readonly AgentResult[],
  step: Step,
  services: Services,
): Promise<Panel> {
  const judges = state.judges_for_parallel ?? [];
  if (judges.length > 0) {
    const output = results.map((result) => result.output ?? '').join('\n\n---\n\n');
    const task = `Consensus of workflow state: ${step.stateName}`;
    return judgeOutput({ task, output }, judges, state.consensus, step, services);
  }
  const verdicts = results.flatMap((result, index) => {
    const { output } = result;
    if (result.status !== 'completed' || output === null) return [];
    return [readVerdict(output, output, state.agents[index]?.weight ?? 1)];
  });
  requireEnough(verdicts, state.consensus);
  const individual_scores = verdicts.map((verdict) => verdict.score);
  return { ...combineVerdicts(verdicts, state.consensus), individual_scores };
}

async function runMember(member: Member, step: Step, services: Services): Promise<AgentResult> {
  const call = {
    agent: renderTemplate(member.agent, step.view),
    input: renderTemplate(member.input, step.view),
  };
  try {
    return await withDeadline(services.clock, member.timeout_seconds * 1000, step.signal, (signal) => {
      return runAgent(call, step, services, signal);
    });
  } catch (error) {
    if (!(error instanceof DeadlineExceeded)) throw error;
    const reason = `timed out after ${member.timeout_seconds} s`;
    return { status: 'failed', output: null, iterations: 0, execution_id: null, error: reason };
  }
}
