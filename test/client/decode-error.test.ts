import { describe, expect, it } from 'vitest';
import { decodeError, errorIn200, isRefusedUnread } from '../../src/client/decode-error.js';
import type { Method } from '../../src/client/types.js';
import { AegisError } from '../../src/errors.js';

const NOW = Date.UTC(2026, 4, 5, 10, 0, 0);

function decode(
  status: number,
  body = '',
  type = 'application/json',
  extra: { method?: Method; retryAfter?: string } = {},
) {
  const headers: Record<string, string> = { 'content-type': type };
  if (extra.retryAfter !== undefined) headers['retry-after'] = extra.retryAfter;
  const bytes = new TextEncoder().encode(body);
  return decodeError({
    method: extra.method ?? 'GET',
    status,
    headers,
    bytes,
    token: { value: 't' },
    now: NOW,
  });
}

describe('decodeError', () => {
  it.each([
    [
      400,
      '{"error":"Failed to register workflow: no states"}',
      'refused',
      'The server refused the request: Failed to register workflow: no states.',
    ],
    [
      402,
      '{"error":"payment_failed","message":"Card declined."}',
      'payment_required',
      'The server wants a payment first: payment_failed: Card declined.',
    ],
    [403, '{"error":"operator_required"}', 'forbidden', 'The server does not allow this: operator_required.'],
    [404, '{"error":"Agent not found"}', 'not_found', 'Not found: Agent not found.'],
    [404, '', 'no_such_route', 'The server has no such route.'],
    [405, '', 'no_such_route', 'The server has no such route.'],
    [407, '', 'unreachable', 'The proxy wants credentials.'],
    [408, '', 'timeout', 'The server gave up waiting for the request.'],
    [
      409,
      '{"error":"Version mismatch"}',
      'conflict',
      'The request conflicts with the state on the server: Version mismatch.',
    ],
    [410, '{"error":"gone"}', 'not_found', 'No longer there: gone.'],
    [
      413,
      'length limit exceeded',
      'too_large',
      'The request is too large for the server: length limit exceeded.',
    ],
    [
      415,
      'Expected request with `Content-Type: application/json`',
      'refused',
      'The server refused the request: Expected request with `Content-Type: application/json`.',
    ],
    [418, '', 'refused', 'The server refused the request.'],
    [
      422,
      'Failed to deserialize: missing field `input`',
      'refused',
      'The server refused the request: Failed to deserialize: missing field `input`.',
    ],
    [
      429,
      '{"error":"upstream_rate_limit: slow down"}',
      'rate_limited',
      'The server limits the rate of requests: upstream_rate_limit: slow down.',
    ],
    [
      500,
      '{"error":"Quota exceeded for tenant acme"}',
      'server_error',
      'The server failed: Quota exceeded for tenant acme.',
    ],
    [
      501,
      '{"error":"billing_not_configured","message":"Stripe is off"}',
      'unsupported',
      'The server does not implement this: billing_not_configured: Stripe is off.',
    ],
    [
      502,
      '<html><head><title>502 Bad Gateway</title></head><body>x</body></html>',
      'unavailable',
      'A server behind the gateway failed: 502 Bad Gateway.',
    ],
    [
      503,
      '{"error":"Temporal is not available"}',
      'unavailable',
      'The service is not available: Temporal is not available.',
    ],
    [504, '', 'unavailable', 'A server behind the gateway did not answer in time.'],
    [507, '', 'server_error', 'The server failed.'],
  ])('HTTP %i with %j is %s', (status, body, code, message) => {
    expect(decode(status, body)).toMatchObject({ code, status, message, mayHaveRun: false });
  });

  it('names the missing scope', () => {
    expect(decode(403, '{"error":"insufficient_scope","required":"agent:deploy"}')).toMatchObject({
      code: 'forbidden',
      message: 'The server does not allow this: insufficient_scope (agent:deploy).',
      next: 'Use a token whose scope claim contains agent:deploy.',
      details: { reason: 'insufficient_scope', required: 'agent:deploy', contentType: 'application/json' },
    });
  });

  it('names the tenant that may not be switched to', () => {
    expect(decode(403, '{"error":"not_a_team_member"}').next).toBe(
      'Set the tenant to t-<uuid> of a team this user belongs to, or leave it out.',
    );
  });

  it('tells a suspended team from a failed payment', () => {
    const suspended =
      '{"error":"colony_suspended","team_id":"t","tenant_id":"x","reason":"owner_subscription_below_business","remediation":"Ask the owner to upgrade"}';
    expect(decode(402, suspended, 'application/json', { method: 'POST' })).toMatchObject({
      message: 'The server wants a payment first: colony_suspended: Ask the owner to upgrade.',
      next: 'The team is suspended: have its owner renew the subscription, or select another tenant.',
      mayHaveRun: false,
      details: { reason: 'colony_suspended' },
    });
    expect(decode(402, '{"error":"card_declined"}', 'application/json', { method: 'POST' })).toMatchObject({
      next: 'Settle the payment in the billing portal; check the subscription before repeating the change.',
      mayHaveRun: true,
    });
  });

  it("reads the gateway's SEAL error", () => {
    const body =
      '{"protocol":"seal/v1","status":"error","error":{"code":1003,"message":"timestamp outside window"}}';
    expect(decode(401, body)).toMatchObject({
      code: 'unauthorized',
      message: 'The server does not accept the token: timestamp outside window.',
      details: { reason: '1003' },
    });
  });

  it("reads the gateway's SEAL error in the published, flat form", () => {
    const body = '{"code":2001,"error":"tool \'fs.delete\' is denied","request_id":"9b3a1c2e"}';
    expect(decode(403, body)).toMatchObject({
      code: 'forbidden',
      message: "The server does not allow this: tool 'fs.delete' is denied.",
      details: { reason: '2001' },
    });
  });

  it('reads a refusal of the gateway that has no body', () => {
    expect(decode(403, '')).toMatchObject({
      message: 'The server does not allow this.',
      next: 'Use an identity that is allowed to do this: on a SEAL gateway an operator, whose aegis_role is aegis:admin or aegis:operator.',
      details: { body: 'empty' },
    });
    expect(decode(401, '').message).toBe('The server does not accept the token.');
    expect(decode(503, '').message).toBe('The service is not available.');
  });

  it('names the credential that a server lacks', () => {
    const answer = { method: 'GET', status: 401, headers: {}, bytes: new Uint8Array(), now: NOW } as const;
    expect(decodeError({ ...answer, token: { missing: 'AEGIS_GATEWAY_TOKEN' } }).next).toBe(
      'Configure AEGIS_GATEWAY_TOKEN.',
    );
    expect(decodeError({ ...answer, token: {} }).next).toBe(
      'Configure a bearer token, a token file, or Keycloak client credentials.',
    );
  });

  it('wants no token for a request that carries none by design', () => {
    const bytes = new TextEncoder().encode('{"error":"invalid_signature","message":"no match"}');
    const answer = { method: 'POST', status: 401, headers: {}, bytes, now: NOW } as const;
    const { message, next } = decodeError({ ...answer, token: { unsent: true } });
    expect(message).toBe(
      'The server refuses this request, which carries no bearer token by design: invalid_signature: no match.',
    );
    expect(next).toBe('Correct what the message names: a signature, a secret, or a key.');
  });

  it('does not blame the token where attestation refuses what was asked', () => {
    const body = '{"error":"Security context ownership violation: zaru-free"}';
    const error = decode(401, body);
    expect(error.code).toBe('unauthorized');
    expect(error.message).toBe(
      'The server refuses this to the identity in use: Security context ownership violation: zaru-free.',
    );
    expect(error.next).toBe(
      'Correct what the message names, or use another identity than that of the bearer token.',
    );
  });

  it('shows JSON of an unknown shape as it is', () => {
    expect(decode(400, '["a","b"]').message).toBe('The server refused the request: ["a","b"].');
    expect(decode(400, '{"detail":1}').message).toBe('The server refused the request: {"detail":1}.');
  });

  it.each([
    [200 + 300, true],
    [502, true],
    [503, true],
    [504, true],
    [501, false],
    [400, false],
    [404, false],
    [409, false],
    [422, false],
    [429, false],
  ])('HTTP %i after a POST: may have run is %s', (status, mayHaveRun) => {
    expect(decode(status, '{"error":"x"}', 'application/json', { method: 'POST' }).mayHaveRun).toBe(
      mayHaveRun,
    );
  });

  it.each([
    ['120', 120],
    ['Tue, 05 May 2026 10:01:30 GMT', 90],
    ['Tue, 05 May 2026 09:00:00 GMT', 0],
    ['soon', undefined],
  ])('reads Retry-After: %s', (retryAfter, seconds) => {
    expect(decode(429, '', 'text/plain', { retryAfter }).details?.retryAfterSecs).toBe(seconds);
  });

  it('bounds, cleans and redacts what the server wrote', () => {
    const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln';
    const text = `a\u0000b\u001b[31m\u202ec\n d Bearer abc.def.ghi Bearer token required ${jwt} aegis_${'0'.repeat(40)} postgres://u:pw@h/db hvs.CAESabcdef`;
    expect(decode(500, JSON.stringify({ error: text })).message).toBe(
      'The server failed: a b [31mc d Bearer [redacted] Bearer token required [redacted token] [redacted key] postgres://u:[redacted]@h/db [redacted token].',
    );
    const long = decode(500, JSON.stringify({ error: 'x'.repeat(5_000) })).message;
    expect(long).toBe(`The server failed: ${'x'.repeat(2_000)} [3000 more characters].`);
  });

  it('keeps a wide character whole at the bound', () => {
    const long = decode(500, JSON.stringify({ error: `${'x'.repeat(1_999)}😀y` })).message;
    expect(long).toBe(`The server failed: ${'x'.repeat(1_999)} [3 more characters].`);
  });
});

describe('isRefusedUnread', () => {
  it.each([
    [404, '', '', true],
    [404, '404 page not found', 'text/plain', true],
    [404, '{"error":"Agent not found"}', 'application/json', false],
    [405, '', '', true],
    [415, 'Expected request with `Content-Type: application/json`', 'text/plain', true],
    [422, 'Failed to deserialize the JSON body into the target type', 'text/plain; charset=utf-8', true],
    [422, '{"error":"path invalid"}', 'application/json', false],
    [400, 'Failed to parse the request body as JSON', 'text/plain', false],
    [500, '', '', false],
  ])('HTTP %i %j %s: %s', (status, body, type, refused) => {
    expect(isRefusedUnread(decode(status, body, type, { method: 'POST' }))).toBe(refused);
  });

  it('is false for anything that is not an answer of the server', () => {
    expect(isRefusedUnread(new AegisError('connection_lost', 'x'))).toBe(false);
    expect(isRefusedUnread(new Error('x'))).toBe(false);
  });
});

describe('errorIn200', () => {
  it.each<[unknown, string | undefined]>([
    [{ error: 'Approval not found' }, 'Approval not found'],
    [{ error: 'unknown workflow', items: [] }, 'unknown workflow'],
    [{ error: { code: -32000, message: 'no such tool' } }, 'no such tool'],
    [{ error: '' }, undefined],
    [{ error: null, id: 'x' }, undefined],
    [{ items: [] }, undefined],
    [[{ error: 'x' }], undefined],
    ['error', undefined],
    [null, undefined],
  ])('%j', (body, text) => {
    expect(errorIn200(body)).toBe(text);
  });

  it('redacts secrets', () => {
    expect(errorIn200({ error: 'bad Bearer abc123XYZ' })).toBe('bad Bearer [redacted]');
  });
});
