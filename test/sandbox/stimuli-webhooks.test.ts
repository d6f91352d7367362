import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Answer, caller, request, shareSandbox, useSandbox } from './_sandbox.js';
import { createClock } from './identity/_provider.js';

const GITHUB = 'sandbox-github-secret';
const MIB = 1024 * 1024;
const hmac = (secret: string, body: string | Uint8Array) =>
  createHmac('sha256', secret).update(body).digest('hex');

const send = (url: string, source: string, body: string, headers: Readonly<Record<string, string>>) =>
  request(`${url}/v1/webhooks/${source}`, 'POST', { body, headers });

const signed = (url: string, source: string, secret: string, body: string): Promise<Answer> =>
  send(url, source, body, { 'x-aegis-signature': `sha256=${hmac(secret, body)}` });

describe('a signed delivery', () => {
  const live = shareSandbox();

  test.each([
    ['github', GITHUB],
    ['ci', 'sandbox-ci-secret'],
  ])('of %s starts a workflow, without a token', async (source, secret) => {
    const answer = await signed(live().url, source, secret, '{"action":"opened"}');
    const { stimulus_id, workflow_execution_id: run } = answer.json;
    expect(answer.status).toBe(202);
    expect(answer.headers.get('location')).toBe(`/v1/workflows/executions/${run}/logs`);
    const operator = await caller(live(), { user: 'operator' });
    const { stimulus } = (await operator('GET', `/v1/stimuli/${stimulus_id}`)).json;
    expect([stimulus.source, stimulus.status]).toEqual([source, 'classified']);
    const service = await caller(live());
    expect((await service('GET', `/v1/workflows/executions/${run}`)).status).toBe(200);
  });

  test('is told by a vector of another implementation', async () => {
    // printf 'hello' | openssl dgst -sha256 -hmac sandbox-github-secret
    const digest = '5c9a316f085861a1b8dbe388281b3881df37688d5c46a2cf8fc8e2f316592e4e';
    const headers = { 'x-aegis-signature': `sha256=${digest.toUpperCase()}` };
    expect((await send(live().url, 'github', 'hello', headers)).status).toBe(202);
  });

  test('may have any bytes and content type; the same one twice is accepted twice', async () => {
    const body = Buffer.from([0xff, 0, 0x80]);
    const headers = { 'x-aegis-signature': `sha256=${hmac(GITHUB, body)}`, 'x-idempotency-key': 'same' };
    const url = `${live().url}/v1/webhooks/github`;
    const post = async () => (await fetch(url, { method: 'POST', body, headers })).status;
    expect([await post(), await post()]).toEqual([202, 202]);
    expect((await signed(live().url, 'github', GITHUB, '')).status).toBe(202);
  });

  test('may have 1 MiB, and no byte more', async () => {
    expect((await signed(live().url, 'github', GITHUB, 'x'.repeat(MIB))).status).toBe(202);
    const answer = await signed(live().url, 'github', GITHUB, 'x'.repeat(MIB + 1));
    expect([answer.status, answer.json.error]).toEqual([400, 'body_read_error']);
    const large = await signed(live().url, 'github', GITHUB, 'x'.repeat(3 * MIB));
    expect([large.status, large.json.error]).toEqual([400, 'body_read_error']);
  });

  test.each([
    [401, 'missing_signature', undefined],
    [400, 'malformed_signature', ''],
    [400, 'malformed_signature', hmac(GITHUB, 'x')],
    [400, 'malformed_signature', `SHA256=${hmac(GITHUB, 'x')}`],
    [400, 'malformed_signature', `sha1=${hmac(GITHUB, 'x')}`],
    [400, 'invalid_hex', 'sha256=xyz'],
    [400, 'invalid_hex', 'sha256=abc'],
    [400, 'invalid_hex', `sha256=${hmac(GITHUB, 'x')} `.replace(' ', '_')],
    [401, 'invalid_signature', 'sha256='],
    [401, 'invalid_signature', `sha256=${hmac(GITHUB, 'x').slice(2)}`],
    [401, 'invalid_signature', `sha256=${hmac(GITHUB, 'x')}00`],
    [401, 'invalid_signature', `sha256=${hmac(GITHUB, 'y')}`],
    [401, 'invalid_signature', `sha256=${hmac('sandbox-ci-secret', 'x')}`],
  ])('gets %i %s with the signature %s', async (status, error, signature) => {
    const headers = signature === undefined ? {} : { 'x-aegis-signature': signature };
    const answer = await send(live().url, 'github', 'x', headers);
    expect([answer.status, answer.json]).toEqual([status, { error, message: expect.any(String) }]);
  });

  test.each(['nobody', 'GitHub', 'github%00', '__proto__', 'constructor'])(
    'of the source %s gets 401 secret_not_found',
    async (source) => {
      const answer = await signed(live().url, source, GITHUB, 'x');
      expect([answer.status, answer.json.error]).toEqual([401, 'secret_not_found']);
    },
  );

  test.each([
    [409, 'ambiguous_webhook_route', 'shared', 'x'],
    [500, 'unregistered_webhook_source', 'unrouted', 'x'],
    [503, 'stimulus_service_unavailable', 'github', 'sandbox:stimulus_service_unavailable'],
    [422, 'no_router_configured', 'github', 'sandbox:no_router_configured'],
  ])('gets %i %s from %s for %s', async (status, error, source, body) => {
    const answer = await signed(live().url, source, `sandbox-${source}-secret`, body);
    expect([answer.status, answer.json.error]).toEqual([status, error]);
  });

  test('is one POST of one segment', async () => {
    const service = await caller(live());
    expect((await service('GET', '/v1/webhooks/github')).status).toBe(405);
    expect((await send(live().url, 'github/x', 'x', {})).status).toBe(404);
  });
});

describe('a delivery of Stripe', () => {
  const clock = createClock();
  const live = shareSandbox({ clock });
  const now = () => Math.floor(clock.now().getTime() / 1000);
  const v1 = (time: number, secret = 'sandbox-stripe-secret') => hmac(secret, `${time}.{}`);
  const post = (signature?: string) =>
    send(live().url, 'stripe', '{}', signature === undefined ? {} : { 'stripe-signature': signature });

  test('is received', async () => {
    const answer = await post(`t=${now()}, v0=1, v1=00, v1=${v1(now())}`);
    expect([answer.status, answer.json]).toEqual([200, { received: true }]);
  });

  test.each([
    ['no signature', () => undefined],
    ['no time', () => `v1=${v1(now())}`],
    ['an old time', () => `t=${now() - 400},v1=${v1(now() - 400)}`],
    ['a time to come', () => `t=${now() + 400},v1=${v1(now() + 400)}`],
    ['another secret', () => `t=${now()},v1=${v1(now(), 'other')}`],
    ['more than the signature', () => `t=${now()},v1=${v1(now())}zz`],
    ['another scheme', () => `t=${now()},v0=${v1(now())}`],
    ['garbage', () => '=,=;t,v1'],
  ])('with %s gets 401', async (_title, signature) => {
    const answer = await post(signature());
    expect([answer.status, answer.json.error]).toEqual([401, expect.any(String)]);
  });
});

describe('events of Keycloak', () => {
  const live = shareSandbox();
  const post = (json: unknown) => request(`${live().url}/v1/webhooks/keycloak`, 'POST', { json });

  test.each([
    [201, { type: 'REGISTER', userId: '1', realmId: 'zaru-consumer' }],
    [200, { type: 'LOGIN', userId: '1' }],
    [200, { type: 'register', userId: 'sandbox-provisioning-fails' }],
    [500, { type: 'REGISTER', userId: 'sandbox-provisioning-fails' }],
    [503, { type: 'REGISTER', userId: 'sandbox-user-not-ready' }],
  ])('are answered %i without a body: %j', async (status, json) => {
    const answer = await post(json);
    expect([answer.status, answer.text]).toEqual([status, '']);
  });

  test.each([{}, { type: 'REGISTER' }, { type: 1, userId: '1' }, []])(
    'of another shape get 422: %j',
    async (json) => {
      expect((await post(json)).status).toBe(422);
    },
  );
});

test('the published reference: 200, X-Idempotency-Key, no source of its own for Keycloak and Stripe', async () => {
  const { url } = await useSandbox({ dialect: 'documented' });
  const deliver = (key: string) =>
    send(url, 'github', 'x', {
      'x-aegis-signature': `sha256=${hmac(GITHUB, 'x')}`,
      'x-idempotency-key': key,
    });
  const first = await deliver('a');
  expect([first.status, first.headers.get('location')]).toEqual([200, null]);
  expect((await deliver('a')).json.error).toBe('idempotent_duplicate');
  expect((await deliver('b')).status).toBe(200);
  const malformed = await send(url, 'github', 'x', { 'x-aegis-signature': 'sha256=xyz' });
  expect([malformed.status, malformed.json.error]).toEqual([400, 'malformed_signature']);
  for (const source of ['keycloak', 'stripe']) {
    expect((await signed(url, source, GITHUB, 'x')).json.error).toBe('secret_not_found');
  }
});
