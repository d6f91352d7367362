/** Teams of the live server: create, list, delete. */
import { z } from 'zod';
import { findTier, rank, type Tier } from '../billing/tiers.js';
import type { Identity, Route, SandboxRequest } from '../kernel.js';
import { caller, decodeWith, defineRoute, empty, json, jsonBody, parseUuid, pathParam } from '../router.js';
import { emailOf } from './people.js';
import { refuseCode } from './refusal.js';
import type { Colony } from './service.js';
import { slugOf, type Team } from './teams.js';

const LIVE = ['live'] as const;
const teamBody = decodeWith(z.object({ display_name: z.string(), tier: z.string() }));

export function teamRoutes(colony: Colony): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/colony/teams',
      dialects: LIVE,
      handler(request) {
        const { subject } = caller(request);
        const teams = colony.teams.ofMember(subject).map((team) => teamSummary(colony, team, subject));
        return json({ teams, count: teams.length });
      },
    },
    defineRoute({
      method: 'POST',
      path: '/v1/colony/teams',
      dialects: LIVE,
      decode: (request) => jsonBody(request, teamBody),
      run: (request, body) => json({ team: teamView(createTeam(colony, caller(request), body)) }, 201),
    }),
    {
      method: 'DELETE',
      path: '/v1/colony/teams/{team_id}',
      dialects: LIVE,
      handler(request) {
        colony.delete(requireOwnTeam(colony, request));
        return empty(204);
      },
    },
  ];
}

function createTeam(colony: Colony, owner: Identity, body: ReturnType<typeof teamBody>): Team {
  if (emailOf(owner) === undefined) refuseCode(400, 'missing_email', 'The token has no e-mail claim.');
  const tier = requireTeamTier(body.tier);
  const display_name = body.display_name.trim();
  if (display_name === '') refuseCode(400, 'invalid_command', 'display_name must not be blank.');
  if (rank(colony.personalTier(owner)) < rank(tier)) {
    refuseCode(402, 'personal_tier_too_low', `A team of ${tier} needs a personal tier of ${tier}.`);
  }
  return colony.create({ display_name, tier, owner });
}

function requireTeamTier(text: string): Tier {
  const tier = findTier(text.toLowerCase());
  if (tier === 'business' || tier === 'enterprise') return tier;
  if (tier === 'pro') return refuseCode(403, 'tier_not_permitted', 'Teams are business or enterprise.');
  return refuseCode(400, 'invalid_tier', `There is no team tier '${text}'.`);
}

function requireOwnTeam(colony: Colony, request: SandboxRequest): Team {
  const id = parseUuid(pathParam(request, 'team_id'));
  if (id === undefined) return refuseCode(400, 'invalid_team_id', 'The team id is not a UUID.');
  const team = colony.teams.find(id);
  if (team === undefined) return refuseCode(404, 'team_not_found', `There is no team ${id}.`);
  if (team.owner === caller(request).subject) return team;
  return refuseCode(403, 'owner_only', 'Only the owner deletes a team.');
}

function teamView(team: Team) {
  const { id, display_name, tier } = team;
  return { id, slug: slugOf(team), display_name, tier, tenant_id: slugOf(team) };
}

function teamSummary(colony: Colony, team: Team, subject: string) {
  const role = colony.members.find(team.id, subject)?.role;
  return { ...teamView(team), role, status: 'active', member_count: colony.headcount(team) };
}
