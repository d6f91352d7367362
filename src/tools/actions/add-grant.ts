/** `add_grant`: who may use a credential, said so that a server of either kind grants it to nobody else. */
import { AegisError } from '../../errors.js';
import type { AnyWire, Call } from '../define.js';
import { idOf, record } from '../results.js';
import { advised } from './advice.js';
import { CHANGE_ADVICE } from './credential-refusals.js';

/** The one target, by the name of its kind. */
export interface Target {
  readonly agent_id?: string | undefined;
  readonly workflow_id?: string | undefined;
  readonly workflow_name?: string | undefined;
  readonly all_agents?: boolean | undefined;
}

export interface GrantArgs extends Target {
  readonly credential_id: string;
  readonly permission_type?: string | undefined;
  /** The target as the live server's own body says it. */
  readonly target_type?: 'agent' | 'workflow' | 'all_agents' | undefined;
  readonly target_value?: string | undefined;
}

/** Sends the grant. A workflow given by name is looked up first: the live server wants its id. */
export async function addGrant(call: Call<GrantArgs>, workflow: AnyWire) {
  const { credential_id, permission_type } = call.args;
  const target = oneTarget(call.args);
  const { workflow_name: name } = target;
  const found = name === undefined ? undefined : record(await call.read(workflow, { name }));
  const given = { ...target, ...(found !== undefined && { workflow_id: idOf('workflow_id', found) }) };
  const body = await advised(CHANGE_ADVICE, call.send({ credential_id, permission_type, ...given }));
  const { agent_id, workflow_id, workflow_name } = given;
  const { target_type } = targetOf(given);
  return { told: record(body), target: { target_type, agent_id, workflow_id, workflow_name } };
}

/** `{target_type, target_value}` for the live server. */
export function targetOf({ agent_id, workflow_id, all_agents }: Target) {
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

/** The target in whichever words it was given. Throws `invalid_arguments` for none, several, or words at odds. */
function oneTarget(args: GrantArgs): Target {
  const { agent_id, workflow_id, workflow_name, target_type, target_value } = args;
  const all = args.all_agents === true || target_type === 'all_agents';
  const named = [agent_id, workflow_id, workflow_name, target_value].filter((each) => each !== undefined);
  const target = all ? { all_agents: true } : { ...inServerWords(args), ...inOwnWords(args) };
  const isOdd = target_type !== undefined && targetOf(target).target_type !== target_type;
  if (named.length + (all ? 1 : 0) === 1 && Object.keys(target).length === 1 && !isOdd) return target;
  throw new AegisError(
    'invalid_arguments',
    'add_grant: give exactly one of agent_id, workflow_name, workflow_id and all_agents: true, or target_type with its target_value.',
    { next: 'Name the one target; nothing was sent.' },
  );
}

function inOwnWords({ agent_id, workflow_id, workflow_name }: GrantArgs): Target {
  return {
    ...(agent_id !== undefined && { agent_id }),
    ...(workflow_id !== undefined && { workflow_id }),
    ...(workflow_name !== undefined && { workflow_name }),
  };
}

function inServerWords({ target_type, target_value }: GrantArgs): Target {
  if (target_value === undefined) return {};
  if (target_type === 'agent') return { agent_id: target_value };
  return target_type === 'workflow' ? { workflow_id: target_value } : {};
}
