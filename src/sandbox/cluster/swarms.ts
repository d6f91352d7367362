/**
 * Swarms, read off the workflow runs of a tenant: a run whose definition names at least two of its agents is a
 * swarm of those agents. Agent states pass their outputs on as messages, and the agent of a running state holds a
 * lock on that state (schemas Swarm, SwarmDetail).
 */
import type { AgentService, WorkflowExecutionRecord, WorkflowService } from '../kernel.js';
import { derivedId } from './derived-id.js';
import { agentsOf, agentsOfState } from './swarm-members.js';

/** What swarms are read off. */
export interface SwarmSources {
  readonly agents: AgentService;
  readonly workflows: WorkflowService;
}

/** Runs and log events that are looked at, newest runs first. */
const RUNS = 500;
const EVENTS = 1000;
/** How long a lock lasts from the beginning of its state, in milliseconds. */
const LOCK_MS = 300_000;

/** SwarmDetail. */
export type SwarmDetail = ReturnType<typeof describe>;

/** A run with its agents' ids: all of them, and those that a state runs. */
interface Crew {
  readonly run: WorkflowExecutionRecord;
  readonly members: readonly string[];
  inState(name: string): readonly string[];
}

/** The swarms of a tenant, newest first. */
export function listSwarms({ agents, workflows }: SwarmSources, tenant: string): readonly SwarmDetail[] {
  const definition = remember((id) => workflows.find(id, tenant)?.manifest);
  const agentId = remember((name) => agents.find(name, tenant)?.id);
  const idsOf = (names: readonly string[]) => [...new Set(names.flatMap((name) => agentId(name) ?? []))];
  return workflows.executions(tenant, { limit: RUNS, offset: 0 }).flatMap((run) => {
    const manifest = definition(run.workflow_id);
    const members = idsOf(agentsOf(manifest));
    const crew = { run, members, inState: (name: string) => idsOf(agentsOfState(manifest, name)) };
    return members.length < 2 ? [] : [describe(crew, workflows)];
  });
}

/** Asks once for each text. */
function remember<T>(ask: (text: string) => T): (text: string) => T {
  const known = new Map<string, { readonly answer: T }>();
  return (text) => {
    const found = known.get(text) ?? { answer: ask(text) };
    known.set(text, found);
    return found.answer;
  };
}

function describe(crew: Crew, workflows: WorkflowService) {
  const { run, members } = crew;
  const active = run.status === 'running' || run.status === 'pending';
  const locks = active ? locksOf(crew) : [];
  const recent_messages = messagesOf(crew, workflows);
  const swarm = {
    swarm_id: derivedId(`swarm of ${run.execution_id}`),
    parent_execution_id: run.execution_id,
    tenant_id: run.tenant_id,
    member_ids: members,
    member_count: members.length,
    status: active ? 'active' : 'dissolved',
    created_at: run.started_at,
    dissolved_at: active ? null : run.last_transition_at,
    lock_count: locks.length,
    recent_message_count: recent_messages.length,
  };
  return { swarm, locks, recent_messages };
}

function locksOf({ run, inState }: Crew) {
  const acquired_at = run.last_transition_at;
  const expires_at = new Date(Date.parse(acquired_at) + LOCK_MS).toISOString();
  const resource_id = `state:${run.current_state}`;
  return inState(run.current_state).map((held_by) => ({ resource_id, held_by, acquired_at, expires_at }));
}

/** Each output of an Agent state is a message to the agent whose output comes next. */
function messagesOf({ run, inState }: Crew, workflows: WorkflowService) {
  const outputs = workflows.logs(run.execution_id, EVENTS, 0).flatMap((event) => {
    if (event.event_type !== 'WorkflowIterationCompleted') return [];
    const bytes = Buffer.byteLength(String(Object(event.details).output));
    return inState(String(event.state_name)).map((agent) => ({ agent, bytes, at: String(event.timestamp) }));
  });
  return outputs.flatMap(({ agent: from, bytes: payload_bytes, at: sent_at }, index) => {
    const next = outputs[index + 1];
    return next === undefined ? [] : [{ from, to: next.agent, payload_bytes, sent_at }];
  });
}
