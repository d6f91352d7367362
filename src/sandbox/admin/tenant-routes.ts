/** Tenants as the published SDKs know them. The live server has no such routes: 404 with an empty body. */
import { z } from 'zod';
import { findTier } from '../billing/tiers.js';
import type { Route, SandboxRequest } from '../kernel.js';
import { DecodeError, decodeWith, defineRoute, json, jsonBody, pathParam, refuse } from '../router.js';
import { option } from '../shapes.js';
import { isSlug } from '../tenant.js';
import type { TenantRecord, Tenants } from './tenants.js';

const DOCUMENTED = ['documented'] as const;

const shape = decodeWith(
  z.object({ slug: z.string(), display_name: z.string().min(1), tier: option(z.string()) }),
);

/** The tier is `enterprise` unless one is named. */
function decodeTenant(value: unknown) {
  const { slug, display_name, tier: name = 'enterprise' } = shape(value);
  const tier = findTier(name);
  if (!isSlug(slug)) throw new DecodeError('slug: lower-case letters, digits and inner hyphens, at most 63');
  if (tier === undefined || tier === 'system') throw new DecodeError(`tier: unknown tier \`${name}\``);
  return { slug, display_name, tier };
}

export function tenantRoutes(tenants: Tenants): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/admin/tenants',
      dialects: DOCUMENTED,
      decode: (request) => jsonBody(request, decodeTenant),
      run(_request, { slug, display_name, tier }) {
        if (!tenants.add(slug, display_name, tier)) refuse(409, `Tenant '${slug}' already exists`);
        return json(tenantView(requireTenant(tenants, slug)));
      },
    }),
    {
      method: 'GET',
      path: '/v1/admin/tenants',
      dialects: DOCUMENTED,
      handler() {
        const all = tenants.all().map(tenantView);
        return json({ tenants: all, count: all.length });
      },
    },
    ending('POST', '/v1/admin/tenants/{slug}/suspend', tenants, 'suspended'),
    ending('DELETE', '/v1/admin/tenants/{slug}', tenants, 'deleted'),
  ];
}

function ending(
  method: 'POST' | 'DELETE',
  path: string,
  tenants: Tenants,
  status: 'suspended' | 'deleted',
): Route {
  const handler = (request: SandboxRequest) => {
    const { slug, status: before } = requireTenant(tenants, pathParam(request, 'slug'));
    if (before === 'deleted') refuse(404, `Tenant '${slug}' not found`);
    tenants.setStatus(slug, status);
    return json({ status, slug });
  };
  return { method, path, dialects: DOCUMENTED, handler };
}

function requireTenant(tenants: Tenants, slug: string): TenantRecord {
  return tenants.find(slug) ?? refuse(404, `Tenant '${slug}' not found`);
}

const QUOTAS = { max_concurrent_executions: 50, max_agents: 500, max_storage_gb: 100 };

/** The published Tenant; `deleted_at` only once deleted. */
function tenantView({ deleted_at, ...tenant }: TenantRecord) {
  return {
    ...tenant,
    keycloak_realm: `tenant-${tenant.slug}`,
    openbao_namespace: `tenants/${tenant.slug}`,
    quotas: QUOTAS,
    ...(deleted_at !== null && { deleted_at }),
  };
}
