/** Rate limits, tenants and provisioning of the live sandbox, held against the contract. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.js';
import { Asker } from '../_ask.js';
import { Judge } from '../_contract.js';
import { agentManifest } from '../_manifests.js';

const OVERRIDES = '/v1/admin/rate-limits/overrides';
const USAGE = '/v1/admin/rate-limits/usage';
const OWN_USAGE = '/v1/user/rate-limits/usage';
const PROVISION = '/v1/consumer/ensure-provisioned';
const NOBODY = '00000000-0000-4000-8000-00000000dead';
const LIMIT = { resource_type: 'agent_execution', bucket: 'daily', limit_value: 7 };

const OPERATIONS = {
  getUserRateLimitUsage: ['GET', OWN_USAGE],
  listRateLimitOverrides: ['GET', OVERRIDES],
  createRateLimitOverride: ['POST', OVERRIDES],
  deleteRateLimitOverride: ['DELETE', `${OVERRIDES}/${NOBODY}`],
  getRateLimitUsage: ['GET', `${USAGE}?scope_type=user&scope_id=x`],
  ensureConsumerProvisioned: ['POST', PROVISION],
} as const;
const TENANTS = {
  createTenant: ['POST', '/v1/admin/tenants'],
  listTenants: ['GET', '/v1/admin/tenants'],
  suspendTenant: ['POST', '/v1/admin/tenants/acme/suspend'],
  deleteTenant: ['DELETE', '/v1/admin/tenants/acme'],
} as const;

describe('admin', () => {
  let sandbox: Sandbox;
  let asker: Asker;
  const bearer = async (user: string) => `Bearer ${await sandbox.issueToken({ user })}`;

  beforeAll(async () => {
    sandbox = await startSandbox({ pace: 0 });
    asker = new Asker(new Judge('orchestrator'), sandbox.url, await bearer('business@sandbox.local'));
  });
  afterAll(() => sandbox.close());

  test('asks for a bearer, and refuses a tenant that is not the caller’s team', async () => {
    for (const [method, path] of Object.values(OPERATIONS)) {
      await asker.ask(401, method, path, { authorization: '' });
      await asker.ask(403, method, path, { headers: { 'x-tenant-id': 'acme' } });
    }
  });

  test('overrides and usage', async () => {
    const { agent_id } = await asker.post(200, '/v1/agents', agentManifest('counted'));
    await asker.post(200, `/v1/agents/${agent_id}/execute`, { input: 'a' });
    await asker.post(200, OVERRIDES, { ...LIMIT, tenant_id: 'aegis-system' });
    const { id } = await asker.post(200, OVERRIDES, { ...LIMIT, user_id: 'u', burst_value: 9 });
    await asker.post(400, OVERRIDES, LIMIT);
    await asker.post(422, OVERRIDES, { ...LIMIT, limit_value: 'many' });
    await asker.post(500, OVERRIDES, { ...LIMIT, tenant_id: 'nowhere' });
    await asker.ask(415, 'POST', OVERRIDES);
    await asker.ask(413, 'POST', OVERRIDES, { body: `"${'x'.repeat(3_000_000)}"` });
    await asker.get(200, `${OVERRIDES}?tenant_id=aegis-system&user_id=u`);
    await asker.get(200, OVERRIDES);
    await asker.ask(200, 'DELETE', `${OVERRIDES}/${id}`);
    await asker.ask(404, 'DELETE', `${OVERRIDES}/${id}`);
    await asker.ask(400, 'DELETE', `${OVERRIDES}/x`);
    const tenant = 'u-5b0c5a5e0a544b9c8f576a3a1f0d0023';
    const { usage } = await asker.get(200, `${USAGE}?scope_type=tenant&scope_id=${tenant}`);
    expect(usage).toHaveLength(4);
    await asker.get(400, `${USAGE}?scope_type=tenant`);
    await asker.get(200, OWN_USAGE);
    await asker.ask(204, 'POST', PROVISION);
  });

  test('tenants have no route', async () => {
    for (const [method, path] of Object.values(TENANTS)) {
      await asker.ask(401, method, path, { authorization: '' });
      await asker.ask(404, method, path);
    }
  });

  test('a suspended team', async () => {
    const { team } = await asker.post(201, '/v1/colony/teams', { display_name: 'x', tier: 'business' });
    const checkout = { price_id: 'price_sandbox_pro_month', success_url: 'x', cancel_url: 'y' };
    const { url } = await asker.post(200, '/v1/billing/checkout', checkout);
    await fetch(`${url}/complete`, { method: 'POST' });
    for (const [method, path] of Object.values(OPERATIONS)) {
      await asker.ask(402, method, path, { headers: { 'x-tenant-id': team.slug } });
    }
  });

  test('every announced status was seen, but for', () => {
    expect(asker.unseen([...Object.keys(OPERATIONS), ...Object.keys(TENANTS)])).toEqual([
      // The sandbox always has a database (503), which does not fail (500).
      'getUserRateLimitUsage 500',
      'getUserRateLimitUsage 503',
      'listRateLimitOverrides 500',
      'listRateLimitOverrides 503',
      'createRateLimitOverride 503',
      'deleteRateLimitOverride 500',
      'deleteRateLimitOverride 503',
      'getRateLimitUsage 500',
      'getRateLimitUsage 503',
      'ensureConsumerProvisioned 500',
      'ensureConsumerProvisioned 503',
      // The published types only: no live server has these routes.
      'createTenant 200',
      'listTenants 200',
      'suspendTenant 200',
      'deleteTenant 200',
    ]);
  });
});
