/**
 * Rate limits (contract tags User and Admin rate limits). The server asks for no role here, so neither does the
 * sandbox: any valid token reads and changes every override.
 */
import { z } from 'zod';
import { findTier } from '../billing/tiers.js';
import type { Dialect, Identity, Route, SandboxRequest } from '../kernel.js';
import {
  caller,
  decodeWith,
  defineRoute,
  delegate,
  json,
  jsonBody,
  refuse,
  refuseText,
  uuidParam,
} from '../router.js';
import type { LimitOwner, RateLimits } from './limits.js';
import type { OverrideRecord, OverrideWish } from './overrides.js';
import type { Tenants } from './tenants.js';

interface Parts {
  readonly limits: RateLimits;
  readonly tenants: Tenants;
}

const i64 = z.int();
/** Absent and null are the same, and kept as null. */
const orNull = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? null);
const overrideBody = decodeWith(
  z.object({
    resource_type: z.string(),
    bucket: z.string(),
    limit_value: i64,
    tenant_id: orNull(z.string()),
    user_id: orNull(z.string()),
    burst_value: orNull(i64),
  }),
);

/** Both dialects; what differs is said at each. */
export function rateLimitRoutes(parts: Parts, dialect: Dialect): readonly Route[] {
  const { overrides } = parts.limits;
  return [
    ...usageRoutes(parts, dialect),
    defineRoute({
      method: 'GET',
      path: '/v1/admin/rate-limits/overrides',
      decode: ({ query }) => ({
        tenant_id: query.get('tenant_id') ?? undefined,
        user_id: query.get('user_id') ?? undefined,
      }),
      run(_request, filter) {
        const found = overrides.list(filter).map((each) => overrideView(each, dialect));
        return json({ overrides: found, count: found.length });
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/admin/rate-limits/overrides',
      decode: (request) => jsonBody(request, overrideBody),
      run: (_request, body) => json(overrideView(createOverride(parts, body, dialect), dialect)),
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/admin/rate-limits/overrides/{id}',
      decode: (request) => uuidParam(request, 'id'),
      run(_request, id) {
        if (!overrides.remove(id)) refuse(404, 'Rate limit override not found');
        return json({ status: 'deleted', id });
      },
    }),
  ];
}

/**
 * Live: every call adds a row, as the server's unique key never matches. Documented: create or update. An unknown
 * tenant breaks the server's foreign key (500); where documented, it is missing (404).
 */
function createOverride({ limits, tenants }: Parts, wish: OverrideWish, dialect: Dialect): OverrideRecord {
  const { tenant_id, user_id } = wish;
  if ((tenant_id === null) === (user_id === null)) {
    refuse(400, 'Exactly one of tenant_id and user_id must be given');
  }
  if (tenant_id !== null && tenants.find(tenant_id) === undefined) refuseTenant(tenant_id, dialect);
  return dialect === 'live' ? limits.overrides.add(wish) : limits.overrides.put(wish);
}

function refuseTenant(tenant: string, dialect: Dialect): never {
  if (dialect === 'documented') refuse(404, `Tenant '${tenant}' not found`);
  return refuse(500, 'insert on table "rate_limit_overrides" violates a foreign key constraint on tenant_id');
}

/** The published type has optional members where the server answers null. */
function overrideView(record: OverrideRecord, dialect: Dialect) {
  if (dialect === 'live') return record;
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null));
}

function usageRoutes({ limits, tenants }: Parts, dialect: Dialect): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/user/rate-limits/usage',
      decode: (request) => ownerOf(dialect === 'live' ? caller(request) : delegate(request), tenants),
      run: (_request, owner) => json(usageView(limits, owner, dialect)),
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/admin/rate-limits/usage',
      decode: (request) => ({ type: textQuery(request, 'scope_type'), id: textQuery(request, 'scope_id') }),
      run(_request, { type: scope_type, id: scope_id }) {
        const counters = limits.counters(scope_type === 'user' ? personalTenant(scope_id) : scope_id);
        const known = scope_type === 'user' || scope_type === 'tenant' ? counters : [];
        const usage = known.map((counter) => ({ scope_type, scope_id, ...counter }));
        return json({ usage, count: usage.length });
      },
    }),
  ];
}

/** Runs are counted by tenant: the caller's are those of the caller's tenant, a user's those of the personal one. */
function ownerOf({ tenant, subject, tier }: Identity, tenants: Tenants): LimitOwner {
  return { tenant, user: subject, tier: findTier(tier) ?? tenants.find(tenant)?.tier ?? 'enterprise' };
}

function personalTenant(subject: string): string {
  return `u-${subject.replaceAll('-', '')}`;
}

/** The published types name the user and the used part of each bucket in per cent. */
function usageView(limits: RateLimits, owner: LimitOwner, dialect: Dialect) {
  const usage = limits.usage(owner);
  const live = { usage, count: usage.length };
  if (dialect === 'live') return live;
  const buckets = usage.map(({ resource_type, bucket, current_count, limit_value }) => ({
    bucket_name: `${resource_type}:${bucket}`,
    usage_pct: limit_value === 0 ? 100 : (100 * current_count) / limit_value,
  }));
  return { user_id: owner.user, buckets, ...live };
}

function textQuery(request: SandboxRequest, name: string): string {
  return (
    request.query.get(name) ??
    refuseText(400, `Failed to deserialize query string: missing field \`${name}\``)
  );
}
