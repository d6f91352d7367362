import { describe, expect, it } from 'vitest';
import { SealError } from '../../src/seal/errors.js';
import type { SealAttempt, SealOutcome } from '../../src/seal/outcome.js';
import { verifyAsGateway, verifyAsOrchestrator } from './_independent.js';
import { attested, ScriptedServer } from './_server.js';
import { keyOf, payloadOf, refusal, useServer } from './_session.js';

const fixture = useServer();

describe('invocation', () => {
  it('sends a body both servers verify with the attested key, and no Authorization', async () => {
    const session = fixture.open({ bearer: async () => 'a.b.c' });
    await session.invoke('aegis.agent.list', { b: 1, a: { 10: 'x', 9: 'ü' } });
    const [request] = fixture.server.invocations;
    const publicKey = keyOf(fixture.server.attestations[0]);
    expect(request?.authorization).toBe(undefined);
    expect(verifyAsOrchestrator(String(request?.text), publicKey)).toBe(true);
    expect(verifyAsGateway(String(request?.text), publicKey)).toBe(true);
    expect(request?.body.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(payloadOf(request)).toEqual({
      jsonrpc: '2.0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      method: 'tools/call',
      params: { name: 'aegis.agent.list', arguments: { a: { 9: 'ü', 10: 'x' }, b: 1 } },
    });
  });

  it('uses a fresh id for each call', async () => {
    const session = fixture.open();
    await session.invoke('t', {});
    await session.invoke('t', {});
    const ids = fixture.server.invocations.map((request) => payloadOf(request).id);
    expect(new Set(ids).size).toBe(2);
  });

  it.each([
    ['the value itself (orchestrator)', { agents: [], count: 0 }, { agents: [], count: 0 }],
    ['a list', [1, 2], [1, 2]],
    ['null', null, null],
    ['{result} alone (gateway)', { result: { rows: 1 } }, { rows: 1 }],
    ['a null result (gateway)', { result: null }, null],
    ['{payload:{result}} (specification)', { protocol: 'seal/v1', payload: { result: [1] } }, [1]],
    ['a JSON-RPC answer', { jsonrpc: '2.0', id: 1, result: 'x', error: null }, 'x'],
    ['a value that has result among others', { result: 1, total: 2 }, { result: 1, total: 2 }],
    ['a value that has a payload of its own', { payload: { size: 1 } }, { payload: { size: 1 } }],
    ['a value with an error of its own', { error: 'no such agent' }, { error: 'no such agent' }],
  ])('reads %s', async (_title, json, expected) => {
    fixture.server.onInvoke(() => ({ text: JSON.stringify(json) }));
    expect(await fixture.open().invoke('t', {})).toEqual(expected);
  });

  it.each([
    [{ payload: { error: { code: -32000, message: 'disk full' } } }, 'disk full'],
    [{ jsonrpc: '2.0', id: 1, error: { code: -32601, message: 'no such tool' } }, 'no such tool'],
    [{ payload: { error: 'plain' } }, '"plain"'],
  ])('reads %j as a failure of the tool', async (json, message) => {
    fixture.server.onInvoke(() => ({ json }));
    const error = await refusal(fixture.open().invoke('t', {}));
    expect(error).toMatchObject({ code: 'tool_failed', message, mayHaveRun: true });
  });

  it.each(['', 'ok', '<html>'])('an answer %j is not readable, and the call may have run', async (text) => {
    fixture.server.onInvoke(() => ({ text }));
    expect(await refusal(fixture.open().invoke('t', {}))).toMatchObject({
      code: 'bad_response',
      mayHaveRun: true,
    });
  });

  it('follows no redirect', async () => {
    fixture.server.onInvoke(() => ({ status: 307, location: `${fixture.server.url}/elsewhere` }));
    expect(await refusal(fixture.open().invoke('t', {}))).toMatchObject({
      code: 'bad_response',
      status: 307,
    });
    expect(fixture.server.seen.length).toBe(2);
  });
});

describe('gateway', () => {
  it('stamps with whole seconds and uses each token once', async () => {
    fixture.server.onAttest((_, count) => attested(`token-${count}`));
    fixture.server.onInvoke(() => ({ json: { result: 'ok' } }));
    const gateway = await ScriptedServer.start();
    gateway.onInvoke(() => ({ json: { result: 'ok' } }));
    const session = fixture.open({ url: gateway.url, attestUrl: fixture.server.url, target: 'gateway' });
    await session.attest();
    await session.invoke('t', {});
    await Promise.all([session.invoke('t', {}), session.invoke('t', {}), session.invoke('t', {})]);
    await gateway.stop();
    expect(fixture.server.invocations.length).toBe(0);
    expect(gateway.attestations.length).toBe(0);
    const tokens = gateway.invocations.map(({ body }) => body.security_token);
    expect(tokens.toSorted()).toEqual(['token-1', 'token-2', 'token-3', 'token-4']);
    expect(gateway.invocations.every(({ body }) => Number.isSafeInteger(body.timestamp))).toBe(true);
  });
});

describe('recording', () => {
  it('tells of each attempt before it is sent, and of its outcome after', async () => {
    const log: string[] = [];
    const attempts: SealAttempt[] = [];
    fixture.server.onAttest((_, count) => attested(`token-${count}`));
    fixture.server.onInvoke((_, count) => {
      log.push(`server ${count}`);
      return count === 1
        ? { status: 400, json: { error: 'Session has expired' } }
        : { json: { deployed: false } };
    });
    const record = (attempt: SealAttempt) => {
      attempts.push(attempt);
      log.push(`begin ${attempt.sessionId}`);
      return ({ status, detail }: SealOutcome) => void log.push(`${status}: ${detail}`);
    };
    await fixture.open().invoke('t', {}, { record });
    expect(log).toEqual([
      'begin session-of-token-1',
      'server 1',
      'failed: session_expired: Session has expired',
      'begin session-of-token-2',
      'server 2',
      'failed: deployed: false',
    ]);
    expect(attempts.map(({ publicKey }) => publicKey)).toEqual(
      fixture.server.attestations.map(({ body }) => body.public_key),
    );
    expect(attempts.map(({ envelope }) => envelope)).toEqual(
      fixture.server.invocations.map(({ body }) => body),
    );
  });

  it.each([
    [{ json: {} }, 'ok'],
    [{ status: 400, json: { error: 'Policy violation: x' } }, 'denied'],
    [{ status: 403, text: '' }, 'denied'],
    [{ status: 400, json: { error: 'Not found: x' } }, 'failed'],
    [{ status: 400, json: { error: 'it broke' } }, 'failed'],
    [{ status: 500, text: '' }, 'unknown'],
    [{ text: 'not JSON' }, 'unknown'],
    [{ hangUp: true }, 'unknown'],
  ])('%j is recorded as %s', async (answer, status) => {
    const outcomes: string[] = [];
    fixture.server.onInvoke(() => answer);
    const record = () => (outcome: SealOutcome) => void outcomes.push(outcome.status);
    await fixture
      .open()
      .invoke('t', {}, { record })
      .catch(() => undefined);
    expect(outcomes).toEqual([status]);
  });

  it.each([
    ['a failure of the tool', (deep: string) => `{"error":${deep}}`],
    ['a wrapped failure', (deep: string) => `{"payload":{"error":${deep}}}`],
    ['a result', (deep: string) => `{"result":${deep}}`],
  ])('%s that is nested beyond measure is not readable, and the call may have run', async (_title, wrap) => {
    const outcomes: SealOutcome[] = [];
    const record = () => (outcome: SealOutcome) => void outcomes.push(outcome);
    const session = fixture.open();
    fixture.server.onInvoke(() => ({ text: wrap(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) }));
    const error = await refusal(session.invoke('t', {}, { record }));
    expect(error).toMatchObject({ code: 'bad_response', mayHaveRun: true });
    expect(outcomes).toMatchObject([{ status: 'unknown' }]);
    fixture.server.onInvoke(() => ({ text: wrap('['.repeat(200) + ']'.repeat(200)) }));
    expect(await session.invoke('t', {}).catch(({ code }) => code)).not.toBe('bad_response');
  });

  it('leaves the reading of JSON to the caller, who may keep large integers', async () => {
    fixture.server.onInvoke(() => ({ text: '18446744073709551615' }));
    expect(await fixture.open({ readJson: (text) => `read: ${text}` }).invoke('t', {})).toBe(
      'read: 18446744073709551615',
    );
  });

  it('holds no more than the beginning of what a failed tool says', async () => {
    const outcomes: SealOutcome[] = [];
    fixture.server.onInvoke(() => ({ json: { error: 'x'.repeat(1_000_000) } }));
    await fixture.open().invoke('t', {}, { record: () => (outcome) => void outcomes.push(outcome) });
    expect(outcomes).toEqual([{ status: 'failed', detail: `${'x'.repeat(500)}…` }]);
  });

  it('sends nothing when the recorder refuses', async () => {
    const record = () => {
      throw new SealError('journal_failed', 'disk full');
    };
    expect(await refusal(fixture.open().invoke('t', {}, { record }))).toMatchObject({
      code: 'journal_failed',
    });
    expect(fixture.server.invocations.length).toBe(0);
  });
});
