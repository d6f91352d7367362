import { describe, expect, it } from 'vitest';
import type { HttpClientOptions } from '../../src/client/options.js';
import type { Method } from '../../src/client/types.js';
import { ORIGIN, tokensOf, useMock } from './_mock.js';

const mock = useMock();
const options = { signal: new AbortController().signal };

function sleeper(): { waits: number[]; settings: Partial<HttpClientOptions> } {
  const waits: number[] = [];
  const sleep = async (ms: number) => {
    waits.push(ms);
  };
  return { waits, settings: { sleep, random: () => 0.5 } };
}

describe('retries', () => {
  it.each([502, 503, 504])(
    'repeats a GET after HTTP %i, twice at most, with backoff and jitter',
    async (status) => {
      mock().agent.get(ORIGIN).intercept({ path: '/v1/agents' }).reply(status, 'busy').times(3);
      const { waits, settings } = sleeper();
      const sending = mock().client(settings).send({ method: 'GET', path: '/v1/agents' }, options);
      await expect(sending).rejects.toMatchObject({ code: 'unavailable', status });
      expect(waits).toEqual([150, 300]);
    },
  );

  it('resolves when a later attempt succeeds', async () => {
    const pool = mock().agent.get(ORIGIN);
    pool.intercept({ path: '/v1/agents' }).reply(503, '');
    pool.intercept({ path: '/v1/agents' }).reply(200, '[]');
    const response = await mock().client().send({ method: 'GET', path: '/v1/agents' }, options);
    expect(response.status).toBe(200);
  });

  it('waits as long as the server asks for, and not at all when that is long', async () => {
    const pool = mock().agent.get(ORIGIN);
    pool.intercept({ path: '/v1/agents' }).reply(503, '', { headers: { 'retry-after': '2' } });
    pool.intercept({ path: '/v1/agents' }).reply(503, '', { headers: { 'retry-after': '3600' } });
    const { waits, settings } = sleeper();
    const sending = mock().client(settings).send({ method: 'GET', path: '/v1/agents' }, options);
    await expect(sending).rejects.toMatchObject({
      details: { retryAfterSecs: 3600 },
      next: 'Wait 3600 s and try again.',
    });
    expect(waits).toEqual([2000]);
  });

  it.each<Method>(['POST', 'PUT', 'PATCH', 'DELETE'])('never repeats a %s', async (method) => {
    mock().agent.get(ORIGIN).intercept({ method, path: '/v1/x' }).reply(503, '{"error":"Temporal is down"}');
    const { waits, settings } = sleeper();
    const sending = mock().client(settings).send({ method, path: '/v1/x' }, options);
    await expect(sending).rejects.toMatchObject({
      code: 'unavailable',
      mayHaveRun: true,
      message: 'The service is not available: Temporal is down.',
    });
    expect(waits).toEqual([]);
  });

  it('never repeats a GET that changes something, and says that it may have run', async () => {
    mock().agent.get(ORIGIN).intercept({ path: '/v1/callback' }).reply(503, '');
    const { waits, settings } = sleeper();
    const request = { method: 'GET', path: '/v1/callback', once: true } as const;
    const sending = mock().client(settings).send(request, options);
    await expect(sending).rejects.toMatchObject({ code: 'unavailable', mayHaveRun: true });
    expect(waits).toEqual([]);
  });

  it('never repeats a GET that changes something, and says that it may have run', async () => {
    mock().agent.get(ORIGIN).intercept({ path: '/v1/callback' }).reply(503, '');
    const { waits, settings } = sleeper();
    const request = { method: 'GET', path: '/v1/callback', once: true } as const;
    const sending = mock().client(settings).send(request, options);
    await expect(sending).rejects.toMatchObject({ code: 'unavailable', mayHaveRun: true });
    expect(waits).toEqual([]);
  });

  it.each([400, 404, 409, 429, 500])('does not repeat a GET after HTTP %i', async (status) => {
    mock().agent.get(ORIGIN).intercept({ path: '/v1/x' }).reply(status, '{"error":"no"}');
    const { waits, settings } = sleeper();
    await expect(
      mock().client(settings).send({ method: 'GET', path: '/v1/x' }, options),
    ).rejects.toMatchObject({ status });
    expect(waits).toEqual([]);
  });

  it('is cancelled while it waits for the next attempt', async () => {
    mock().agent.get(ORIGIN).intercept({ path: '/v1/x' }).reply(503, '');
    const controller = new AbortController();
    const sleep = async (_ms: number, signal: AbortSignal) => {
      controller.abort();
      signal.throwIfAborted();
    };
    const sending = mock()
      .client({ sleep })
      .send({ method: 'GET', path: '/v1/x' }, { signal: controller.signal });
    await expect(sending).rejects.toMatchObject({ code: 'cancelled', mayHaveRun: false });
  });
});

describe('HTTP 401', () => {
  const text = { headers: { 'content-type': 'text/plain' } };

  it('renews the token once and sends the same request again, whatever its method', async () => {
    const pool = mock().agent.get(ORIGIN);
    const request = { method: 'POST', path: '/v1/x', body: 'data' };
    pool.intercept({ ...request, headers: { authorization: 'Bearer old' } }).reply(401, 'Unauthorized', text);
    pool.intercept({ ...request, headers: { authorization: 'Bearer new' } }).reply(200, '{}');
    const tokens = tokensOf('old', 'new');
    const body = { type: 'text/yaml', data: 'data' };
    const response = await mock().client({ tokens }).send({ method: 'POST', path: '/v1/x', body }, options);
    expect(response.status).toBe(200);
    expect(tokens.rejected).toEqual(['old']);
  });

  it('gives up after the second 401, naming where the token comes from', async () => {
    mock().agent.get(ORIGIN).intercept({ path: '/v1/x' }).reply(401, 'Unauthorized', text).times(2);
    const tokens = tokensOf('old', 'new', 'newer');
    const sending = mock().client({ tokens }).send({ method: 'GET', path: '/v1/x' }, options);
    await expect(sending).rejects.toMatchObject({
      code: 'unauthorized',
      status: 401,
      mayHaveRun: false,
      message: 'The server does not accept the token: Unauthorized.',
      next: 'Check the token of the test: the server takes only RS256 JWTs of its own realms and audience.',
    });
    expect(tokens.rejected).toEqual(['old']);
  });

  it('is final when there is no other token', async () => {
    mock().agent.get(ORIGIN).intercept({ path: '/v1/x' }).reply(401, 'Unauthorized', text);
    const sending = mock()
      .client({ tokens: tokensOf('only') })
      .send({ method: 'GET', path: '/v1/x' }, options);
    await expect(sending).rejects.toMatchObject({ code: 'unauthorized' });
  });

  it('says so when no credential is configured', async () => {
    mock().agent.get(ORIGIN).intercept({ path: '/v1/x' }).reply(401, 'Missing Authorization header', text);
    await expect(mock().client().send({ method: 'GET', path: '/v1/x' }, options)).rejects.toMatchObject({
      message: 'The server wants a bearer token and none was sent: Missing Authorization header.',
      next: 'Configure a bearer token, a token file, or Keycloak client credentials.',
    });
  });

  it('says so when the token has expired by the clock of the server', async () => {
    const claims = Buffer.from('{"exp":1777971600,"iss":"https://auth.test/realms/r"}').toString('base64url');
    const headers = { date: 'Tue, 05 May 2026 10:00:00 GMT' };
    mock().agent.get(ORIGIN).intercept({ path: '/v1/x' }).reply(401, 'Unauthorized', { headers });
    const client = mock().client({
      tokens: tokensOf(`h.${claims}.s`),
      now: () => 1777971600_000 - 3_600_000,
    });
    await expect(client.send({ method: 'GET', path: '/v1/x' }, options)).rejects.toMatchObject({
      message: 'The token expired at 2026-05-05T09:00:00.000Z: Unauthorized.',
      next: 'Replace the token of the test with a fresh token.',
    });
  });

  it('names the issuer of a token that is not expired', async () => {
    const claims = Buffer.from('{"exp":1777971600,"iss":"https://auth.test/realms/r"}').toString('base64url');
    mock().agent.get(ORIGIN).intercept({ path: '/v1/x' }).reply(401, 'Unauthorized');
    const client = mock().client({ tokens: tokensOf(`h.${claims}.s`), now: () => 1777971600_000 - 1 });
    await expect(client.send({ method: 'GET', path: '/v1/x' }, options)).rejects.toMatchObject({
      next: 'Check the token of the test (issued by https://auth.test/realms/r): the server takes only RS256 JWTs of its own realms and audience.',
    });
  });

  it('says that API keys open only SEAL attestation, except where a handler refused one (D02)', async () => {
    const key = `aegis_${'a1'.repeat(20)}`;
    const pool = mock().agent.get(ORIGIN);
    pool.intercept({ path: '/v1/agents' }).reply(401, 'Unauthorized', text);
    pool.intercept({ method: 'POST', path: '/v1/seal/attest' }).reply(401, '{"error":"unauthorized"}');
    const client = mock().client({ tokens: tokensOf(key) });
    await expect(client.send({ method: 'GET', path: '/v1/agents' }, options)).rejects.toMatchObject({
      message:
        'The server takes AEGIS API keys (aegis_...) only for SEAL attestation; this route wants a JWT: Unauthorized.',
      next: 'Configure a JWT or Keycloak client credentials instead of the API key.',
    });
    await expect(client.send({ method: 'POST', path: '/v1/seal/attest' }, options)).rejects.toMatchObject({
      message: 'The server does not accept the token: unauthorized.',
    });
  });
});
