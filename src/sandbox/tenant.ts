import type { IncomingHttpHeaders } from 'node:http';
import { type Dialect, type Identity, ReplyError } from './kernel.js';
import { json } from './replies.js';

const SLUG = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const TEAM = /^t-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Tenant of service accounts and operators that name none. */
export const SYSTEM_TENANT = 'aegis-system';

/** A team as the tenant rule sees it. */
export interface TeamStanding {
  readonly id: string;
  /** Why the team is suspended; undefined while it is not. */
  readonly suspended: string | undefined;
}

/** The teams that X-Tenant-Id may name. */
export interface TeamDirectory {
  /** The team of a slug `t-<uuid>`. */
  find(slug: string): TeamStanding | undefined;
  /** Whether the subject is an active member of the team. */
  hasMember(teamId: string, subject: string): boolean;
}

/** Gives the tenant a request acts in, or refuses it: 403 a tenant the caller may not name, 402 a suspended team. */
export type TenantRule = (
  identity: Identity | undefined,
  headers: IncomingHttpHeaders,
  path: string,
) => string;

const NO_TEAMS: TeamDirectory = { find: () => undefined, hasMember: () => false };

/** Where a consumer's team counts; all other handlers go by the token (D03). */
const TEAM_PATHS = ['/v1/colony', '/v1/swarms'];
/** Open while a team is suspended; the server's list also has `/v1/teams`, where nothing is. */
const OPEN_PATHS = ['/v1/billing', '/v1/teams'];

/**
 * The tenant middleware (D03). Service accounts may name any valid slug, an invalid one silently means the system
 * tenant; operators are not affected; consumers and tenant users may only name a team they belong to. The published
 * reference says that the header of all but service accounts is ignored, so the documented dialect does that.
 */
export function tenantRule(teams: TeamDirectory = NO_TEAMS, dialect: Dialect = 'live'): TenantRule {
  return (identity, headers, path) => {
    if (!identity) return SYSTEM_TENANT;
    const header = headers['x-tenant-id'];
    if (header === undefined || identity.kind === 'operator') return identity.tenant;
    const value = String(header);
    if (identity.kind !== 'service_account' && dialect === 'documented') return identity.tenant;
    const named = identity.kind === 'service_account' ? slugOr(value) : ownTeam(teams, identity, value);
    refuseSuspended(teams.find(named), named, path);
    return identity.kind === 'service_account' || startsWithAny(path, TEAM_PATHS) ? named : identity.tenant;
  };
}

/** Whether the text is a tenant slug: lower-case letters, digits, inner hyphens, at most 63. */
export function isSlug(value: string): boolean {
  return value.length <= 63 && SLUG.test(value);
}

/** Whether the text is the slug of a team, `t-<uuid>`. */
export function isTeamSlug(value: string): boolean {
  return TEAM.test(value);
}

function slugOr(value: string): string {
  return isSlug(value) ? value : SYSTEM_TENANT;
}

function ownTeam(teams: TeamDirectory, identity: Identity, value: string): string {
  if (!isTeamSlug(value)) {
    const message = 'Only a team the caller belongs to may be named.';
    throw new ReplyError(json({ error: 'forbidden_tenant_switch', message }, 403));
  }
  const team = teams.find(value);
  if (team !== undefined && teams.hasMember(team.id, identity.subject)) return value;
  const message = `The caller is not an active member of ${value}.`;
  throw new ReplyError(json({ error: 'not_a_team_member', message }, 403));
}

function refuseSuspended(team: TeamStanding | undefined, slug: string, path: string): void {
  if (team?.suspended === undefined || startsWithAny(path, OPEN_PATHS)) return;
  const body = {
    error: 'colony_suspended',
    team_id: team.id,
    tenant_id: slug,
    reason: team.suspended,
    remediation: 'The owner of the team renews the subscription under /v1/billing.',
  };
  throw new ReplyError(json(body, 402));
}

function startsWithAny(path: string, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => path.startsWith(prefix));
}
