/** `add_grant`: who may use a credential, said so that a server of either kind grants it to nobody else. */
import { AegisError } from '../../errors.js';
import type { AnyWire, Call } from '../define.js';
import { idOf, record } from '../results.js';

export interface GrantArgs {
  readonly credential_id: string;
  readonly agent_id?: string | undefined;
  readonly workflow_id?: string | undefined;
  readonly workflow_name?: string | undefined;
  readonly all_agents?: boolean | undefined;
  readonly permission_type?: string | undefined;
}

/** Sends the grant. A workflow given by name is looked up first: the live server wants its id. */
export async function addGrant(call: Call<GrantArgs>, workflow: AnyWire): Promise<unknown> {
  requireOne(call.args);
  const { workflow_name: name } = call.args;
  if (name === undefined) return await call.send();
  const found = record(await call.read(workflow, { name }));
  return await call.send({ ...call.args, workflow_id: idOf('workflow_id', found) });
}

/** `{target_type, target_value}` for the live server. */
export function targetOf({ agent_id, workflow_id, all_agents }: GrantArgs) {
  if (all_agents === true) return { target_type: 'all_agents' } as const;
  if (agent_id !== undefined) return { target_type: 'agent', target_value: agent_id } as const;
  return { target_type: 'workflow', target_value: workflow_id } as const;
}

/**
 * The published names of the same target. A server that reads only these must not see a grant without one: an id
 * in the place of a name grants to nobody else.
 */
export function publishedTargetOf({ agent_id, workflow_id, workflow_name, permission_type }: GrantArgs) {
  return { agent_id, workflow_name: workflow_name ?? workflow_id, permission_type: permission_type ?? 'use' };
}

function requireOne({ agent_id, workflow_id, workflow_name, all_agents }: GrantArgs): void {
  const named = [agent_id, workflow_id, workflow_name].filter((each) => each !== undefined);
  if (named.length + (all_agents === true ? 1 : 0) === 1) return;
  throw new AegisError(
    'invalid_arguments',
    'add_grant: give exactly one of agent_id, workflow_name, workflow_id and all_agents: true.',
    { next: 'Name the one target; nothing was sent.' },
  );
}
