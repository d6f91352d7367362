import { describe, expect, it } from 'vitest';
import { attested } from './_server.js';
import { refusal, useServer } from './_session.js';

const fixture = useServer();

describe('attestation', () => {
  it('sends key, context, bearer and the further fields, and nothing else', async () => {
    const bearer = async () => 'a.b.c';
    const session = fixture.open({ bearer, fields: { tenant_id: 't-1', task_summary: 'tidy up' } });
    expect(await session.attest()).toMatchObject({ security_token: 'token', session_id: 'session-of-token' });
    const [request] = fixture.server.attestations;
    expect(request?.path).toBe('/v1/seal/attest');
    expect(request?.authorization).toBe('Bearer a.b.c');
    expect(request?.body).toEqual({
      public_key: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
      security_context: 'zaru-pro',
      tenant_id: 't-1',
      task_summary: 'tidy up',
    });
  });

  it('sends no Authorization without a bearer', async () => {
    await fixture.open().attest();
    await fixture.open({ bearer: async () => undefined }).attest();
    expect(fixture.server.attestations.map(({ authorization }) => authorization)).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('keeps the path of the base URL', async () => {
    await fixture.open({ url: `${fixture.server.url}/aegis/` }).attest();
    expect(fixture.server.seen[0]?.path).toBe('/aegis/v1/seal/attest');
  });

  it.each(['ftp://host', 'host:8088', 'http://'])('refuses %s as base URL', (url) => {
    expect(() => fixture.open({ url })).toThrow('Not an http or https URL');
  });

  it('is made once for calls that start together', async () => {
    const session = fixture.open();
    await Promise.all(Array.from({ length: 8 }, (_, n) => session.invoke('t', { n })));
    expect(fixture.server.attestations.length).toBe(1);
    expect(fixture.server.invocations.length).toBe(8);
  });

  it('is joined by attest() while in flight, and made anew with another key afterwards', async () => {
    const session = fixture.open();
    await Promise.all([session.attest(), session.invoke('t', {}), session.attest()]);
    expect(fixture.server.attestations.length).toBe(1);
    await session.attest();
    const [first, second] = fixture.server.attestations;
    expect(first?.body.public_key).not.toBe(second?.body.public_key);
  });

  it('goes on for the others when one caller gives up', async () => {
    let release = () => {};
    const after = new Promise<void>((resolve) => {
      release = resolve;
    });
    fixture.server.onAttest(() => ({ ...attested('token'), after }));
    const session = fixture.open();
    const controller = new AbortController();
    const abandoned = refusal(session.invoke('t', {}, { signal: controller.signal }));
    const patient = session.invoke('t', {});
    controller.abort();
    expect(await abandoned).toMatchObject({ code: 'cancelled', mayHaveRun: false });
    release();
    expect(await patient).toEqual({ done: true });
    expect(fixture.server.attestations.length).toBe(1);
  });

  it('is renewed 60 s before the end, counted on the clock of the server', async () => {
    const start = Date.parse('2026-02-17T14:00:00Z');
    let now = start;
    // The server's clock is two hours ahead: its expiry looks three hours away from here.
    const serverNow = start + 7_200_000;
    fixture.server.onAttest((_, count) => ({
      ...attested(`token-${count}`, new Date(serverNow + 3_600_000)),
      date: new Date(serverNow),
    }));
    const session = fixture.open({ now: () => now });
    await session.invoke('t', {});
    now = start + 3_539_000;
    await session.invoke('t', {});
    expect(fixture.server.attestations.length).toBe(1);
    now = start + 3_540_000;
    await session.invoke('t', {});
    expect(fixture.server.invocations.map(({ body }) => body.security_token)).toEqual([
      'token-1',
      'token-1',
      'token-2',
    ]);
    expect(session.clockSkewMs()).toBeDefined();
  });

  it('is renewed at half of a lifetime of less than two minutes, and serves even one that is over', async () => {
    const start = Date.parse('2026-02-17T14:00:00Z');
    let now = start;
    const live = (seconds: number) => () => ({
      ...attested('token', new Date(now + seconds * 1000)),
      date: new Date(now),
    });
    const session = fixture.open({ now: () => now });
    fixture.server.onAttest(live(30));
    await session.invoke('t', {});
    now = start + 14_000;
    await session.invoke('t', {});
    expect(fixture.server.attestations.length).toBe(1);
    now = start + 15_000;
    fixture.server.onAttest(live(-3600));
    await session.invoke('t', {});
    await session.invoke('t', {});
    expect([fixture.server.attestations.length, fixture.server.invocations.length]).toEqual([3, 4]);
  });

  it.each([
    [401, { json: { error: 'unauthorized' } }, 'unauthorized'],
    [401, { text: '' }, 'unauthorized'],
    [401, { json: { error: 'security context not found' } }, 'attestation_failed'],
    [
      400,
      { json: { error: 'bad_request: operators must specify tenant_id or execution_id' } },
      'attestation_failed',
    ],
    [403, { json: { error: 'permission_denied' } }, 'tenant_mismatch'],
    [404, { json: { error: 'execution_not_found' } }, 'not_found'],
    [404, { text: '' }, 'attest_unsupported'],
    [405, { text: '' }, 'attest_unsupported'],
    [404, { text: '<html>not here</html>' }, 'no_such_route'],
    [422, { text: 'Failed to deserialize the JSON body into the target type' }, 'malformed'],
    [500, { text: 'oops' }, 'internal'],
    [503, { text: '' }, 'upstream_unavailable'],
    [302, { text: '' }, 'bad_response'],
  ])('HTTP %i %j is %s, and nothing ran', async (status, answer, code) => {
    fixture.server.onAttest(() => ({ status, ...answer }));
    const error = await refusal(fixture.open().invoke('t', {}));
    expect(error).toMatchObject({ code, status, mayHaveRun: false });
    expect(error.next).not.toBe('');
    expect([fixture.server.attestations.length, fixture.server.invocations.length]).toEqual([1, 0]);
  });

  it.each([
    [{ json: { expires_at: '2030-01-01T00:00:00Z' } }, 'security_token'],
    [{ json: { security_token: 't', expires_at: 'soon' } }, 'expires_at'],
    [{ text: 'ok' }, 'security_token'],
  ])('an answer %j is not usable', async (answer, field) => {
    fixture.server.onAttest(() => answer);
    const error = await refusal(fixture.open().attest());
    expect(error.code).toBe('bad_response');
    expect(error.message).toContain(`'${field}'`);
  });

  it.each([
    ['empty', ''],
    ['with a line break', 'a.b.c\n'],
    ['with a blank', 'Bearer a.b.c'],
    ['that cannot be signed', 'a.\ud800.c'],
    ['of more than 16 KiB', 'x'.repeat(16_385)],
  ])('a token %s is not usable', async (_title, token) => {
    fixture.server.onAttest(() => attested(token));
    const error = await refusal(fixture.open().invoke('t', {}));
    expect(error).toMatchObject({ code: 'bad_response', mayHaveRun: false });
    expect(error.message).toContain("'security_token'");
  });

  it('takes a token of 16 KiB', async () => {
    fixture.server.onAttest(() => attested('x'.repeat(16_384)));
    expect(await fixture.open().invoke('t', {})).toEqual({ done: true });
  });

  it('names a credential that cannot be had', async () => {
    const bearer = async () => {
      throw new Error('device login needed');
    };
    const error = await refusal(fixture.open({ bearer }).attest());
    expect(error).toMatchObject({ code: 'unauthorized', mayHaveRun: false });
    expect(error.message).toBe('No credential for the attestation: device login needed');
  });

  it('is tried again after a failure', async () => {
    fixture.server.onAttest((_, count) => (count === 1 ? { status: 503 } : attested('token')));
    const session = fixture.open();
    await refusal(session.invoke('t', {}));
    expect(await session.invoke('t', {})).toEqual({ done: true });
  });
});

describe('dispose', () => {
  it('forgets the session; a later call attests anew', async () => {
    const session = fixture.open();
    await session.attest();
    expect(session.isAttested).toBe(true);
    session.dispose();
    session.dispose();
    expect(session.isAttested).toBe(false);
    await session.invoke('t', {});
    expect(fixture.server.attestations.length).toBe(2);
  });

  it('leaves nothing behind of an attestation in flight', async () => {
    const session = fixture.open();
    fixture.server.onAttest(() => {
      session.dispose();
      return attested('token');
    });
    expect(await refusal(session.attest())).toMatchObject({ code: 'not_attested' });
    expect(session.isAttested).toBe(false);
  });
});
