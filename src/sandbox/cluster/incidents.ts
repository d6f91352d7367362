/** What went against a policy: security incidents and storage violations, as operators see them. */
import type { AgentService, ExecutionRecord, ExecutionService, SandboxContext } from '../kernel.js';
import { SYSTEM_TENANT } from '../tenant.js';
import { readLabel } from './labels.js';

/** SecurityIncident. */
export interface SecurityIncident {
  readonly category: 'seal_policy_violation_blocked' | 'policy_violation_blocked';
  readonly severity: 'high';
  readonly agent_id: string | null;
  readonly execution_id: string | null;
  readonly session_id: null;
  readonly tool_name: string | null;
  readonly details: string;
  readonly occurred_at: string;
}

/** What incidents are read off. */
export interface IncidentSources {
  readonly context: SandboxContext;
  readonly agents: AgentService;
  readonly executions: ExecutionService;
}

/** The real server remembers no more. */
const CAPACITY = 512;

/**
 * Incidents since the sandbox started, the newest 512: refused calls of operator routes, and executions in the
 * system tenant of agents labelled `sandbox.aegis/policy-violation: <tool>`, which try to use a tool they may not.
 */
export class Incidents {
  readonly #sources: IncidentSources;
  readonly #started: string;
  #refusals: readonly SecurityIncident[] = [];

  constructor(sources: IncidentSources) {
    this.#sources = sources;
    this.#started = sources.context.clock.now().toISOString();
  }

  /** Remembers that a caller was refused what only operators may do. */
  refused(details: string): void {
    const occurred_at = this.#sources.context.clock.now().toISOString();
    const nobody = { agent_id: null, execution_id: null, session_id: null, tool_name: null };
    const kind = { category: 'policy_violation_blocked', severity: 'high' } as const;
    this.#refusals = [{ ...kind, ...nobody, details, occurred_at }, ...this.#refusals].slice(0, CAPACITY);
  }

  /** Newest first. */
  list(): readonly SecurityIncident[] {
    const blocked = labelledRuns(this.#sources, 'policy-violation')
      .filter(({ run }) => run.started_at >= this.#started)
      .map(({ run, value }) => toolBlocked(run, value));
    return [...blocked, ...this.#refusals].sort(newestFirst).slice(0, CAPACITY);
  }
}

function toolBlocked(run: ExecutionRecord, tool: string): SecurityIncident {
  return {
    category: 'seal_policy_violation_blocked',
    severity: 'high',
    agent_id: run.agent_id,
    execution_id: run.id,
    session_id: null,
    tool_name: tool,
    details: `ToolNotAllowed: the security context does not allow '${tool}'`,
    occurred_at: run.started_at,
  };
}

/** Executions that are looked at. */
const RUNS = 1000;

/** The newest executions in the system tenant whose agent has the label `sandbox.aegis/<label>`, and its value. */
export function labelledRuns(
  { agents, executions }: Pick<IncidentSources, 'agents' | 'executions'>,
  label: string,
): readonly { readonly run: ExecutionRecord; readonly value: string }[] {
  return executions.list(SYSTEM_TENANT, { limit: RUNS }).flatMap((run) => {
    const value = readLabel(agents.byId(run.agent_id, SYSTEM_TENANT), label);
    return value === undefined ? [] : [{ run, value }];
  });
}

/** Orders what carries `occurred_at`. */
export function newestFirst(left: { occurred_at: string }, right: { occurred_at: string }): number {
  return Date.parse(right.occurred_at) - Date.parse(left.occurred_at);
}
