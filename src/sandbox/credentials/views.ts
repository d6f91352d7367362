/** Bindings and grants as each dialect shows them. */
import type { Binding, Grant } from './records.js';

/** Providers that the server knows; any other name is a custom one. */
const PROVIDERS: ReadonlyMap<string, string> = new Map([
  ['openai', 'open_a_i'],
  ['anthropic', 'anthropic'],
  ['github', 'git_hub'],
  ['google', 'google'],
]);

/** The live binding (contract schema CredentialBinding): enum spellings differ from those that are sent. */
export function liveBinding(binding: Binding, grants: readonly Grant[]) {
  const { id, owner, tenant_id, label, tags, account, oauth_scopes, created_at, updated_at } = binding;
  return {
    ...{ id, owner_user_id: owner, tenant_id },
    credential_type: binding.type === 'oauth2' ? 'o_auth2' : binding.type,
    provider: PROVIDERS.get(binding.provider) ?? { custom: binding.provider },
    secret_path: { namespace: tenant_id, mount_point: 'kv', path: `credentials/${id}`, tenant_id },
    scope: liveScope(binding.scope),
    status: binding.status === 'pending_oauth' ? 'pending_o_auth' : binding.status,
    metadata: { label, tags, service_url: null, external_account_id: account, oauth_scopes },
    grants: grants.map(liveGrant),
    ...{ created_at, updated_at },
  };
}

function liveScope(scope: string) {
  const team = /^team:(.*)$/.exec(scope)?.[1];
  return team === undefined ? scope : { team: { team_id: team } };
}

/** The live grant (contract schema CredentialGrant). */
export function liveGrant({ id, binding_id, target, granted_at, granted_by }: Grant) {
  return { id, binding_id, target, granted_at, granted_by };
}

/** The published SDK's summary, with the reference's name. Nothing in the sandbox uses a credential. */
export function documentedBinding({ id, label, provider, status, created_at, oauth_scopes }: Binding) {
  return { id, name: label, provider, status, created_at, last_used: null, scopes: oauth_scopes ?? [] };
}

/** The published SDK's grant; a workflow is shown by name while it exists. */
export function documentedGrant(grant: Grant, workflowName: (id: string) => string | undefined) {
  const {
    id,
    binding_id: credential_id,
    target,
    permission: permission_type,
    granted_at: created_at,
  } = grant;
  const named = target.kind === 'workflow' && {
    workflow_name: workflowName(target.workflow_id) ?? target.workflow_id,
  };
  const agent = target.kind === 'agent' && { agent_id: target.agent_id };
  return { id, credential_id, ...agent, ...named, permission_type, created_at };
}
