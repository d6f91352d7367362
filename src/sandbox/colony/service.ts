/** Teams, members and invitations: the rules both dialects share (contract tag Colony). */
import { openTenants, type Tenants } from '../admin/tenants.js';
import { openSubscriptions, type Subscriptions, tierOf } from '../billing/subscriptions.js';
import { findTier, rank, type Tier } from '../billing/tiers.js';
import type { Identity, SandboxContext } from '../kernel.js';
import type { TeamDirectory } from '../tenant.js';
import { type Invitations, openInvitations } from './invitations.js';
import { type Member, type Members, openMembers, type Role } from './members.js';
import { emailOf } from './people.js';
import { refuseCode } from './refusal.js';
import { idOfSlug, openTeams, slugOf, type Team, type Teams } from './teams.js';

/** What a new team is given. */
export interface NewTeam {
  readonly display_name: string;
  readonly tier: Tier;
  readonly owner: Identity;
  /** The tenant whose own team this becomes. */
  readonly defaultOf?: string;
}

export class Colony {
  readonly teams: Teams;
  readonly members: Members;
  readonly invitations: Invitations;
  readonly tenants: Tenants;
  readonly subscriptions: Subscriptions;
  readonly #context: SandboxContext;

  constructor(context: SandboxContext) {
    this.#context = context;
    this.members = openMembers(context.store);
    this.teams = openTeams(context.store);
    this.invitations = openInvitations(context);
    this.tenants = openTenants(context);
    this.subscriptions = openSubscriptions(context);
  }

  /** Adds the team, its tenant and its owner. */
  create({ display_name, tier, owner, defaultOf }: NewTeam): Team {
    const { clock } = this.#context;
    const team: Team = {
      ...{ id: clock.uuid(), display_name, tier, owner: owner.subject, owner_tenant: owner.tenant },
      ...{ default_of: defaultOf ?? null, saml: null, created_at: clock.now().toISOString() },
    };
    this.#context.store.transaction(() => {
      this.teams.add(team);
      this.tenants.add(slugOf(team), display_name, tier);
      this.join(team, owner.subject, emailOf(owner) ?? null, 'owner');
    });
    return team;
  }

  /** Makes the person an active member. */
  join(team: Team, user_id: string, email: string | null, role: Role): Member {
    const joined_at = this.#context.clock.now().getTime();
    const member: Member = {
      team_id: team.id,
      user_id,
      email,
      name: null,
      role,
      status: 'active',
      joined_at,
    };
    this.members.save(member);
    return member;
  }

  /** Joins by an invitation, which is used up. */
  accept(invitationId: string, team: Team, userId: string, email: string): Member {
    return this.#context.store.transaction(() => {
      this.invitations.setStatus(invitationId, 'accepted');
      return this.join(team, userId, email, 'member');
    });
  }

  /** Deletes the team with memberships, invitations and tenant; the owner's subscription goes on. */
  delete(team: Team): void {
    this.#context.store.transaction(() => {
      this.members.remove(team.id);
      this.invitations.remove(team.id);
      this.tenants.drop(slugOf(team));
      this.teams.remove(team.id);
    });
  }

  /** 400 `owner_role_immutable` for the owner, 404 for one who is no member any more. */
  requireChangeable(team: Team, userId: string): Member {
    const member = this.members.find(team.id, userId);
    if (member === undefined || member.status === 'revoked') {
      return refuseCode(404, 'not_found', `${userId} is not a member of the team.`);
    }
    if (member.role !== 'owner') return member;
    return refuseCode(400, 'owner_role_immutable', 'The owner keeps the role and the membership.');
  }

  setRole(team: Team, userId: string, role: 'admin' | 'member'): Member {
    const changed = { ...this.requireChangeable(team, userId), role };
    this.members.save(changed);
    return changed;
  }

  revoke(team: Team, userId: string): void {
    this.members.save({ ...this.requireChangeable(team, userId), status: 'revoked' });
  }

  /** Active members. */
  headcount(team: Team): number {
    return this.members.of(team.id).filter(({ status }) => status === 'active').length;
  }

  /** The caller's own tier: that of a subscription where there was one, else the token's. */
  personalTier({ tenant, tier, kind }: Identity): Tier {
    const subscription = this.subscriptions.of(tenant);
    if (subscription !== undefined) return tierOf(subscription);
    return findTier(tier) ?? (kind === 'consumer' ? 'free' : 'enterprise');
  }

  /** What X-Tenant-Id is held against. */
  directory(): TeamDirectory {
    return {
      find: (slug) => {
        const team = this.teams.find(idOfSlug(slug));
        return team && slug === slugOf(team) ? { id: team.id, suspended: this.#suspension(team) } : undefined;
      },
      hasMember: (teamId, subject) => this.members.active(teamId, subject) !== undefined,
    };
  }

  /** A team is suspended once its owner's subscription ended or fell below the team's tier. */
  #suspension(team: Team): string | undefined {
    const subscription = this.subscriptions.of(team.owner_tenant);
    if (subscription === undefined || rank(tierOf(subscription)) >= rank(team.tier)) return undefined;
    return 'owner_subscription_below_business';
  }
}
