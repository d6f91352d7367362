import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/index.js';
import { createClock } from '../identity/_provider.js';
import { attest, createKey, post, seal, start, toolPayload } from './_seal-client.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const CONSUMER_TENANT = 'u-5b0c5a5e0a544b9c8f576a3a1f0d0021';
const key = createKey();
const public_key = key.raw.toString('base64');
const RUNTIME = { public_key, security_context: 'aegis-system-agent-runtime' };

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await start();
});
afterAll(() => sandbox.close());

const claimsOf = (answer: { readonly body: unknown }) =>
  decodeJwt(String(Object(answer.body).security_token));

describe('a successful attestation', () => {
  it('answers with an RS256 token of one hour and its documented claims', async () => {
    const answer = await attest(sandbox, { ...RUNTIME, task_summary: 'Count words.', container_id: 'c1' });
    const body = Object(answer.body);
    expect([answer.status, body.status]).toEqual([200, 'success']);
    expect(decodeProtectedHeader(body.security_token)).toEqual({ alg: 'RS256', typ: 'JWT' });
    const claims = decodeJwt(body.security_token);
    expect(claims).toEqual({
      sub: expect.stringMatching(UUID),
      security_context: 'aegis-system-agent-runtime',
      scp: 'aegis-system-agent-runtime',
      iss: 'aegis-orchestrator',
      aud: 'aegis-agents',
      iat: expect.any(Number),
      exp: Number(claims.iat) + 3600,
      jti: body.session_id,
      wid: 'c1',
      exec_id: expect.stringMatching(UUID),
      tenant_id: 'aegis-system',
      task_summary: 'Count words.',
    });
    expect(body.expires_at).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\+00:00$/);
    expect(Date.parse(body.expires_at) / 1000).toBe(claims.exp);
  });

  it('drops a summary of more than 256 bytes and names the execution as workload', async () => {
    const claims = claimsOf(await attest(sandbox, { ...RUNTIME, task_summary: 'é'.repeat(129) }));
    expect(claims).not.toHaveProperty('task_summary');
    expect(claims.wid).toBe(claims.exec_id);
  });

  it.each([
    ['raw base64', 'public_key', public_key],
    ['base64url without padding', 'public_key', key.raw.toString('base64url')],
    ['SPKI DER in base64', 'agent_public_key', key.der.toString('base64')],
    ['SPKI PEM', 'public_key_pem', String(key.publicKey.export({ type: 'spki', format: 'pem' }))],
  ])('takes a key as %s', async (_encoding, field, value) => {
    const { security_context } = RUNTIME;
    const answer = await attest(sandbox, { [field]: value, security_context });
    const { security_token } = Object(answer.body);
    const envelope = seal(security_token, key.privateKey, toolPayload('aegis.runtime.list', {}));
    expect(await post(`${sandbox.url}/v1/seal/invoke`, envelope)).toMatchObject({ status: 200 });
  });

  it('takes API keys, which no other route takes', async () => {
    const headers = { authorization: 'Bearer aegis_sandbox_consumer' };
    const answer = await post(
      `${sandbox.url}/v1/seal/attest`,
      { public_key, security_context: 'zaru-free' },
      headers,
    );
    expect(answer.status).toBe(200);
    expect(claimsOf(answer).tenant_id).toBe(CONSUMER_TENANT);
    const refused = await fetch(`${sandbox.url}/v1/agents`, { headers });
    expect([refused.status, await refused.text()]).toEqual([401, 'Unauthorized']);
  });
});

describe('bodies that do not decode', () => {
  it.each([
    ['two keys', { ...RUNTIME, agent_public_key: public_key }],
    ['no key', { security_context: 'zaru-free' }],
    ['a null key', { public_key: null }],
    ['a number for a string', { ...RUNTIME, user_id: 7 }],
    ['an array', []],
  ])('%s is 422 text', async (_what, body) => {
    const answer = await attest(sandbox, body);
    expect(answer.status).toBe(422);
    expect(answer.body).toMatch(/^Failed to deserialize the JSON body into the target type: /);
  });

  it('the same member twice is 422 text', async () => {
    const answer = await attest(sandbox, `{"public_key":"${public_key}","public_key":"${public_key}"}`);
    expect(answer.status).toBe(422);
  });

  it('broken JSON is 400 text, before the bearer is looked at', async () => {
    const answer = await post(`${sandbox.url}/v1/seal/attest`, '{');
    expect(answer.status).toBe(400);
    expect(answer.body).toMatch(/^Failed to parse the request body as JSON: /);
  });

  it('another content type is 415', async () => {
    const answer = await post(`${sandbox.url}/v1/seal/attest`, RUNTIME, { 'content-type': 'text/plain' });
    expect(answer.status).toBe(415);
  });
});

describe('refused callers', () => {
  it.each([
    {},
    { authorization: 'bearer x' },
    { authorization: 'Bearer ' },
    { authorization: 'Bearer nonsense' },
    { authorization: 'Bearer aegis_unknown' },
  ])('%j is unauthorized', async (headers) => {
    const answer = await post(`${sandbox.url}/v1/seal/attest`, RUNTIME, headers);
    expect(answer).toEqual({ status: 401, body: { error: 'unauthorized' } });
  });

  it('refuses a key of 31 bytes', async () => {
    const short = 'AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ==';
    expect(await attest(sandbox, { ...RUNTIME, public_key: short })).toEqual({
      status: 401,
      body: { error: 'Signature verification failed: unsupported Ed25519 public key encoding' },
    });
  });
});

it('dates the session by the clock of the sandbox', async () => {
  const clock = createClock();
  clock.advance(86_400);
  const later = await start({ clock });
  const claims = claimsOf(await attest(later, RUNTIME));
  expect(Number(claims.iat) - Date.now() / 1000).toBeGreaterThan(86_000);
  await later.close();
});
