import { describe, expect, it } from 'vitest';
import { verifyAsOrchestrator } from './_independent.js';
import { attested } from './_server.js';
import { keyOf, payloadOf, refusal, useServer } from './_session.js';

const fixture = useServer();

const gatewayError = (code: number, message: string) => ({
  json: { protocol: 'seal/v1', status: 'error', error: { code, message, timestamp: 1, request_id: 'r' } },
});

describe('failures', () => {
  it.each([
    [400, { json: { error: 'Signature verification failed: x' } }, 'signature_invalid', 1001, false],
    [400, { json: { error: 'Replay protection failed: signature already seen' } }, 'replayed', 1003, true],
    [400, { json: { error: 'Malformed MCP payload: invalid SEAL timestamp' } }, 'malformed', 1000, false],
    [
      400,
      { json: { error: "SEAL envelope requires both 'protocol' and 'timestamp' fields" } },
      'malformed',
      1000,
      false,
    ],
    [400, { json: { error: 'Policy violation: ToolNotAllowed("x")' } }, 'policy_violation', 2000, false],
    [
      400,
      { json: { error: 'Invalid tool arguments: name is required' } },
      'invalid_arguments',
      undefined,
      false,
    ],
    [400, { json: { error: 'Tenant mismatch: a, b' } }, 'tenant_mismatch', undefined, false],
    [400, { json: { error: 'Not found: tool x' } }, 'not_found', undefined, false],
    [
      400,
      { json: { error: 'Upstream service unavailable: temporal' } },
      'upstream_unavailable',
      undefined,
      true,
    ],
    [400, { json: { error: 'Judge timed out: 30s' } }, 'upstream_unavailable', undefined, true],
    [400, { json: { error: 'Internal error: session has expired upstream' } }, 'internal', undefined, true],
    [400, { json: { error: 'Configuration error: x' } }, 'internal', undefined, true],
    [400, { json: { error: 'the disk is full' } }, 'tool_failed', undefined, true],
    [400, gatewayError(1000, 'bad'), 'malformed', 1000, false],
    [401, gatewayError(1001, 'signature must be 64 bytes'), 'signature_invalid', 1001, false],
    [401, gatewayError(1002, 'ExpiredSignature'), 'session_expired', 1002, false],
    [401, gatewayError(1002, 'token verification failed: InvalidSignature'), 'token_invalid', 1002, false],
    [401, gatewayError(1002, 'signature verification failed'), 'signature_invalid', 1002, false],
    [401, gatewayError(1003, 'token replay'), 'replayed', 1003, true],
    [401, gatewayError(1004, 'audience'), 'token_invalid', 1004, false],
    [401, gatewayError(1006, 'inactive'), 'session_inactive', 1006, false],
    [403, gatewayError(2002, 'path'), 'policy_violation', 2002, false],
    [400, gatewayError(3001, 'scope'), 'attestation_failed', 3001, false],
    [403, { json: { code: 2001, error: 'denied', request_id: 'r' } }, 'policy_violation', 2001, false],
    [401, { json: { error: 'unauthorized' } }, 'session_inactive', 1006, false],
    [401, { text: '' }, 'token_invalid', 1004, false],
    [401, { text: '<html>Sign in' }, 'token_invalid', 1004, false],
    [403, { text: '' }, 'forbidden', undefined, false],
    [403, { json: { error: 'forbidden' } }, 'forbidden', undefined, false],
    [404, { text: '' }, 'no_such_route', undefined, false],
    [404, { json: { error: 'unknown tool' } }, 'not_found', undefined, false],
    [413, { text: 'length limit exceeded' }, 'malformed', 1000, false],
    [422, { text: 'Failed to deserialize' }, 'malformed', 1000, false],
    [429, { text: '' }, 'rate_limited', 2005, false],
    [500, { json: { error: 'x' } }, 'internal', undefined, true],
    [502, { text: '<html>' }, 'upstream_unavailable', undefined, true],
    [307, { text: '' }, 'bad_response', undefined, true],
  ])('HTTP %i %j is %s, once sent', async (status, answer, code, wireCode, mayHaveRun) => {
    fixture.server.onInvoke(() => ({ status, ...answer }));
    expect(await refusal(fixture.open().invoke('t', {}))).toMatchObject({
      code,
      wireCode,
      status,
      mayHaveRun,
    });
    expect([fixture.server.attestations.length, fixture.server.invocations.length]).toEqual([1, 1]);
  });

  it.each(['Session is inactive: Expired', 'Session has expired'])(
    'on "%s" attests once more and sends the call with a fresh id',
    async (error) => {
      fixture.server.onAttest((_, count) => attested(`token-${count}`));
      fixture.server.onInvoke((_, count) =>
        count === 1 ? { status: 400, json: { error } } : { json: { done: true } },
      );
      expect(await fixture.open().invoke('t', { n: 1 })).toEqual({ done: true });
      const [first, second] = fixture.server.invocations;
      expect([first?.body.security_token, second?.body.security_token]).toEqual(['token-1', 'token-2']);
      expect(payloadOf(first).params).toEqual(payloadOf(second).params);
      expect(payloadOf(first).id).not.toBe(payloadOf(second).id);
      expect(verifyAsOrchestrator(String(second?.text), keyOf(fixture.server.attestations[1]))).toBe(true);
    },
  );

  it('gives up when the second session is dead too', async () => {
    fixture.server.onInvoke(() => ({ status: 400, json: { error: 'Session has expired' } }));
    expect(await refusal(fixture.open().invoke('t', {}))).toMatchObject({
      code: 'session_expired',
      mayHaveRun: false,
    });
    expect([fixture.server.attestations.length, fixture.server.invocations.length]).toEqual([2, 2]);
  });

  it('attests once for all calls that find the session dead together', async () => {
    fixture.server.onAttest((_, count) => attested(`token-${count}`));
    fixture.server.onInvoke(({ body }) =>
      body.security_token === 'token-1'
        ? { status: 400, json: { error: 'Session is inactive: Expired' } }
        : { json: { done: true } },
    );
    const session = fixture.open();
    await session.attest();
    await Promise.all(Array.from({ length: 5 }, () => session.invoke('t', {})));
    expect(fixture.server.attestations.length).toBe(2);
    expect(fixture.server.invocations.length).toBe(10);
  });

  it('does not send again when the connection breaks', async () => {
    fixture.server.onInvoke(() => ({ hangUp: true }));
    expect(await refusal(fixture.open().invoke('t', {}))).toMatchObject({
      code: 'unreachable',
      mayHaveRun: true,
    });
    expect(fixture.server.invocations.length).toBe(1);
  });

  it('knows that a refused connection sent nothing', async () => {
    const session = fixture.open();
    await session.attest();
    await fixture.server.stop();
    expect(await refusal(session.invoke('t', {}))).toMatchObject({ code: 'unreachable', mayHaveRun: false });
  });

  it('believes a transport that says nothing was sent', async () => {
    const send = async () => {
      throw Object.assign(new Error('pool is closed'), { mayHaveRun: false });
    };
    expect(await refusal(fixture.open({ send }).attest())).toMatchObject({
      code: 'unreachable',
      message: 'No answer from the server: pool is closed',
    });
  });

  it('tells a call that was cancelled under way from one that was not sent', async () => {
    const controller = new AbortController();
    fixture.server.onInvoke(() => {
      controller.abort();
      return { after: new Promise(() => {}) };
    });
    const session = fixture.open();
    const { signal } = controller;
    expect(await refusal(session.invoke('t', {}, { signal }))).toMatchObject({
      code: 'cancelled',
      mayHaveRun: true,
    });
    expect(await refusal(session.invoke('t', {}, { signal }))).toMatchObject({
      code: 'cancelled',
      mayHaveRun: false,
    });
    expect(fixture.server.invocations.length).toBe(1);
  });

  it.each([
    [600_000, "The clock of this machine is 600 s behind the server's."],
    [-90_000, "The clock of this machine is 90 s ahead of the server's."],
  ])('names a clock that is %i ms off when the timestamp was refused', async (skew, sentence) => {
    const now = Date.parse('2026-02-17T14:00:00Z');
    const text =
      'Replay protection failed: envelope timestamp is outside the 30 second freshness window (600s)';
    fixture.server.onAttest(() => attested('token', new Date(now + skew + 3_600_000)));
    fixture.server.onInvoke(() => ({ status: 400, json: { error: text }, date: new Date(now + skew) }));
    const error = await refusal(fixture.open({ now: () => now }).invoke('t', {}));
    expect(error).toMatchObject({ code: 'stale', wireCode: 1003, mayHaveRun: false });
    expect(error.message).toBe(`${text}. ${sentence}`);
    expect(error.next).toBe('Set the clock of this machine (NTP), then try again.');
  });

  it('does not blame a clock that is right', async () => {
    const text =
      'Replay protection failed: envelope timestamp is outside the 30 second freshness window (31s)';
    fixture.server.onInvoke(() => ({ status: 400, json: { error: text } }));
    expect((await refusal(fixture.open().invoke('t', {}))).message).toBe(text);
  });

  it('refuses arguments that cannot be signed before anything is sent', async () => {
    const session = fixture.open();
    await session.attest();
    expect(await refusal(session.invoke('t', { n: 2 ** 60 }))).toMatchObject({
      code: 'unsafe_value',
      path: '/params/arguments/n',
    });
    expect(fixture.server.invocations.length).toBe(0);
  });
});
