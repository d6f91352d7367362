import { describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { type Call, caller, request, shareSandbox, useDirectory, useSandbox } from './_sandbox.js';
import { createClock } from './identity/_provider.js';

const START = '/v1/credentials/oauth/initiate';
const CALLBACK = '/v1/credentials/oauth/callback';
const POLL = '/v1/credentials/oauth/device/poll';
const FREE = { user: 'free@sandbox.local' };
const REDIRECT = 'http://127.0.0.1:9/back?keep=1';

const initiate = async (call: Call, given: object = {}) =>
  (await call('POST', START, { json: { provider: 'github', redirect_uri: REDIRECT, ...given } })).json;

/** What a browser does: follows the URL to the provider, which sends it back. */
async function consent(authorizationUrl: string): Promise<URL> {
  const answer = await fetch(authorizationUrl, { redirect: 'manual' });
  expect(answer.status).toBe(302);
  return new URL(answer.headers.get('location') ?? '');
}

const finish = (call: Call, back: URL) => {
  const { searchParams } = back;
  return call('GET', `${CALLBACK}?state=${searchParams.get('state')}&code=${searchParams.get('code')}`);
};

const bindings = async (call: Call) => (await call('GET', '/v1/credentials')).json.credentials;

describe('the authorization-code flow', () => {
  const live = shareSandbox();
  let tenants = 0;
  /** Each test has a tenant of its own. */
  const start = () => {
    tenants += 1;
    return caller(live(), { realm: 'zaru-consumer', tenant: `tenant-${tenants}` });
  };

  test('begins with a pending binding and a URL of the sandbox', async () => {
    const call = await start();
    const begun = await initiate(call);
    expect(begun).toEqual({
      authorization_url: expect.stringContaining(`${live().url}/sandbox/oauth/github/authorize?`),
      state: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const query = new URL(begun.authorization_url).searchParams;
    expect(Object.fromEntries(query)).toEqual({
      response_type: 'code',
      client_id: 'aegis-sandbox',
      redirect_uri: REDIRECT,
      scope: 'repo read:user',
      state: begun.state,
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
    expect(await bindings(call)).toMatchObject([
      { credential_type: 'o_auth2', provider: 'git_hub', status: 'pending_o_auth' },
    ]);
  });

  test('ends with an active one, whoever brings state and code', async () => {
    const call = await start();
    const back = await consent((await initiate(call)).authorization_url);
    expect([back.host, back.pathname, back.searchParams.get('keep')]).toEqual(['127.0.0.1:9', '/back', '1']);
    const done = await finish(await caller(live()), back);
    const [binding] = await bindings(call);
    expect([done.status, done.json]).toEqual([200, { id: binding.id, status: 'active' }]);
    expect(binding).toMatchObject({
      status: 'active',
      metadata: { external_account_id: 'sandbox-user', oauth_scopes: ['repo', 'read:user'] },
    });
  });

  test('takes a state once', async () => {
    const call = await start();
    const back = await consent((await initiate(call)).authorization_url);
    const statuses = await Promise.all([0, 1, 2].map(async () => (await finish(call, back)).status));
    expect(statuses.sort()).toEqual([200, 400, 400]);
  });

  test('a refused consent comes back without a code: 400 text; the binding stays pending', async () => {
    const call = await start();
    const { authorization_url, state } = await initiate(call);
    const back = await consent(`${authorization_url}&deny=true`);
    expect(Object.fromEntries(back.searchParams)).toEqual({ keep: '1', state, error: 'access_denied' });
    const answer = await call('GET', `${CALLBACK}${back.search}`);
    expect([answer.status, answer.text]).toEqual([
      400,
      'Failed to deserialize query string: missing field `code`',
    ]);
    expect((await bindings(call))[0].status).toBe('pending_o_auth');
  });

  test('a code of another flow, or none of the provider’s, is 500 and uses the state up', async () => {
    const call = await start();
    const [first, second] = [await initiate(call), await initiate(call)];
    const back = await consent(second.authorization_url);
    back.searchParams.set('state', first.state);
    expect((await finish(call, back)).status).toBe(500);
    expect((await finish(call, back)).status).toBe(400);
    expect((await call('GET', `${CALLBACK}?state=${second.state}&code=1`)).status).toBe(500);
  });

  test('a binding that was revoked meanwhile is 500', async () => {
    const call = await start();
    const back = await consent((await initiate(call)).authorization_url);
    const [{ id }] = await bindings(call);
    await call('DELETE', `/v1/credentials/${id}`);
    expect((await finish(call, back)).status).toBe(500);
  });

  test.each(['openai', 'acme', 'GitHub', '__proto__'])(
    'the provider %s is not configured: 500',
    async (provider) => {
      const call = await start();
      expect((await call('POST', START, { json: { provider, redirect_uri: REDIRECT } })).status).toBe(500);
      expect(await bindings(call)).toEqual([]);
    },
  );

  test.each([
    [200, 'https://app.example.com/oauth/callback'],
    [200, 'http://localhost:3000/x'],
    [200, 'http://[::1]/x'],
    [500, 'https://app.example.com/oauth/callback/'],
    [500, 'https://evil.example/'],
    [500, 'http://127.0.0.1@evil.example/'],
    [500, 'http://localhost.evil.example/'],
    [500, 'javascript:alert(1)'],
    [500, 'http://127.0.0.1/#x'],
    [500, 'nowhere'],
    [500, ''],
  ])('answers %i to the redirect %s', async (status, redirect_uri) => {
    const call = await start();
    const json = { provider: 'github', redirect_uri };
    expect((await call('POST', START, { json })).status).toBe(status);
  });

  test.each(['{}', '{"provider":"github"}', '{"provider":"","redirect_uri":"http://localhost"}', '', '7'])(
    'answers 400 to the body %s',
    async (body) => {
      const call = await start();
      expect((await call('POST', START, { body })).status).toBe(400);
    },
  );

  test('needs a bearer for the callback: a browser that is sent there gets 401', async () => {
    const answer = await request(`${live().url}${CALLBACK}?state=a&code=b`, 'GET');
    expect([answer.status, answer.text]).toEqual([401, 'Missing Authorization header']);
  });

  test('can land on a page of the sandbox', async () => {
    const redirect_uri = `${live().url}/sandbox/oauth/landing`;
    const { authorization_url, state } = await initiate(await start(), { redirect_uri });
    const page = await fetch(authorization_url);
    expect(page.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await page.text()).toMatch(new RegExp(`\nstate: ${state}\ncode: [0-9a-f]{40}\n$`));
  });

  test('the provider sends nobody to a place it does not know', async () => {
    const { authorization_url } = await initiate(await start());
    const url = new URL(authorization_url);
    const status = async (name: string, value: string) => {
      const changed = new URL(url);
      changed.searchParams.set(name, value);
      return (await fetch(changed, { redirect: 'manual' })).status;
    };
    expect(await status('redirect_uri', 'https://evil.example/')).toBe(400);
    expect(await status('client_id', 'another')).toBe(400);
    expect((await fetch(`${live().url}/sandbox/oauth/acme/authorize`)).status).toBe(400);
    const changed = new URL(url);
    changed.searchParams.set('code_challenge_method', 'plain');
    expect((await consent(changed.href)).searchParams.get('error')).toBe('invalid_request');
  });
});

describe('time', () => {
  const clock = createClock();
  const shared = shareSandbox({ clock });
  const start = () => caller(shared(), FREE);

  test.each([
    [590, 200],
    [611, 400],
  ])('a state of %i s is answered with %i', async (seconds, status) => {
    const { authorization_url } = await initiate(await start());
    clock.advance(seconds);
    const back = await consent(authorization_url);
    expect((await finish(await start(), back)).status).toBe(status);
  });
});

describe('the device flow', () => {
  const live = shareSandbox();

  test('completes with the reserved code only', async () => {
    const call = await caller(live(), FREE);
    const done = await call('POST', POLL, { json: { device_code: 'sandbox-approved', provider: 'acme' } });
    const [binding] = await bindings(call);
    expect([done.status, done.json]).toEqual([200, { status: 'complete', binding_id: binding.id }]);
    expect(binding).toMatchObject({
      credential_type: 'o_auth2',
      provider: { custom: 'acme' },
      status: 'active',
    });
    for (const device_code of ['', 'x', 'sandbox-denied', 'sandbox-approved ']) {
      const answer = await call('POST', POLL, { json: { device_code, provider: 'p' } });
      expect([answer.status, answer.json]).toEqual([202, { status: 'pending', provider: 'p' }]);
    }
  });

  test('fails with 500 on the state of a flow, which stays good', async () => {
    const call = await caller(live(), FREE);
    const { authorization_url, state } = await initiate(call);
    const answer = await call('POST', POLL, { json: { device_code: state, provider: 'github' } });
    expect(answer.status).toBe(500);
    expect((await finish(call, await consent(authorization_url))).status).toBe(200);
  });
});

test('a flow goes on over a restart, at another port', async () => {
  const data = useDirectory();
  const before: Sandbox = await startSandbox({ data });
  const { authorization_url } = await initiate(await caller(before, FREE));
  await before.close();
  const sandbox = await useSandbox({ data });
  const moved = authorization_url.replace(before.url, sandbox.url);
  expect((await finish(await caller(sandbox, FREE), await consent(moved))).status).toBe(200);
});

test('the published reference: default redirect, expiry, approved and denied', async () => {
  const sandbox = await useSandbox({ dialect: 'documented' });
  const call = await caller(sandbox);
  const begun = await call('POST', START, { json: { provider: 'google', scopes: ['email'] } });
  expect(begun.json).toEqual({
    authorization_url: expect.stringContaining(`${sandbox.url}/sandbox/oauth/google/authorize?`),
    state: expect.stringMatching(/^[0-9a-f]{64}$/),
    expires_at: expect.any(String),
  });
  const [pending] = await bindings(call);
  expect(pending.status).toBe('pending_oauth');
  const back = await consent(begun.json.authorization_url);
  expect(back.href.startsWith(`${sandbox.url}/sandbox/oauth/landing?`)).toBe(true);
  expect((await finish(call, back)).json).toEqual({ credential_id: pending.id, stored: true });
  const poll = async (device_code: string) => (await call('POST', POLL, { json: { device_code } })).json;
  expect(await poll('sandbox-approved')).toEqual({ status: 'approved', credential_id: expect.any(String) });
  expect(await poll('sandbox-denied')).toEqual({ status: 'denied' });
  expect(await poll('x')).toEqual({ status: 'pending' });
  const status = async (json: object) => (await call('POST', START, { json })).status;
  expect(await status({ provider: 'openai' })).toBe(404);
  expect(await status({ provider: 'github', redirect_uri: 'https://evil.example/' })).toBe(422);
  expect(await status({})).toBe(422);
  expect((await finish(call, back)).status).toBe(400);
});
