/** The SAML identity provider of an enterprise team on the live server. Nothing signs in through it. */
import { z } from 'zod';
import { TAKEN_IN } from '../credentials/body.js';
import type { Route, SandboxRequest } from '../kernel.js';
import { decodeWith, json } from '../router.js';
import { ownBody } from './body.js';
import { refuseCode } from './refusal.js';
import type { Colony } from './service.js';
import { requireAdmin, type TeamContext, teamContext } from './team-context.js';

const LIVE = ['live'] as const;
const samlBody = decodeWith(
  z.object({ entity_id: z.string(), sso_url: z.string(), certificate: z.string() }),
);

export function samlRoutes(colony: Colony): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/colony/saml',
      dialects: LIVE,
      handler(request) {
        const { team } = requireSamlAdmin(teamContext(colony, request));
        return json(team.saml === null ? { saml: null } : JSON.parse(team.saml));
      },
    },
    {
      method: 'PUT',
      path: '/v1/colony/saml',
      dialects: LIVE,
      limit: TAKEN_IN,
      handler(request: SandboxRequest) {
        const context = teamContext(colony, request);
        const config = ownBody(request, samlBody);
        const { team } = requireSamlAdmin(context);
        colony.teams.setSaml(team.id, JSON.stringify(config));
        return json({ status: 'configured' });
      },
    },
  ];
}

function requireSamlAdmin(context: TeamContext): TeamContext {
  if (context.team.tier !== 'enterprise') refuseCode(403, 'enterprise_only', 'SAML is for enterprise teams.');
  requireAdmin(context.member);
  return context;
}
