/**
 * What Cortex learned: read off the finished executions of a tenant. An agent that completed at least once teaches
 * one pattern for each way its executions went: an error signature, and what the agent did in the end. A first
 * attempt that passed has the empty signature (schemas CortexPattern, CortexSkill, CortexMetrics).
 */
import { createHash } from 'node:crypto';
import type { AgentService, ExecutionRecord, ExecutionService } from '../kernel.js';
import { derivedId } from './derived-id.js';
import { groupBy } from './group-by.js';

/** CortexPattern. */
export type CortexPattern = ReturnType<typeof learn>;

/** Executions that are looked at. */
const RUNS = 1000;

/** The patterns of a tenant, the most frequent first; `q` is a signature's hash or a part of its text. */
export function listPatterns(
  { agents, executions }: { readonly agents: AgentService; readonly executions: ExecutionService },
  tenant: string,
  q = '',
): readonly CortexPattern[] {
  const runs = executions.list(tenant, { limit: RUNS }).filter((run) => signatureOf(run) !== undefined);
  const byAgent = groupBy(runs, (run) => run.agent_id);
  const patterns = [...byAgent].flatMap(([id, ofAgent]) => {
    const solved = ofAgent.find((run) => run.status === 'Completed');
    const name = agents.byId(id, tenant)?.name ?? id;
    if (solved === undefined) return [];
    const ways = groupBy(ofAgent, (run) => JSON.stringify(signatureOf(run)));
    return [...ways.values()].map((alike) => learn(name, alike, solved));
  });
  return patterns.filter((pattern) => matches(pattern, q)).sort((a, b) => b.frequency - a.frequency);
}

interface Signature {
  readonly error_type: '' | 'validation_failed' | 'timeout' | 'execution_failed';
  readonly error_message: string;
}

/** How an execution went; undefined while it runs and when it was cancelled. */
function signatureOf({ status, iterations, error }: ExecutionRecord): Signature | undefined {
  if (status === 'Completed') {
    return iterations > 1
      ? { error_type: 'validation_failed', error_message: 'validation failed before the last iteration' }
      : { error_type: '', error_message: '' };
  }
  if (status !== 'Failed') return undefined;
  const error_type = error?.startsWith('Execution timed out') ? 'timeout' : 'execution_failed';
  return { error_type, error_message: error ?? '' };
}

/** The pattern of executions of one agent that went the same way, newest first. */
function learn(agent: string, alike: readonly ExecutionRecord[], solved: ExecutionRecord) {
  const [latest = solved, first = solved] = [alike[0], alike.at(-1)];
  const { error_type, error_message } = signatureOf(latest) ?? { error_type: '', error_message: '' };
  const success_count = alike.filter(({ status }) => status === 'Completed').length;
  return {
    id: derivedId(`pattern ${solved.agent_id} ${error_type} ${error_message}`),
    error_signature_hash: createHash('sha256').update(`${error_type}:${error_message}`).digest('hex'),
    error_type: error_type as string,
    error_message,
    solution_approach: `Agent ${agent} completed after ${solved.iterations} iteration(s)`,
    solution_code: solved.output ?? '',
    frequency: alike.length,
    success_count,
    total_count: alike.length,
    success_score: success_count / alike.length,
    created_at: first.started_at,
    last_used_at: latest.started_at,
  };
}

function matches({ error_type, error_message, error_signature_hash }: CortexPattern, q: string): boolean {
  return (
    q === error_signature_hash || `${error_type}: ${error_message}`.toLowerCase().includes(q.toLowerCase())
  );
}
