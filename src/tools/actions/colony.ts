/** Colonies: the server's answers as published, and what its refusals mean. */
import { isObject } from '../../client/json-object.js';
import type { AnyArgs } from '../define.js';
import { acknowledge, record, shapeError } from '../results.js';
import { rfc3339 } from '../time.js';
import type { Advice } from './advice.js';

const NAME_TEAM =
  'Give tenant_id, the slug t-<uuid> of a team you are an active member of (list_teams names them); a tenant that the operator has pinned must be such a slug.';
const NOT_CONFIGURED = {
  next: 'Nothing was changed. Have the operator of the orchestrator configure teams and invitations.',
  mayHaveRun: false,
};

const WITH_EMAIL = 'Sign in with an account whose token has an e-mail claim.';

/** Of every tool that acts in a team. */
export const TEAM_ADVICE: Advice = {
  team_context_required: { cause: 'No team is selected', next: NAME_TEAM },
  invalid_team_slug: { cause: 'The tenant is not a team', next: NAME_TEAM },
  forbidden_tenant_switch: { next: NAME_TEAM },
  not_a_team_member: { next: NAME_TEAM },
  not_a_member: { next: NAME_TEAM },
  forbidden: { next: 'Have the owner or an admin of the team do it; list_members shows who that is.' },
  owner_only: { next: 'Have the owner of the team do it; list_teams shows your role.' },
  owner_role_immutable: { next: 'Choose another member: the owner keeps role and membership.' },
  invalid_team_id: { next: 'Give the id of the team, a UUID without t- before it: list_teams shows both.' },
  enterprise_only: { next: 'Only teams of tier enterprise have SAML; get_subscription shows the tier.' },
  teams_not_configured: NOT_CONFIGURED,
  invitations_not_configured: NOT_CONFIGURED,
};

export const CREATE_TEAM_ADVICE: Advice = {
  ...TEAM_ADVICE,
  personal_tier_too_low: {
    cause: 'Your personal plan is too low for a team; nothing was created',
    next: 'Upgrade the personal plan first: list_prices, then create_checkout_session or change_tier.',
    mayHaveRun: false,
  },
  tier_not_permitted: { next: 'Give tier business or enterprise: no other tier has teams.' },
  missing_email: { next: WITH_EMAIL },
};

export const SUBSCRIPTION_ADVICE: Advice = {
  ...TEAM_ADVICE,
  404: {
    next: 'For a new user call ensure_consumer_provisioned first; for a team check tenant_id with list_teams.',
  },
};

export const INVITE_ADVICE: Advice = {
  ...TEAM_ADVICE,
  seat_cap_reached: {
    next: 'The team is full: get_subscription shows members used and allowed. Remove a member, or have the owner raise the plan.',
  },
  500: {
    next: 'An address can be invited to a team only once, ever: look at list_invitations and list_members before another attempt.',
  },
};

export const CANCEL_ADVICE: Advice = {
  ...TEAM_ADVICE,
  domain_invariant: {
    cause: 'The invitation is no longer pending',
    next: 'Nothing is left to cancel: list_invitations shows what is pending, list_members who has joined.',
  },
  invalid_invitation_id: { next: 'Give the id of an invitation, a UUID, from list_invitations.' },
};

export const ACCEPT_ADVICE: Advice = {
  ...TEAM_ADVICE,
  invalid_invitation: { next: 'Check the token, and that you are signed in with the address invited.' },
  missing_email: { next: `${WITH_EMAIL} It must be that of the person invited.` },
  invitation_not_pending: { next: 'Look at list_teams: you may have joined; else the team cancelled it.' },
  invitation_expired: { next: 'Ask the team: invitations last seven days.' },
};

/** Header of the team to act in. A pinned tenant wins. */
export const teamHeader = ({ tenant_id }: { readonly tenant_id?: string | undefined }) => ({
  'x-tenant-id': tenant_id,
});

/** ColonyMember: the published client has `id`; the time becomes text, its milliseconds stay beside it. */
export function toMember(value: AnyArgs): AnyArgs & { user_id: string } {
  const user_id = value.user_id ?? value.id;
  if (typeof user_id !== 'string') throw shapeError('a member with user_id');
  const { joined_at } = value;
  const joined =
    typeof joined_at === 'number' ? { joined_at: rfc3339(joined_at), joined_at_ms: joined_at } : {};
  return { ...value, id: user_id, user_id, ...joined };
}

/** An invitation from `{invitation}`, or a member from a server of the published kind. */
export function toInvited(
  body: unknown,
  asked: { readonly email: string },
): AnyArgs & { email: string; status: string } {
  const answer = record(body);
  const { invitation, ...around } = answer;
  if (!isObject(invitation)) return { ...acknowledge('invited', answer, {}), email: asked.email };
  const { invitee_email, ...rest } = invitation;
  const email = typeof invitee_email === 'string' ? invitee_email : asked.email;
  // Acceptance makes a plain member, whatever role was asked for.
  return { ...around, ...acknowledge('pending', rest, {}), email, role: 'member' };
}

/** SamlConfig, or `{saml: null}` where there is none. */
export function toSaml(body: unknown): AnyArgs & { configured: boolean } {
  const { saml: _none, ...config } = record(body);
  const configured =
    typeof config.configured === 'boolean' ? config.configured : typeof config.entity_id === 'string';
  return { ...config, configured };
}

/** Greatest unsigned 32-bit number: the server's way to say that there is no limit. */
const NO_LIMIT = 4_294_967_295;

export function toColonySubscription(body: unknown): AnyArgs {
  const answer = record(body);
  return 'members_limit' in answer
    ? { ...answer, members_unlimited: answer.members_limit === NO_LIMIT }
    : answer;
}
