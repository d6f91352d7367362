import { expect, test } from 'vitest';
import type { Dialect, Identity } from '../../src/sandbox/kernel.js';
import { ReplyError } from '../../src/sandbox/kernel.js';
import { isSlug, isTeamSlug, tenantRule } from '../../src/sandbox/tenant.js';
import { caller, manifest, useSandbox } from './_sandbox.js';

const TEAM = 't-6f1c2f3e-0b52-4d55-9b0f-2f0f5a1f6f11';
const LATE = 't-6f1c2f3e-0b52-4d55-9b0f-2f0f5a1f6f12';

const DIRECTORY = {
  find: (slug: string) =>
    slug === TEAM || slug === LATE
      ? { id: slug.slice(2), suspended: slug === LATE ? 'subscription_canceled' : undefined }
      : undefined,
  hasMember: (_id: string, subject: string) => subject === 'member',
};

function identity(kind: Identity['kind'], subject = 'member'): Identity {
  const tenant = kind === 'operator' || kind === 'service_account' ? 'aegis-system' : 'u-1';
  const none = { clientId: undefined, role: undefined, tier: undefined, scopes: new Set<string>() };
  return { kind, subject, tenant, realm: 'r', ...none };
}

/** The tenant, or the status and code of the refusal. */
function outcome(who: Identity, header: string, path: string, dialect: Dialect = 'live'): unknown {
  try {
    return tenantRule(DIRECTORY, dialect)(who, { 'x-tenant-id': header }, path);
  } catch (error) {
    if (!(error instanceof ReplyError) || !('json' in error.reply)) throw error;
    return [error.reply.status, Object(error.reply.json).error];
  }
}

test.each([
  ['consumer', TEAM, '/v1/swarms', TEAM],
  ['consumer', TEAM, '/v1/colony/members', TEAM],
  ['tenant_user', TEAM, '/v1/colony/members', TEAM],
  ['consumer', TEAM, '/v1/agents', 'u-1'],
  ['consumer', 'u-1', '/v1/agents', [403, 'forbidden_tenant_switch']],
  ['consumer', TEAM.toUpperCase(), '/v1/agents', [403, 'forbidden_tenant_switch']],
  ['consumer', `${TEAM}-7`, '/v1/agents', [403, 'forbidden_tenant_switch']],
  ['consumer', LATE, '/v1/agents', [402, 'colony_suspended']],
  ['consumer', LATE, '/v1/billing/portal', 'u-1'],
  ['service_account', LATE, '/v1/agents', [402, 'colony_suspended']],
  ['service_account', TEAM, '/v1/agents', TEAM],
  ['operator', LATE, '/v1/agents', 'aegis-system'],
] as const)('a %s that names %s at %s acts in %j', (kind, header, path, expected) => {
  expect(outcome(identity(kind), header, path)).toEqual(expected);
});

test('a team is closed to those who are not its members, and so is one that is not there', () => {
  const other = identity('consumer', 'stranger');
  expect(outcome(other, TEAM, '/v1/agents')).toEqual([403, 'not_a_team_member']);
  expect(outcome(other, LATE, '/v1/agents')).toEqual([403, 'not_a_team_member']);
  const unknown = 't-6f1c2f3e-0b52-4d55-9b0f-2f0f5a1f6f13';
  expect(outcome(identity('consumer'), unknown, '/v1/agents')).toEqual([403, 'not_a_team_member']);
});

test('where documented, only service accounts are heard', () => {
  expect(outcome(identity('consumer'), 'acme', '/v1/agents', 'documented')).toBe('u-1');
  expect(outcome(identity('service_account'), 'acme', '/v1/agents', 'documented')).toBe('acme');
});

test('slugs', () => {
  expect([isSlug('a'.repeat(63)), isSlug('a'.repeat(64)), isSlug('a-'), isSlug('')]).toEqual([
    true,
    false,
    false,
    false,
  ]);
  expect([isTeamSlug(TEAM), isTeamSlug('t-1'), isTeamSlug(TEAM.slice(2))]).toEqual([true, false, false]);
});

test('a team is suspended when its owner’s subscription ends, and back when it is renewed', async () => {
  const sandbox = await useSandbox();
  const owner = await caller(sandbox, { user: 'business@sandbox.local' });
  const json = { display_name: 'Builders', tier: 'business' };
  const { slug, id } = (await owner('POST', '/v1/colony/teams', { json })).json.team;
  const headers = { 'x-tenant-id': slug };
  const subscribe = async (price_id: string) => {
    const order = { price_id, success_url: 'x', cancel_url: 'x' };
    const { url } = (await owner('POST', '/v1/billing/checkout', { json: order, headers })).json;
    expect((await fetch(`${url}/complete`, { method: 'POST' })).status).toBe(200);
  };
  const members = () => owner('GET', '/v1/colony/members', { headers });
  expect((await members()).status).toBe(200);

  await subscribe('price_sandbox_pro_month');
  expect((await members()).json).toEqual({
    error: 'colony_suspended',
    team_id: id,
    tenant_id: slug,
    reason: 'owner_subscription_below_business',
    remediation: expect.any(String),
  });
  expect((await owner('GET', '/v1/agents', { headers })).status).toBe(402);
  expect((await owner('GET', '/v1/agents')).status).toBe(200);
  await subscribe('price_sandbox_business_year');
  expect((await members()).status).toBe(200);
});

test('agents of a consumer stay in the personal tenant, whatever team is named', async () => {
  const sandbox = await useSandbox();
  const owner = await caller(sandbox, { user: 'business@sandbox.local' });
  const json = { display_name: 'Builders', tier: 'business' };
  const { slug } = (await owner('POST', '/v1/colony/teams', { json })).json.team;
  await owner('POST', '/v1/agents', { json: manifest(), headers: { 'x-tenant-id': slug } });
  expect((await owner('GET', '/v1/agents')).json).toHaveLength(1);
  const robot = await caller(sandbox);
  expect((await robot('GET', '/v1/agents', { headers: { 'x-tenant-id': slug } })).json).toEqual([]);
});

test('where documented, a service account has volumes, stimuli, team, usage and bills in the tenant it names', async () => {
  const call = await caller(await useSandbox({ dialect: 'documented' }));
  const acme = { 'x-tenant-id': 'acme' };
  const made = await call('POST', '/v1/volumes', { json: { name: 'data' }, headers: acme });
  const file = `/v1/volumes/${made.json.id}/files`;
  await call('POST', `${file}/upload?path=a.txt`, { body: 'text', headers: acme });
  const json = { resource_type: 'agent_execution', bucket: 'hourly', limit_value: 7, tenant_id: 'sandbox' };
  await call('POST', '/v1/admin/rate-limits/overrides', { json });
  await call('POST', '/v1/stimuli', { json: { content: 'hello' }, headers: acme });
  await call('POST', '/v1/colony/members', { json: { email: 'a@b' }, headers: acme });
  const seen = async (headers: Record<string, string>) => ({
    volumes: (await call('GET', '/v1/volumes', { headers })).json.total_count,
    download: (await call('GET', `${file}/download?path=a.txt`, { headers })).status,
    stimuli: (await call('GET', '/v1/stimuli', { headers })).json.stimuli.length,
    members: (await call('GET', '/v1/colony/members', { headers })).json.members.length,
    customer: (await call('GET', '/v1/billing/subscription', { headers })).json.stripe_customer_id,
    limit: (await call('GET', '/v1/user/rate-limits/usage', { headers })).json.usage.find(
      (row: { resource_type: string; bucket: string }) =>
        row.resource_type === 'agent_execution' && row.bucket === 'hourly',
    ).limit_value,
  });
  expect(await seen(acme)).toMatchObject({ volumes: 1, download: 200, stimuli: 1, members: 2 });
  expect(await seen({})).toMatchObject({ volumes: 0, download: 403, stimuli: 0, members: 1 });
  expect(await seen({ 'x-tenant-id': 'sandbox' })).toMatchObject({
    customer: 'cus_sandbox_sandbox',
    limit: 7,
  });
});
