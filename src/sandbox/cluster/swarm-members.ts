/** The agents that a workflow manifest names. */
import { z } from 'zod';

const named = z.looseObject({ agent: z.string() });
const judge = z.looseObject({ agent_id: z.string() });
const state = z.looseObject({
  agent: z.string().optional(),
  agents: z.array(named).optional(),
  judges: z.array(judge).optional(),
  judges_for_parallel: z.array(judge).optional(),
});
const manifest = z.looseObject({ spec: z.looseObject({ states: z.record(z.string(), state) }) });

type State = z.infer<typeof state>;

/** Names or ids of all agents and judges, as written; a repeated one once. */
export function agentsOf(definition: unknown): readonly string[] {
  const names = Object.values(statesOf(definition)).flatMap((each) => {
    const judges = [...(each.judges ?? []), ...(each.judges_for_parallel ?? [])];
    return [...workersOf(each), ...judges.map(({ agent_id }) => agent_id)];
  });
  return [...new Set(names)];
}

/** Names or ids of the agents that one state runs, without its judges. */
export function agentsOfState(definition: unknown, name: string): readonly string[] {
  const found = Object.entries(statesOf(definition)).find(([key]) => key === name);
  return found === undefined ? [] : workersOf(found[1]);
}

function workersOf({ agent, agents = [] }: State): readonly string[] {
  return [...(agent === undefined ? [] : [agent]), ...agents.map((member) => member.agent)];
}

function statesOf(definition: unknown): Readonly<Record<string, State>> {
  const parsed = manifest.safeParse(definition);
  return parsed.success ? parsed.data.spec.states : {};
}
