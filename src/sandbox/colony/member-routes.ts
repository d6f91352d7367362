/** Members and roles of the live server; the team is named by X-Tenant-Id. */
import { z } from 'zod';
import { TAKEN_IN } from '../credentials/body.js';
import type { Reply, Route, SandboxRequest } from '../kernel.js';
import { decodeWith, empty, json, pathParam } from '../router.js';
import { ownBody } from './body.js';
import type { Member } from './members.js';
import { refuseCode } from './refusal.js';
import type { Colony } from './service.js';
import { requireAdmin, teamContext } from './team-context.js';

const LIVE = ['live'] as const;
const roleBody = decodeWith(z.object({ user_id: z.string(), role: z.string() }));

export function memberRoutes(colony: Colony): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/colony/members',
      dialects: LIVE,
      handler(request) {
        const { team } = teamContext(colony, request);
        const members = colony.members.of(team.id).map(memberView);
        return json({ members, count: members.length });
      },
    },
    {
      method: 'DELETE',
      path: '/v1/colony/members/{user_id}',
      dialects: LIVE,
      handler(request) {
        const { team, member } = teamContext(colony, request);
        requireAdmin(member);
        colony.revoke(team, pathParam(request, 'user_id'));
        return empty(204);
      },
    },
    {
      method: 'PUT',
      path: '/v1/colony/roles',
      dialects: LIVE,
      limit: TAKEN_IN,
      handler: (request) => updateRole(colony, request),
    },
  ];
}

function updateRole(colony: Colony, request: SandboxRequest): Reply {
  const { team, member } = teamContext(colony, request);
  const { user_id, role } = ownBody(request, roleBody);
  requireAdmin(member);
  colony.setRole(team, user_id, requireGrantable(role));
  return json({ status: 'updated' });
}

/** 400 `owner_role_immutable` for owner, `invalid_role` for anything else but admin and member. */
export function requireGrantable(role: string): 'admin' | 'member' {
  if (role === 'admin' || role === 'member') return role;
  if (role === 'owner') return refuseCode(400, 'owner_role_immutable', 'Ownership cannot be given.');
  return refuseCode(400, 'invalid_role', `There is no role '${role}'.`);
}

function memberView({ team_id: _, ...member }: Member) {
  return member;
}
