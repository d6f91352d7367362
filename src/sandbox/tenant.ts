import type { IncomingHttpHeaders } from 'node:http';
import { type Identity, ReplyError } from './kernel.js';
import { json } from './replies.js';

const SLUG = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const TEAM = /^t-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Tenant of service accounts and operators that name none. */
export const SYSTEM_TENANT = 'aegis-system';

/**
 * The tenant for handlers that honour X-Tenant-Id (D03). Service accounts may name any valid slug, an invalid one
 * silently means the system tenant; operators are not affected; consumers and tenant users may only name a team
 * they belong to, and the sandbox has no teams, so theirs is always 403.
 */
export function effectiveTenant(identity: Identity | undefined, headers: IncomingHttpHeaders): string {
  if (!identity) return SYSTEM_TENANT;
  const header = headers['x-tenant-id'];
  if (header === undefined || identity.kind === 'operator') return identity.tenant;
  const value = String(header);
  if (identity.kind === 'service_account') return isSlug(value) ? value : SYSTEM_TENANT;
  return refuseSwitch(value);
}

/** Whether the text is a tenant slug: lower-case letters, digits, inner hyphens, at most 63. */
export function isSlug(value: string): boolean {
  return value.length <= 63 && SLUG.test(value);
}

function refuseSwitch(value: string): never {
  const body = TEAM.test(value)
    ? { error: 'not_a_team_member', message: `The caller is not an active member of ${value}.` }
    : { error: 'forbidden_tenant_switch', message: 'Only a team the caller belongs to may be named.' };
  throw new ReplyError(json(body, 403));
}
