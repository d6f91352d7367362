/** `GET /v1/colony/subscription`: tier, seats and status of the tenant the caller acts in. */
import { type Subscription, seatsOf, tierOf } from '../billing/subscriptions.js';
import { MEMBERS_LIMIT, type Tier } from '../billing/tiers.js';
import type { Route } from '../kernel.js';
import { json, refuse } from '../router.js';
import type { Colony } from './service.js';
import { idOfSlug } from './teams.js';

/** A team shows its owner's subscription; any other tenant its own. 404 for a tenant that was never set up. */
export function subscriptionRoute(colony: Colony): Route {
  return {
    method: 'GET',
    path: '/v1/colony/subscription',
    dialects: ['live'],
    handler(request) {
      const slug = request.effectiveTenant;
      const tenant = colony.tenants.find(slug) ?? refuse(404, `Tenant '${slug}' not found`);
      const team = colony.teams.find(idOfSlug(slug));
      const subscription = colony.subscriptions.of(team?.owner_tenant ?? slug);
      const tier = team || !subscription ? tenant.tier : tierOf(subscription);
      return json({ ...view(tier, team ? colony.headcount(team) : 1, subscription), is_team: !!team });
    },
  };
}

function view(tier: Tier, members: number, subscription: Subscription | undefined) {
  return {
    tier,
    members_used: members,
    members_limit: MEMBERS_LIMIT[tier],
    seat_count: subscription ? seatsOf(subscription) : null,
    status: subscription?.status ?? null,
    current_period_end: subscription?.periodEnd ?? null,
  };
}
