/** Administration: tenants, which the real server has no routes for, and rate limits. */
import { z } from 'zod';
import { type Advice, advised } from './actions/advice.js';
import { limited, listed, refuseForeignTenant } from './actions/rate-limits.js';
import type { AnyArgs } from './define.js';
import { action, op } from './define.js';
import { acknowledge, acknowledged, around, idOf, listOf, record, textOf } from './results.js';
import { id, text } from './shapes.js';

const slug = () => id('Slug of the tenant.');

const tenant = () =>
  z.looseObject({
    slug: z.string(),
    display_name: z.string().nullish(),
    status: z.string().nullish(),
    tier: z.string().nullish(),
  });

const toTenant = (value: AnyArgs) => ({ ...value, slug: textOf(value, 'slug') });

const override = () =>
  z.looseObject({
    id: z.string(),
    resource_type: z.string(),
    bucket: z.string(),
    tenant_id: z.string().nullish(),
    user_id: z.string().nullish(),
  });

/** A tenant that does not exist breaks a constraint of the database. */
const OVERRIDE_ADVICE: Advice = {
  500: { next: 'The tenant may not exist; list_rate_limit_overrides shows whether anything was stored.' },
};

const toOverride = (value: AnyArgs) => ({
  ...value,
  id: textOf(value, 'id'),
  resource_type: textOf(value, 'resource_type'),
  bucket: textOf(value, 'bucket'),
});

/** Whole numbers of 64 bits; JavaScript is exact to 2^53. */
const count = (what: string) => z.int().min(0).describe(what);

const RESOURCES = 'agent_execution, workflow_execution, llm_call, llm_token or seal_tool:<pattern>';

export const admin = {
  create_tenant: op({
    title: 'Create tenant',
    description:
      'Creates a tenant with a realm to sign in to and quotas by tier. Operators only. Current servers have no such route: there create_team makes teams.',
    toolset: 'admin',
    effect: 'write',
    sensitive: true,
    alternative:
      'The live server cannot make tenants over HTTP: ensure_consumer_provisioned makes a personal one, create_team one for a team.',
    input: () => ({
      slug: id('Slug of the tenant: lower-case letters, digits and hyphens, at most 63.').regex(
        /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
      ),
      display_name: text('Name of the tenant for people.').trim().min(1),
      tier: text('Tier: free, pro, business or enterprise. Default enterprise.').optional(),
    }),
    output: tenant,
    documented: {
      operation: 'createTenant',
      route: 'POST /v1/admin/tenants',
      body: ({ slug, display_name, tier = 'enterprise' }) => ({ json: { slug, display_name, tier } }),
    },
    result: (body) => toTenant(record(body)),
  }),

  list_tenants: op({
    title: 'List tenants',
    description:
      'Lists all tenants with tier, status and quotas. Operators only. Current servers have no such route: there list_teams lists your own teams.',
    toolset: 'admin',
    effect: 'read',
    untrusted: true,
    alternative: 'The live server lists no tenants over HTTP: list_teams lists the teams of the caller.',
    input: () => ({}),
    output: () => z.looseObject({ tenants: z.array(tenant()), count: z.int() }),
    documented: { operation: 'listTenants', route: 'GET /v1/admin/tenants' },
    result: (body) => {
      const tenants = listOf('tenants', body, toTenant);
      return { ...around('tenants', body), tenants, count: tenants.length };
    },
  }),

  suspend_tenant: op({
    title: 'Suspend tenant',
    description:
      'Suspends a tenant: its users are refused until it is active again. Operators only. Current servers have no such route.',
    toolset: 'admin',
    effect: 'destructive',
    idempotent: true,
    sensitive: true,
    alternative:
      'The live server cannot suspend a tenant: a team is suspended by itself when the subscription of its owner ends.',
    input: () => ({ slug: slug() }),
    output: acknowledged,
    documented: { operation: 'suspendTenant', route: 'POST /v1/admin/tenants/{slug}/suspend' },
    result: (body, args) => acknowledge('suspended', body, { slug: args.slug }),
  }),

  delete_tenant: op({
    title: 'Delete tenant',
    description:
      'Deletes a tenant: it is marked as deleted and no longer usable; no tool brings it back. Operators only. Current servers have no such route.',
    toolset: 'admin',
    effect: 'destructive',
    classes: ['irreversible'],
    idempotent: true,
    sensitive: true,
    alternative: 'The live server cannot delete a tenant: delete_team removes a team.',
    input: () => ({ slug: slug() }),
    output: acknowledged,
    documented: { operation: 'deleteTenant', route: 'DELETE /v1/admin/tenants/{slug}' },
    result: (body, args) => acknowledge('deleted', body, { slug: args.slug }),
  }),

  list_rate_limit_overrides: action({
    title: 'List rate limit overrides',
    description:
      'Lists the rate limits set for single tenants or users, newest first. Meant for operators, although current servers ask for no role.',
    toolset: 'admin',
    effect: 'read',
    input: () => ({
      tenant_id: text('Only overrides of this tenant.').min(1).optional(),
      user_id: text('Only overrides of this user.').min(1).optional(),
    }),
    output: () => z.looseObject({ overrides: z.array(override()), count: z.int() }),
    live: {
      operation: 'listRateLimitOverrides',
      route: 'GET /v1/admin/rate-limits/overrides',
      query: ['tenant_id', 'user_id'],
    },
    async run(call) {
      const body = await call.send(listed(call.args, call.context.tenant));
      const overrides = listOf('overrides', body, toOverride);
      return { value: { ...around('overrides', body), overrides, count: overrides.length } };
    },
  }),

  create_rate_limit_override: action({
    title: 'Create rate limit override',
    description:
      'Sets a rate limit for one tenant or one user. Current servers add a row at every call: delete the old override first (list_rate_limit_overrides). For operators.',
    toolset: 'admin',
    effect: 'write',
    sensitive: true,
    wrapper: 'payload',
    adapted: 'Exactly one of tenant_id and user_id is demanded here, which the published type leaves open.',
    limits:
      'It creates only: the same limit set again is a second row, although published as create or update.',
    input: () => ({
      resource_type: text(`What is limited: ${RESOURCES}.`).min(1),
      bucket: z
        .enum(['per_minute', 'hourly', 'daily', 'weekly', 'monthly'])
        .describe('Window that is counted.'),
      limit_value: count('Most uses within one window.'),
      burst_value: count('Uses allowed at once beyond the limit.').optional(),
      tenant_id: text('Slug of the tenant that is limited; it must exist. Excludes user_id.')
        .min(1)
        .optional(),
      user_id: text('Id of the user who is limited. Excludes tenant_id.').min(1).optional(),
    }),
    output: override,
    live: {
      operation: 'createRateLimitOverride',
      route: 'POST /v1/admin/rate-limits/overrides',
      body: ({ resource_type, bucket, limit_value, tenant_id, user_id, burst_value }) => ({
        json: { resource_type, bucket, limit_value, tenant_id, user_id, burst_value },
      }),
    },
    async run(call) {
      const asked = limited(call.args, call.context.tenant);
      return { value: toOverride(record(await advised(OVERRIDE_ADVICE, call.send(asked)))) };
    },
  }),

  delete_rate_limit_override: op({
    title: 'Delete rate limit override',
    description:
      'Deletes a rate limit override: the limit of the tier holds again. Meant for operators, although current servers ask for no role.',
    toolset: 'admin',
    effect: 'destructive',
    idempotent: true,
    sensitive: true,
    aliases: { id: 'override_id' },
    input: () => ({ override_id: id('UUID of the override, from list_rate_limit_overrides.') }),
    output: () => z.looseObject({ status: z.string(), id: z.string() }),
    live: {
      operation: 'deleteRateLimitOverride',
      route: 'DELETE /v1/admin/rate-limits/overrides/{override_id}',
    },
    result: (body, { override_id }) => ({
      ...acknowledge('deleted', body, {}),
      id: idOf('id', { id: override_id, ...record(body) }),
    }),
  }),

  get_rate_limit_usage: action({
    title: 'Get rate limit usage',
    description:
      'Lists the stored counters of one tenant or one user, past windows included. Counters per minute are not stored. Meant for operators; for yourself use get_user_rate_limit_usage.',
    toolset: 'admin',
    effect: 'read',
    input: () => ({
      scope_type: z.enum(['user', 'tenant']).describe('Whose counters.'),
      scope_id: text('Id of the user, or slug of the tenant.').min(1),
    }),
    output: () => z.looseObject({ usage: z.array(z.looseObject({ bucket: z.string() })), count: z.int() }),
    live: {
      operation: 'getRateLimitUsage',
      route: 'GET /v1/admin/rate-limits/usage',
      query: ['scope_type', 'scope_id'],
    },
    async run(call) {
      refuseForeignTenant(call.args, call.context.tenant);
      const body = await call.send();
      const usage = listOf('usage', body, (item) => ({ ...item, bucket: textOf(item, 'bucket') }));
      return { value: { ...around('usage', body), usage, count: usage.length } };
    },
  }),
};
