/** The team a live colony route acts on: named by X-Tenant-Id, which the tenant middleware has checked. */
import type { SandboxRequest } from '../kernel.js';
import { caller } from '../router.js';
import { isTeamSlug } from '../tenant.js';
import type { Member } from './members.js';
import { refuseCode } from './refusal.js';
import type { Colony } from './service.js';
import { idOfSlug, type Team } from './teams.js';

/** The team and the caller's own active membership of it. */
export interface TeamContext {
  readonly team: Team;
  readonly member: Member;
}

/**
 * Refusals: 400 `team_context_required` outside any team, 400 `invalid_team_slug`, 404 `team_not_found`, 403
 * `not_a_member` (service accounts pass the middleware with any slug).
 */
export function teamContext(colony: Colony, request: SandboxRequest): TeamContext {
  const slug = request.effectiveTenant;
  if (!slug.startsWith('t-')) refuseCode(400, 'team_context_required', 'Send X-Tenant-Id: t-<uuid>.');
  if (!isTeamSlug(slug)) refuseCode(400, 'invalid_team_slug', `${slug} is not t-<uuid>.`);
  const team = colony.teams.find(idOfSlug(slug));
  if (team === undefined) return refuseCode(404, 'team_not_found', `There is no team ${slug}.`);
  return { team, member: requireMember(colony, team, request) };
}

/** The caller's active membership; 403 `not_a_member`. */
export function requireMember(colony: Colony, team: Team, request: SandboxRequest): Member {
  const member = colony.members.active(team.id, caller(request).subject);
  return member ?? refuseCode(403, 'not_a_member', 'The caller is not an active member of the team.');
}

/** 403 `forbidden` unless the member is owner or admin. */
export function requireAdmin({ role }: Member): void {
  if (role === 'member') refuseCode(403, 'forbidden', 'Only owner and admins may do this.');
}
