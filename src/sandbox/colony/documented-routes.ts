/**
 * The colony routes of the published SDKs: no team header, one team per tenant that is there from the first call, and
 * invitations that are members with the status `invited`.
 */
import { z } from 'zod';
import { MEMBERS_LIMIT } from '../billing/tiers.js';
import type { Clock, Route, SandboxRequest } from '../kernel.js';
import { decodeWith, defineRoute, delegate, json, jsonBody, pathParam, refuse } from '../router.js';
import type { Member } from './members.js';
import type { Colony } from './service.js';
import type { Team } from './teams.js';

const DOCUMENTED = ['documented'] as const;
const MEMBERS = '/v1/colony/members';

const role = z.enum(['admin', 'member']);
const inviteBody = decodeWith(
  z.object({ email: z.string().trim().toLowerCase().min(1), role: role.default('member') }),
);
const roleBody = decodeWith(z.object({ user_id: z.string(), role }));
const samlBody = decodeWith(
  z.object({ entity_id: z.string(), sso_url: z.string(), certificate: z.string().optional() }),
);

export function documentedColonyRoutes(colony: Colony, clock: Clock): readonly Route[] {
  return [...memberRoutes(colony, clock), ...samlRoutes(colony), subscriptionRoute(colony)];
}

function memberRoutes(colony: Colony, clock: Clock): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: MEMBERS,
      dialects: DOCUMENTED,
      decode: () => undefined,
      run: (request) => json({ members: present(colony, ownTeam(colony, request)).map(memberView) }),
    }),
    defineRoute({
      method: 'POST',
      path: MEMBERS,
      dialects: DOCUMENTED,
      decode: (request) => jsonBody(request, inviteBody),
      run: (request, body) => json(memberView(invite(colony, clock, ownTeam(colony, request), body))),
    }),
    defineRoute({
      method: 'DELETE',
      path: `${MEMBERS}/{user_id}`,
      dialects: DOCUMENTED,
      decode: (request) => pathParam(request, 'user_id'),
      run(request, userId) {
        colony.revoke(ownTeam(colony, request), userId);
        return json({ status: 'removed' });
      },
    }),
    defineRoute({
      method: 'PUT',
      path: '/v1/colony/roles',
      dialects: DOCUMENTED,
      decode: (request) => jsonBody(request, roleBody),
      run: (request, { user_id, role: wanted }) =>
        json(memberView(colony.setRole(ownTeam(colony, request), user_id, wanted))),
    }),
  ];
}

function samlRoutes(colony: Colony): readonly Route[] {
  const shown = ({ saml }: Team) =>
    saml === null
      ? { entity_id: '', sso_url: '', configured: false }
      : { ...JSON.parse(saml), configured: true };
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/colony/saml',
      dialects: DOCUMENTED,
      decode: () => undefined,
      run: (request) => json(shown(ownTeam(colony, request))),
    }),
    defineRoute({
      method: 'PUT',
      path: '/v1/colony/saml',
      dialects: DOCUMENTED,
      decode: (request) => jsonBody(request, samlBody),
      run(request, config) {
        colony.teams.setSaml(ownTeam(colony, request).id, JSON.stringify(config));
        return json(shown(ownTeam(colony, request)));
      },
    }),
  ];
}

function subscriptionRoute(colony: Colony): Route {
  return defineRoute({
    method: 'GET',
    path: '/v1/colony/subscription',
    dialects: DOCUMENTED,
    decode: () => undefined,
    run(request) {
      const personal = colony.personalTier(delegate(request));
      const members = present(colony, ownTeam(colony, request)).length;
      const features =
        personal === 'enterprise' ? ['teams', 'saml'] : personal === 'business' ? ['teams'] : [];
      const quota_usage = { members, members_limit: MEMBERS_LIMIT[personal] };
      return json({ tier: personal, features, quota_usage });
    },
  });
}

/** The team of the caller's tenant; whoever calls first owns it. */
function ownTeam(colony: Colony, request: SandboxRequest): Team {
  const owner = delegate(request);
  const { tenant } = owner;
  const known = colony.teams.defaultOf(tenant);
  const tier = colony.personalTier(owner);
  return known ?? colony.create({ display_name: tenant, tier, owner, defaultOf: tenant });
}

function present(colony: Colony, team: Team): readonly Member[] {
  return colony.members.of(team.id).filter(({ status }) => status !== 'revoked');
}

function invite(
  colony: Colony,
  clock: Clock,
  team: Team,
  { email, role: wanted }: ReturnType<typeof inviteBody>,
): Member {
  if (present(colony, team).some((member) => member.email === email)) {
    refuse(409, `${email} is a member or invited already`);
  }
  const joined_at = clock.now().getTime();
  const who = { team_id: team.id, user_id: clock.uuid(), email, name: null };
  const member: Member = { ...who, role: wanted, status: 'invited', joined_at };
  colony.members.save(member);
  return member;
}

/** The published member; who has no e-mail address is shown by the user id. */
function memberView({ user_id, email, role: held, status, joined_at }: Member) {
  const invited_at = new Date(joined_at).toISOString();
  return { id: user_id, email: email ?? user_id, role: held, invited_at, status };
}
