/** Invitations of the live server. The token is shown once, in the answer that issues it. */
import { z } from 'zod';
import { MEMBERS_LIMIT } from '../billing/tiers.js';
import { TAKEN_IN } from '../credentials/body.js';
import type { Reply, Route, SandboxRequest } from '../kernel.js';
import { caller, decodeWith, empty, json, parseUuid, pathParam, refuse } from '../router.js';
import { option } from '../shapes.js';
import { ownBody } from './body.js';
import type { Invitation } from './invitations.js';
import { emailOf } from './people.js';
import { refuseCode } from './refusal.js';
import type { Colony } from './service.js';
import { requireAdmin, requireMember, teamContext } from './team-context.js';
import type { Team } from './teams.js';

const LIVE = ['live'] as const;
/** The role goes to the identity provider only: who accepts becomes a plain member. */
const inviteBody = decodeWith(
  z.object({ invitee_email: z.string().trim().toLowerCase().min(1), role: option(z.string()) }),
);

export function invitationRoutes(colony: Colony, now: () => Date): readonly Route[] {
  return [
    route('POST', '/v1/colony/invitations', (request) => invite(colony, request)),
    route('GET', '/v1/colony/invitations', (request) => {
      const { team } = teamContext(colony, request);
      const invitations = colony.invitations.pending(team.id).map(({ token: _, ...shown }) => shown);
      return json({ invitations, count: invitations.length });
    }),
    route('DELETE', '/v1/colony/invitations/{invitation_id}', (request) => cancel(colony, request)),
    route('POST', '/v1/colony/invitations/{token}/accept', (request) => accept(colony, request, now())),
  ];
}

function route(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  handler: (request: SandboxRequest) => Reply,
): Route {
  return { method, path, dialects: LIVE, limit: TAKEN_IN, handler };
}

/** A second invitation of the same address is a 500: its token is taken. */
function invite(colony: Colony, request: SandboxRequest): Reply {
  const { team, member } = teamContext(colony, request);
  const { invitee_email } = ownBody(request, inviteBody);
  requireAdmin(member);
  requireSeat(colony, team);
  const issued = colony.invitations.issue(team.id, invitee_email, member.user_id);
  if (!issued) return refuse(500, 'duplicate key value violates unique constraint on the token');
  const { id, team_id, token, expires_at } = issued;
  return json({ invitation: { id, team_id, invitee_email, token, expires_at } }, 201);
}

/** Members and open invitations together fill the seats. */
function requireSeat(colony: Colony, team: Team): void {
  const taken = colony.headcount(team) + colony.invitations.pending(team.id).length;
  if (taken < MEMBERS_LIMIT[team.tier]) return;
  refuseCode(409, 'seat_cap_reached', `The team has all of its ${MEMBERS_LIMIT[team.tier]} seats taken.`);
}

function cancel(colony: Colony, request: SandboxRequest): Reply {
  const id = parseUuid(pathParam(request, 'invitation_id'));
  if (id === undefined) return refuseCode(400, 'invalid_invitation_id', 'The invitation id is not a UUID.');
  const invitation = colony.invitations.find(id);
  const team = invitation && colony.teams.find(invitation.team_id);
  if (!invitation || !team) return refuseCode(404, 'not_found', `There is no invitation ${id}.`);
  requireAdmin(requireMember(colony, team, request));
  if (invitation.status !== 'pending') {
    refuseCode(400, 'domain_invariant', `The invitation is ${invitation.status}.`);
  }
  colony.invitations.setStatus(id, 'cancelled');
  return empty(204);
}

function accept(colony: Colony, request: SandboxRequest, now: Date): Reply {
  const { subject } = caller(request);
  const email = emailOf(caller(request));
  if (email === undefined) return refuseCode(400, 'missing_email', 'The token has no e-mail claim.');
  const { id, team_id } = requireOpen(colony, pathParam(request, 'token'), email, now);
  const team = colony.teams.find(team_id);
  if (!team) return refuseCode(404, 'team_not_found', 'The team is gone.');
  if (colony.members.active(team_id, subject)) refuseCode(409, 'already_member', 'The caller is a member.');
  const { role, status } = colony.accept(id, team, subject, email);
  return json({ team_id, user_id: subject, role, status });
}

/** The invitation of the token, if it is for this address and still open. */
function requireOpen(colony: Colony, token: string, email: string, now: Date): Invitation {
  const invitation = colony.invitations.byToken(token);
  if (invitation?.invitee_email !== email) {
    return refuseCode(400, 'invalid_invitation', 'No such invitation for the caller.');
  }
  if (invitation.status !== 'pending') {
    return refuseCode(409, 'invitation_not_pending', `The invitation is ${invitation.status}.`);
  }
  if (invitation.expires_at > now.toISOString()) return invitation;
  return refuseCode(410, 'invitation_expired', 'The invitation has expired.');
}
