import { describe, expect, it } from 'vitest';
import { createHttpClient } from '../../src/client/client.js';
import type { WireLogEntry } from '../../src/client/options.js';
import type { WireRequest } from '../../src/client/types.js';
import { ORIGIN, tokensOf, useMock } from './_mock.js';

const mock = useMock();
const options = { signal: new AbortController().signal };
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe('send', () => {
  it('sends method, prefix, path, query in order, headers and body, and resolves with the answer', async () => {
    mock()
      .agent.get(ORIGIN)
      .intercept({
        method: 'POST',
        path: '/prefix/v1/agents/a%2Fb?force=true&tag=x%20y&tag=z%26',
        headers: {
          accept: 'application/json',
          authorization: 'Bearer secret-1',
          'content-type': 'application/json',
          'user-agent': 'aegis-mcp/0.1.0',
          'x-tenant-id': 'acme',
          'x-extra': '1',
        },
        body: '{"name":"a"}',
      })
      .reply(201, '{"agent_id":"x"}', {
        headers: { 'Content-Type': 'application/json', 'x-two': ['a', 'b'] },
      });
    const client = mock().client({
      baseUrl: `${ORIGIN}/prefix/`,
      tokens: tokensOf('secret-1'),
      tenant: 'acme',
      userAgent: 'aegis-mcp/0.1.0',
    });
    const response = await client.send(
      {
        method: 'POST',
        path: '/v1/agents/a%2Fb',
        query: [
          ['force', 'true'],
          ['tag', 'x y'],
          ['tag', 'z&'],
        ],
        headers: { 'x-extra': '1', 'x-tenant-id': 'other' },
        body: { type: 'application/json', data: '{"name":"a"}' },
      },
      options,
    );
    expect(response.status).toBe(201);
    expect(response.headers).toEqual({ 'content-type': 'application/json', 'x-two': 'a, b' });
    expect(text(response.bytes)).toBe('{"agent_id":"x"}');
    expect(client.baseUrl).toBe('http://aegis.test/prefix');
  });

  it('sends no Authorization when the request wants none or no credential is configured', async () => {
    const seen: unknown[] = [];
    mock()
      .agent.get(ORIGIN)
      .intercept({ path: '/health' })
      .reply(200, ({ headers }) => {
        seen.push(headers);
        return '{}';
      })
      .times(2);
    const request: WireRequest = { method: 'GET', path: '/health' };
    await mock()
      .client({ tokens: tokensOf('secret-1') })
      .send({ ...request, auth: 'none' }, options);
    await mock().client().send(request, options);
    const plain = { accept: 'application/json', 'user-agent': 'aegis-mcp' };
    expect(seen).toEqual([plain, plain]);
  });

  it('lets a request carry its own Accept, and its own Authorization when it wants none of ours', async () => {
    mock()
      .agent.get(ORIGIN)
      .intercept({
        method: 'POST',
        path: '/v1/api-keys/validate',
        headers: { accept: 'text/plain', authorization: 'Bearer other' },
      })
      .reply(200, '{}');
    const client = mock().client({ tokens: tokensOf('secret-1') });
    const headers = { accept: 'text/plain', authorization: 'Bearer other' };
    const request: WireRequest = { method: 'POST', path: '/v1/api-keys/validate', headers, auth: 'none' };
    expect((await client.send(request, options)).status).toBe(200);
  });

  it('resolves 204 with an empty body', async () => {
    mock().agent.get(ORIGIN).intercept({ method: 'DELETE', path: '/v1/colony/members/1' }).reply(204);
    const response = await mock().client().send({ method: 'DELETE', path: '/v1/colony/members/1' }, options);
    expect([response.status, response.bytes.length]).toEqual([204, 0]);
  });

  it.each([
    [0, 30_000],
    [30_000, 0],
    [30_981, 0],
    [35_000, -4_000],
  ])('measures the clock of the server by its Date header, in whole seconds: at %i', async (ms, skew) => {
    const date = 'Tue, 05 May 2026 10:00:30 GMT';
    mock().agent.get(ORIGIN).intercept({ path: '/health' }).reply(200, '{}', { headers: { date } });
    const client = mock().client({ now: () => Date.UTC(2026, 4, 5, 10, 0, 0, ms) });
    expect(client.clockSkewMs()).toBeUndefined();
    await client.send({ method: 'GET', path: '/health' }, options);
    expect(client.clockSkewMs()).toBe(skew);
  });

  it.each([
    '/v1/agents/../billing',
    '/v1/agents/%2e%2E/billing',
    '/v1/./agents',
    '/v1/agents/a b',
    '/v1/agents/é',
    '/v1/agents\\x',
    '/v1/agents?x=1',
    '/v1/agents?',
    '/v1/agents#x',
    '/v1/ag\nents',
    'v1/agents',
    '@evil.test/v1',
  ])('refuses the path %j, which would call another route', async (path) => {
    const sending = mock().client().send({ method: 'GET', path }, options);
    await expect(sending).rejects.toMatchObject({ code: 'invalid_arguments', mayHaveRun: false });
  });

  it('refuses a query parameter that is not Unicode', async () => {
    const sending = mock()
      .client()
      .send({ method: 'GET', path: '/v1/x', query: [['a', '\ud800']] }, options);
    await expect(sending).rejects.toMatchObject({ code: 'invalid_arguments' });
  });

  it.each([
    [307, false],
    [303, true],
  ])('does not follow HTTP %i, and names where it leads', async (status, mayHaveRun) => {
    const headers = { location: 'https://evil.test/login' };
    mock().agent.get(ORIGIN).intercept({ method: 'POST', path: '/v1/x' }).reply(status, '', { headers });
    const sending = mock()
      .client({ tokens: tokensOf('secret-1') })
      .send({ method: 'POST', path: '/v1/x' }, options);
    await expect(sending).rejects.toMatchObject({
      code: 'bad_response',
      status,
      mayHaveRun,
      message: `The server redirects (HTTP ${status}) to https://evil.test/login; redirects are not followed.`,
      next: 'Set the base URL to the address that finally answers.',
    });
  });

  it('tells the log hook about every attempt, with secrets in the path masked', async () => {
    const pool = mock().agent.get(ORIGIN);
    const token = 'f'.repeat(64);
    const path = `/v1/colony/invitations/${token}/accept`;
    pool.intercept({ path, query: { a: 'secret' } }).reply(503, '');
    pool.intercept({ path, query: { a: 'secret' } }).reply(200, '{}');
    const entries: WireLogEntry[] = [];
    const client = mock().client({ log: (entry) => entries.push(entry), now: () => 0 });
    await client.send({ method: 'GET', path, query: [['a', 'secret']] }, options);
    const common = { method: 'GET', path: '/v1/colony/invitations/[masked]/accept', durationMs: 0 };
    expect(entries).toEqual([
      { ...common, attempt: 1, status: 503, error: 'unavailable' },
      { ...common, attempt: 2, status: 200 },
    ]);
  });
});

describe('createHttpClient', () => {
  it.each([
    ['aegis.test:8088/x y', 'The AEGIS base URL is not an http or https URL.'],
    ['not a url', 'The AEGIS base URL is not a URL.'],
    ['ftp://aegis.test', 'The AEGIS base URL is not an http or https URL.'],
    ['http://me:hunter2@aegis.test', 'The AEGIS base URL contains a user name or password.'],
    ['http://aegis.test/?x=1', 'The AEGIS base URL contains a query or a fragment.'],
  ])('refuses the base URL %j', (baseUrl, message) => {
    expect(() => createHttpClient({ baseUrl })).toThrow(
      expect.objectContaining({ code: 'invalid_configuration', message }),
    );
  });
});
