/** Every colony operation of the live sandbox, held against the contract. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.js';
import { manualClock } from '../../sandbox/workflows/_clock.js';
import { Asker, type Asking } from '../_ask.js';
import { Judge } from '../_contract.js';

const NOBODY = '00000000-0000-4000-8000-00000000dead';
const STRANGERS = `t-${NOBODY}`;
const OPERATIONS = {
  listTeams: ['GET', '/v1/colony/teams'],
  createTeam: ['POST', '/v1/colony/teams'],
  deleteTeam: ['DELETE', `/v1/colony/teams/${NOBODY}`],
  listMembers: ['GET', '/v1/colony/members'],
  inviteMemberLegacyRoute: ['POST', '/v1/colony/members'],
  removeMember: ['DELETE', '/v1/colony/members/x'],
  updateRole: ['PUT', '/v1/colony/roles'],
  inviteMember: ['POST', '/v1/colony/invitations'],
  listInvitations: ['GET', '/v1/colony/invitations'],
  cancelInvitation: ['DELETE', `/v1/colony/invitations/${NOBODY}`],
  acceptInvitation: ['POST', '/v1/colony/invitations/x/accept'],
  getSamlConfig: ['GET', '/v1/colony/saml'],
  setSamlConfig: ['PUT', '/v1/colony/saml'],
  getSubscription: ['GET', '/v1/colony/subscription'],
} as const;
/** They take the team from X-Tenant-Id and answer 400 without. */
const IN_A_TEAM = [
  'listMembers',
  'removeMember',
  'updateRole',
  'inviteMember',
  'listInvitations',
  'getSamlConfig',
  'setSamlConfig',
] as const;

describe('colony', () => {
  const clock = manualClock();
  let sandbox: Sandbox;
  let asker: Asker;
  let bearers: Record<string, string>;
  let business: string;
  let enterprise: string;

  const as = (who: string, team?: string): Asking => ({
    authorization: bearers[who] ?? '',
    ...(team !== undefined && { headers: { 'x-tenant-id': team } }),
  });
  const post = (status: number, path: string, json: unknown, asking: Asking) =>
    asker.ask(status, 'POST', path, { json, ...asking });
  const invite = (status: number, invitee_email: unknown, asking: Asking) =>
    post(status, '/v1/colony/invitations', { invitee_email, role: 'admin' }, asking);

  beforeAll(async () => {
    sandbox = await startSandbox({ pace: 0, clock });
    const people = ['free', 'pro', 'business', 'enterprise'].map((name) => `${name}@sandbox.local`);
    const bearer = async (user?: string) =>
      `Bearer ${await sandbox.issueToken({ ...(user && { user }), expiresIn: 100_000_000 })}`;
    const entries = [...people, 'admin'].map(async (user) => [user.split('@')[0], await bearer(user)]);
    bearers = { ...Object.fromEntries(await Promise.all(entries)), robot: await bearer() };
    asker = new Asker(new Judge('orchestrator'), sandbox.url, bearers.free ?? '');
  });
  afterAll(() => sandbox.close());

  test('asks for a bearer, and refuses a tenant that is not the caller’s team', async () => {
    for (const [method, path] of Object.values(OPERATIONS)) {
      await asker.ask(401, method, path, { authorization: '' });
      await asker.ask(method === 'POST' && path.endsWith('members') ? 405 : 403, method, path, {
        headers: method === 'POST' && path.endsWith('members') ? {} : { 'x-tenant-id': STRANGERS },
      });
    }
  });

  test('teams', async () => {
    const make = (status: number, body: unknown, asking: Asking) =>
      post(status, '/v1/colony/teams', body, asking);
    business = (await make(201, { display_name: 'Builders', tier: 'Business' }, as('business'))).team.slug;
    enterprise = (await make(201, { display_name: 'Company', tier: 'enterprise' }, as('enterprise'))).team
      .slug;
    await make(400, { display_name: 'x', tier: 'business' }, as('admin'));
    await make(400, { display_name: ' ', tier: 'business' }, as('business'));
    await make(402, { display_name: 'x', tier: 'enterprise' }, as('business'));
    await make(403, { display_name: 'x', tier: 'pro' }, as('business'));
    await make(422, { display_name: 'x' }, as('business'));
    await asker.ask(415, 'POST', '/v1/colony/teams', { body: '{}', type: 'text/plain' });
    await asker.ask(413, 'POST', '/v1/colony/teams', { body: `"${'x'.repeat(3_000_000)}"` });
    await asker.ask(200, 'GET', '/v1/colony/teams', as('business'));
    await asker.ask(400, 'DELETE', '/v1/colony/teams/x', as('business'));
    await asker.ask(403, 'DELETE', `/v1/colony/teams/${business.slice(2)}`, as('enterprise'));
    await asker.ask(404, 'DELETE', `/v1/colony/teams/${NOBODY}`, as('business'));
  });

  test('invitations', async () => {
    const owner = as('business', business);
    const first = (await invite(201, ' Free@Sandbox.local ', owner)).invitation;
    await invite(500, 'free@sandbox.local', owner);
    await invite(400, 7, owner);
    const second = (await invite(201, 'pro@sandbox.local', owner)).invitation;
    const third = (await invite(201, 'enterprise@sandbox.local', owner)).invitation;
    await asker.ask(200, 'GET', '/v1/colony/invitations', owner);
    await asker.ask(400, 'DELETE', '/v1/colony/invitations/x', owner);
    await asker.ask(403, 'DELETE', `/v1/colony/invitations/${second.id}`, as('pro'));
    await asker.ask(404, 'DELETE', `/v1/colony/invitations/${NOBODY}`, owner);
    await asker.ask(204, 'DELETE', `/v1/colony/invitations/${second.id}`, owner);
    const accept = (status: number, token: string, who: string) =>
      asker.ask(status, 'POST', `/v1/colony/invitations/${token}/accept`, as(who));
    await accept(200, first.token, 'free');
    await accept(400, first.token, 'pro');
    await accept(409, second.token, 'pro');
    clock.advance(8 * 86_400);
    await accept(410, third.token, 'enterprise');
    await invite(403, 'x@example.com', as('free', business));
    for (let free = 22; free > 0; free -= 1) await invite(201, `${free}@example.com`, owner);
    await invite(409, 'one-too-many@example.com', owner);
  });

  test('members, roles, SAML and subscription', async () => {
    const owner = as('business', business);
    const role = (status: number, user_id: string, role: string, asking = owner) =>
      asker.ask(status, 'PUT', '/v1/colony/roles', { json: { user_id, role }, ...asking });
    const [boss, free] = (await asker.ask(200, 'GET', '/v1/colony/members', owner)).members;
    await role(200, free.user_id, 'member');
    await role(400, boss.user_id, 'member');
    await role(403, free.user_id, 'admin', as('free', business));
    await role(404, NOBODY, 'admin');
    await asker.ask(404, 'DELETE', `/v1/colony/members/${NOBODY}`, owner);
    await asker.ask(204, 'DELETE', `/v1/colony/members/${free.user_id}`, owner);

    const company = as('enterprise', enterprise);
    const saml = { entity_id: 'urn:company', sso_url: 'https://idp.example.com/sso', certificate: 'MIIC' };
    await asker.ask(200, 'GET', '/v1/colony/saml', company);
    await asker.ask(200, 'PUT', '/v1/colony/saml', { json: saml, ...company });
    await asker.ask(200, 'GET', '/v1/colony/saml', company);
    await asker.ask(403, 'GET', '/v1/colony/saml', owner);

    await asker.ask(200, 'GET', '/v1/colony/subscription', company);
    await asker.ask(200, 'GET', '/v1/colony/subscription', as('robot'));
    await asker.ask(404, 'GET', '/v1/colony/subscription', as('pro'));
  });

  test('a team that is not named, or that does not exist', async () => {
    for (const [method, path] of IN_A_TEAM.map((operation) => OPERATIONS[operation])) {
      await asker.ask(400, method, path);
      await asker.ask(404, method, path, as('robot', STRANGERS));
    }
    await asker.ask(400, 'GET', '/v1/colony/members', as('robot', 't-0'));
    await asker.ask(403, 'GET', '/v1/colony/members', as('robot', business));
  });

  test('a suspended team, and the end of one', async () => {
    const checkout = { price_id: 'price_sandbox_business_month', success_url: 'x', cancel_url: 'y' };
    const bought = await post(200, '/v1/billing/checkout', checkout, as('business'));
    await fetch(`${bought.url}/complete`, { method: 'POST' });
    const portal = await post(200, '/v1/billing/portal', { return_url: 'x' }, as('business'));
    await fetch(`${portal.url}/cancel`, { method: 'POST' });
    const team = as('business', business);
    for (const [method, path] of Object.values(OPERATIONS)) {
      if (!(method === 'POST' && path.endsWith('members'))) await asker.ask(402, method, path, team);
    }
    await asker.ask(204, 'DELETE', `/v1/colony/teams/${business.slice(2)}`, as('business'));
  });

  test('every announced status was seen, but for', () => {
    const operations = Object.keys(OPERATIONS).filter((id) => id !== 'inviteMemberLegacyRoute');
    const unseen = asker.unseen([...operations, 'inviteMemberLegacyRoute']);
    // The sandbox always has teams, an identity provider and an invitation key.
    const unconfigured = operations.map((id) => `${id} 503`);
    // Faults of a database or an identity provider; a second invitation is one that can be had.
    const faults = operations.filter((id) => id !== 'inviteMember').map((id) => `${id} 500`);
    expect([...unseen].sort()).toEqual(
      [
        ...unconfigured,
        ...faults,
        // Neither names a team in its path or body.
        ...['listTeams 404', 'createTeam 404'],
        // The team goes with its invitations, so a token never names a team that is gone.
        'acceptInvitation 404',
      ].sort(),
    );
  });
});
