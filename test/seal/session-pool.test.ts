/** Toward the gateway a token serves one call in a minute: many sessions, each with a key and a token of its own. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SealSession } from '../../src/seal/session.js';
import type { SealSessionOptions } from '../../src/seal/session-options.js';
import { attested, ScriptedServer, type SeenRequest } from './_server.js';
import { refusal, useServer } from './_session.js';

const fixture = useServer();
let gateway: ScriptedServer;

beforeEach(async () => {
  gateway = await ScriptedServer.start();
  gateway.onInvoke(() => ({ json: { result: 'ok' } }));
  fixture.server.onAttest((_, count) => attested(`token-${count}`));
});
afterEach(() => gateway.stop());

function open(options: Partial<SealSessionOptions> = {}): SealSession {
  return fixture.open({ url: gateway.url, attestUrl: fixture.server.url, target: 'gateway', ...options });
}

const tokensOf = (requests: readonly SeenRequest[]) => requests.map(({ body }) => body.security_token);

/** A promise and what resolves it. */
function latch(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

/** Waits until the condition holds; the test's own time limit bounds it. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('tokens', () => {
  it('serve one call each, whatever starts together', async () => {
    const session = open();
    await Promise.all(Array.from({ length: 12 }, (_, n) => session.invoke('t', { n })));
    const used = tokensOf(gateway.invocations);
    expect(used.length).toBe(12);
    expect(new Set(used).size).toBe(12);
  });

  it('are attested side by side, at most four at once', async () => {
    const gate = latch();
    fixture.server.onAttest((_, count) => ({ ...attested(`token-${count}`), after: gate.opened }));
    const session = open();
    const calls = Array.from({ length: 9 }, (_, n) => session.invoke('t', { n }));
    await until(() => fixture.server.attestations.length === 4);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(fixture.server.attestations.length).toBe(4);
    gate.open();
    expect(await Promise.all(calls)).toEqual(Array.from({ length: 9 }, () => 'ok'));
  });

  it('one is in store: a call does not wait for an attestation', async () => {
    const never = latch();
    fixture.server.onAttest((_, count) => ({
      ...attested(`token-${count}`),
      ...(count > 2 && { after: never.opened }),
    }));
    const session = open();
    await session.invoke('t', {});
    await until(() => fixture.server.attestations.length === 2);
    expect(await session.invoke('t', {})).toBe('ok');
    expect(tokensOf(gateway.invocations)).toEqual(['token-1', 'token-2']);
    never.open();
  });

  it('are used again when the gateway has forgotten them, 65 s later, and not before', async () => {
    let now = Date.now();
    const session = open({ now: () => now });
    await session.invoke('t', {});
    await until(() => fixture.server.attestations.length === 2);
    now += 64_000;
    await session.invoke('t', {});
    now += 1_000;
    await session.invoke('t', {});
    const [first, second, third] = tokensOf(gateway.invocations);
    expect([first, second]).toEqual(['token-1', 'token-2']);
    // Which of those that are ready comes first is free; token-1 is ready again.
    expect(['token-1', 'token-3']).toContain(third);
    now += 3_000_000;
    await Promise.all(Array.from({ length: 3 }, () => session.invoke('t', {})));
    expect(tokensOf(gateway.invocations)).toContain('token-1');
  });

  it('that are over are not used: the session is attested anew', async () => {
    let now = Date.now();
    const session = open({ now: () => now });
    await session.invoke('t', {});
    await until(() => fixture.server.attestations.length === 2);
    now += 3_600_000;
    fixture.server.onAttest((_, count) => attested(`token-${count}`, new Date(now + 3_600_000)));
    await session.invoke('t', {});
    expect(tokensOf(gateway.invocations)).not.toContain('token-2');
    expect(gateway.invocations.length).toBe(2);
  });

  it('are not spent on a call that cannot be signed', async () => {
    const session = open();
    expect(await refusal(session.invoke('t', { n: Number.NaN }))).toMatchObject({
      code: 'unsafe_value',
      path: '/params/arguments/n',
    });
    await session.invoke('t', {});
    expect(tokensOf(gateway.invocations)).toEqual(['token-1']);
  });
});

describe('a session that the gateway does not know', () => {
  const token = (execution: string) => {
    const claims = Buffer.from(JSON.stringify({ exec_id: execution, sub: 'agent-1', jti: execution }));
    return `e30.${claims.toString('base64url')}.c2ln`;
  };
  const sessionsOf = () => gateway.seen.filter(({ path }) => path === '/v1/seal/sessions');

  beforeEach(() => {
    fixture.server.onAttest((_, count) =>
      attested(token(`execution-${count}`), new Date('2030-01-01T00:00:00Z')),
    );
    // Knows what has been posted, and nothing else, as a gateway does that the orchestrator cannot reach.
    gateway.onInvoke(({ path, body }) => {
      if (path === '/v1/seal/sessions') return { json: { saved: true } };
      const isKnown = sessionsOf().some((posted) => posted.body.security_token === body.security_token);
      return isKnown ? { json: { result: 'ok' } } : { status: 401, json: { error: 'unauthorized' } };
    });
  });

  it('is posted by the operator, and later ones at once', async () => {
    const session = open({ operatorBearer: async () => 'operator.jwt' });
    expect(await session.invoke('t', { n: 1 })).toBe('ok');
    expect(await session.invoke('t', { n: 2 })).toBe('ok');
    // One refusal, by which it is learnt.
    expect(gateway.invocations.length).toBe(3);
    const [posted] = sessionsOf();
    expect(posted?.authorization).toBe('Bearer operator.jwt');
    expect(posted?.body).toEqual({
      execution_id: expect.stringMatching(/^execution-\d$/),
      agent_id: 'agent-1',
      security_context: 'zaru-pro',
      public_key_b64: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
      security_token: expect.stringMatching(/^e30\./),
      expires_at: '2030-01-01T00:00:00.000+00:00',
    });
    const keys = fixture.server.attestations.map(({ body }) => body.public_key);
    expect(keys).toContain(posted?.body.public_key_b64);
  });

  it('is not what a tool without its credential means: nothing more is posted than for that call', async () => {
    gateway.onInvoke(({ path, body }) => {
      if (path === '/v1/seal/sessions') return { json: { saved: true } };
      const { name } = Object(Object(body.payload).params);
      return name === 'human' ? { status: 401, json: { error: 'unauthorized' } } : { json: { result: 'ok' } };
    });
    const session = open({ operatorBearer: async () => 'operator.jwt' });
    const error = await refusal(session.invoke('human', {}));
    expect(error).toMatchObject({ code: 'session_inactive', mayHaveRun: false });
    expect(error.next).toContain('needs the credential of a signed-in user');
    const posted = sessionsOf().length;
    await session.invoke('t', { n: 1 });
    await session.invoke('t', { n: 2 });
    await session.invoke('t', { n: 3 });
    expect(sessionsOf().length - posted).toBeLessThanOrEqual(1);
  });

  it.each([
    ['has no operator token', async () => undefined],
    ['cannot read its operator token', async () => await Promise.reject(new Error('the file is gone'))],
  ])('is not posted for ever where this side %s: other calls go on', async (_title, operatorBearer) => {
    gateway.onInvoke(({ path, body }) => {
      if (path === '/v1/seal/sessions') return { status: 401 };
      const { name } = Object(Object(body.payload).params);
      return name === 'human' ? { status: 401, json: { error: 'unauthorized' } } : { json: { result: 'ok' } };
    });
    const session = open({ operatorBearer });
    const calls = ['t', 'human', 't', 't', 'human', 't'].map((tool) => session.invoke(tool, {}));
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual([
      true,
      false,
      true,
      true,
      false,
      true,
    ]);
    expect(await session.invoke('t', {})).toBe('ok');
    expect(await session.invoke('t', {})).toBe('ok');
  });

  it('is posted anew, by another attestation, when posting has failed in passing', async () => {
    let isDown = false;
    gateway.onInvoke(({ path, body }) => {
      if (path === '/v1/seal/sessions') return isDown ? { status: 503 } : { json: { saved: true } };
      const isKnown = sessionsOf().some((posted) => posted.body.security_token === body.security_token);
      return isKnown && !isDown
        ? { json: { result: 'ok' } }
        : { status: 401, json: { error: 'unauthorized' } };
    });
    const session = open({
      operatorBearer: async () => 'operator.jwt',
      fields: { execution_id: 'execution-1', agent_id: 'agent-1' },
    });
    expect(await session.invoke('t', { n: 1 })).toBe('ok');
    isDown = true;
    expect(await refusal(session.invoke('t', { n: 2 }))).toMatchObject({
      code: 'attestation_failed',
      status: 503,
    });
    isDown = false;
    expect(await session.invoke('t', { n: 3 })).toBe('ok');
  });

  it('says so when the operator has no credential', async () => {
    const operatorBearer = async () => await Promise.reject(new Error('the file is gone'));
    const error = await refusal(open({ operatorBearer }).invoke('t', {}));
    expect(error).toMatchObject({
      code: 'attestation_failed',
      message: 'No operator token for the gateway: the file is gone',
      mayHaveRun: false,
    });
  });

  it('serves every one of many calls that start together', async () => {
    const session = open({ operatorBearer: async () => 'operator.jwt' });
    const calls = Array.from({ length: 10 }, (_, n) => session.invoke('t', { n }));
    expect(await Promise.all(calls)).toEqual(Array.from({ length: 10 }, () => 'ok'));
  });

  it('is told as such without an operator, after a second attestation', async () => {
    const error = await refusal(open().invoke('t', {}));
    expect(error).toMatchObject({ code: 'session_inactive', status: 401, mayHaveRun: false });
    expect(gateway.invocations.length).toBe(2);
    expect(new Set(tokensOf(gateway.invocations)).size).toBe(2);
  });

  it.each([
    [401, 'its role must be aegis:admin or aegis:operator'],
    [403, 'its role must be aegis:admin or aegis:operator'],
    [503, 'Check the address of the gateway'],
  ])('an operator that the gateway refuses with %i is told what to do', async (status, next) => {
    gateway.onInvoke(({ path }) =>
      path === '/v1/seal/sessions' ? { status } : { status: 401, json: { error: 'unauthorized' } },
    );
    const error = await refusal(open({ operatorBearer: async () => 'o' }).invoke('t', {}));
    expect(error).toMatchObject({ code: 'attestation_failed', status, mayHaveRun: false });
    expect(error.next).toContain(next);
  });

  it('cannot be posted when its token names no execution', async () => {
    fixture.server.onAttest((_, count) => attested(`opaque-${count}`));
    const error = await refusal(open({ operatorBearer: async () => 'o' }).invoke('t', {}));
    expect(error).toMatchObject({ code: 'bad_response', mayHaveRun: false });
  });
});

describe('refusals of the gateway', () => {
  const seal = (code: number, message: string) => ({
    protocol: 'seal/v1',
    status: 'error',
    error: { code, message, timestamp: '2026-02-17T14:32:01Z', request_id: '5f0c' },
  });

  it.each([
    ['a token that is over', 401, seal(1002, 'token verification failed: ExpiredSignature')],
    ['a session that was revoked', 401, { error: 'unauthorized' }],
  ])('%s is followed by one attempt with another, and no third', async (_title, status, json) => {
    gateway.onInvoke(() => ({ status, json }));
    await refusal(open().invoke('t', {}));
    expect(gateway.invocations.length).toBe(2);
    expect(new Set(tokensOf(gateway.invocations)).size).toBe(2);
    gateway.onInvoke((_, count) => (count === 3 ? { status, json } : { json: { result: 'ok' } }));
    expect(await open().invoke('t', {})).toBe('ok');
  });

  it('a token that was never used here, but used before: the call was sent twice in between, and not a third time', async () => {
    gateway.onInvoke(() => ({ status: 401, json: seal(1003, 'security_token jti was already used') }));
    const error = await refusal(open().invoke('t', {}));
    expect(error).toMatchObject({ code: 'replayed', status: 401, wireCode: 1003, mayHaveRun: true });
    expect(error.next).toContain('check what the call did');
    expect(gateway.invocations.length).toBe(1);
  });

  it.each([
    ['a denial by policy', 403, seal(2000, 'tool not allowed'), 'policy_violation', 2000],
    ['a wrong signature', 401, seal(1002, 'signature verification failed'), 'signature_invalid', 1002],
    ['a forged token', 401, seal(1002, 'token: InvalidSignature'), 'token_invalid', 1002],
    ['a token of another issuer', 401, seal(1004, 'token: InvalidIssuer'), 'token_invalid', 1004],
    ['another scope', 400, seal(3001, 'scope does not match'), 'attestation_failed', 3001],
    ['a malformed payload', 400, seal(1000, 'payload has no params'), 'malformed', 1000],
    ['an unknown context', 403, { error: 'forbidden' }, 'forbidden', undefined],
    ['an unknown tool', 404, { error: "workflow 'x' not found" }, 'not_found', undefined],
    ['a fault of its own', 500, { error: 'http error: connection refused' }, 'internal', undefined],
  ])('%s is final', async (_title, status, json, code, wireCode) => {
    gateway.onInvoke(() => ({ status, json }));
    expect(await refusal(open().invoke('t', {}))).toMatchObject({ code, status, wireCode });
    expect(gateway.invocations.length).toBe(1);
  });

  it('a 401 without a body says that the token names no tenant', async () => {
    gateway.onInvoke(() => ({ status: 401, text: '' }));
    const error = await refusal(open().invoke('t', {}));
    expect(error).toMatchObject({ code: 'token_invalid', status: 401, mayHaveRun: false });
    expect(error.next).toContain('names no tenant');
  });

  it('a stamp outside its window names the clock', async () => {
    const message = 'envelope timestamp is outside the 30 second freshness window';
    gateway.onInvoke(() => ({
      status: 401,
      json: seal(1003, message),
      date: new Date(Date.now() + 300_000),
    }));
    const error = await refusal(open().invoke('t', {}));
    expect(error.code).toBe('stale');
    expect(error.message).toMatch(/The clock of this machine is (299|300|301) s behind the server's\.$/);
    expect(gateway.invocations.length).toBe(1);
  });
});

describe('callers', () => {
  it('that give up leave their session to the next', async () => {
    const gate = latch();
    fixture.server.onAttest((_, count) => ({ ...attested(`token-${count}`), after: gate.opened }));
    const session = open();
    const controller = new AbortController();
    const abandoned = refusal(session.invoke('t', {}, { signal: controller.signal }));
    await until(() => fixture.server.attestations.length === 2);
    controller.abort();
    expect(await abandoned).toMatchObject({ code: 'cancelled', mayHaveRun: false });
    gate.open();
    expect(await session.invoke('t', {})).toBe('ok');
    expect(gateway.invocations.length).toBe(1);
  });

  it('are all told when no attestation succeeds, and the next one tries again', async () => {
    fixture.server.onAttest(() => ({ status: 401, json: { error: 'unauthorized' } }));
    const session = open();
    const calls = Array.from({ length: 6 }, () => refusal(session.invoke('t', {})));
    for (const error of await Promise.all(calls)) expect(error.code).toBe('unauthorized');
    fixture.server.onAttest((_, count) => attested(`token-${count}`));
    expect(await session.invoke('t', {})).toBe('ok');
  });

  it('go one after another where they name one execution, for the gateway keeps one session of it', async () => {
    let [running, most] = [0, 0];
    gateway.onInvoke(() => {
      running += 1;
      most = Math.max(most, running);
      const after = new Promise<void>((resolve) => setTimeout(resolve, 10)).then(() => {
        running -= 1;
      });
      return { json: { result: 'ok' }, after };
    });
    const session = open({ fields: { execution_id: 'execution-1', agent_id: 'agent-1' } });
    await Promise.all(Array.from({ length: 4 }, (_, n) => session.invoke('t', { n })));
    expect(most).toBe(1);
    expect(tokensOf(gateway.invocations)).toEqual(['token-1', 'token-2', 'token-3', 'token-4']);
  });

  it('that give up while another call of their execution runs need not wait for it, and the next one still does', async () => {
    const gate = latch();
    gateway.onInvoke(() => ({ json: { result: 'ok' }, after: gate.opened }));
    const session = open({ fields: { execution_id: 'execution-1', agent_id: 'agent-1' } });
    const first = session.invoke('t', { n: 1 });
    await until(() => gateway.invocations.length === 1);
    const controller = new AbortController();
    const second = refusal(session.invoke('t', { n: 2 }, { signal: controller.signal }));
    const third = session.invoke('t', { n: 3 });
    controller.abort();
    expect(await second).toMatchObject({ code: 'cancelled', mayHaveRun: false });
    expect([fixture.server.attestations.length, gateway.invocations.length]).toEqual([1, 1]);
    gate.open();
    expect(await Promise.all([first, third])).toEqual(['ok', 'ok']);
    expect(gateway.invocations.length).toBe(2);
  });

  it('are told of a disposal, and nothing is left behind', async () => {
    fixture.server.onAttest(() => ({ ...attested('token'), after: new Promise(() => undefined) }));
    const session = open();
    const waiting = refusal(session.invoke('t', {}));
    await until(() => fixture.server.attestations.length > 0);
    session.dispose();
    expect(await waiting).toMatchObject({ code: 'not_attested', mayHaveRun: false });
    expect(session.isAttested).toBe(false);
    expect(gateway.invocations.length).toBe(0);
  });
});

describe('attest()', () => {
  it('makes a session that the next call uses', async () => {
    const session = open();
    expect(session.isAttested).toBe(false);
    await session.attest();
    expect(session.isAttested).toBe(true);
    const [first] = fixture.server.attestations;
    await session.invoke('t', {});
    expect(first?.body.security_context).toBe('zaru-pro');
    expect(gateway.invocations.length).toBe(1);
    session.dispose();
    expect(session.isAttested).toBe(false);
  });
});
