import { describe, expect, it } from 'vitest';
import { createClock } from '../identity/_provider.js';
import { createKey, openSession, post, seal, start, startWithSession, toolPayload } from './_seal-client.js';

const clock = createClock();
const { sandbox, session } = await startWithSession({ clock });

const invoke = (body: unknown) => post(`${sandbox.url}/v1/seal/invoke`, body);
const refused = (error: string | RegExp) => ({
  status: 400,
  body: { error: typeof error === 'string' ? error : expect.stringMatching(error) },
});
const LIST = () => toolPayload('aegis.agent.list', {});
const signed = (payload = LIST(), at = clock.now()) => seal(session.token, session.privateKey, payload, at);

describe('a verified call', () => {
  it('is answered with the bare tool result', async () => {
    const answer = await invoke(signed());
    expect(answer).toEqual({ status: 200, body: { tool: 'aegis.agent.list', count: 0, agents: [] } });
  });

  it('may name the tool as the method and the arguments as params', async () => {
    const payload = {
      jsonrpc: '2.0',
      id: 1,
      method: 'aegis.runtime.list',
      params: { language: 'typescript' },
    };
    expect(Object((await invoke(signed(payload))).body).runtimes).toMatchObject([{ version: '5.1' }]);
  });

  it('verifies whatever order the members arrive in', async () => {
    const { signature, ...rest } = signed();
    const payload = Object.fromEntries(Object.entries(rest.payload).reverse());
    expect((await invoke({ signature, ...rest, payload, extra: true })).status).toBe(200);
  });
});

describe('signatures', () => {
  it('of another key are refused', async () => {
    const envelope = seal(session.token, createKey().privateKey, LIST(), clock.now());
    expect(await invoke(envelope)).toEqual(
      refused(
        'Signature verification failed: Signature verification failed: signature error: Verification equation was not satisfied',
      ),
    );
  });

  it('do not cover a changed payload', async () => {
    const envelope = signed(toolPayload('aegis.agent.delete', { agent_id: 'a' }));
    const payload = {
      ...envelope.payload,
      params: { name: 'aegis.agent.delete', arguments: { agent_id: 'b' } },
    };
    expect(await invoke({ ...envelope, payload })).toEqual(refused(/^Signature verification failed: /));
  });

  it('count once within 30 seconds', async () => {
    const envelope = signed();
    expect((await invoke(envelope)).status).toBe(200);
    expect(await invoke(envelope)).toEqual(
      refused('Replay protection failed: envelope nonce already seen within freshness window'),
    );
  });

  it.each([
    ['31 s old', -31, '31'],
    ['31 s ahead', 31, '31'],
    ['an hour old', -3600, '3600'],
  ])('are refused when %s', async (_what, seconds, shown) => {
    // Half a second more, so that the whole-second age does not depend on the speed of the machine.
    const at = new Date(clock.now().getTime() + seconds * 1000 + Math.sign(seconds) * 500);
    expect(await invoke(signed(LIST(), at))).toEqual(
      refused(
        `Replay protection failed: envelope timestamp is outside the 30 second freshness window (${shown}s)`,
      ),
    );
  });
});

describe('envelopes that do not decode', () => {
  it.each(['protocol', 'timestamp'])('without %s are 400', async (member) => {
    expect(await invoke({ ...signed(), [member]: undefined })).toEqual(
      refused("SEAL envelope requires both 'protocol' and 'timestamp' fields"),
    );
  });

  it.each([
    { security_token: undefined },
    { signature: 7 },
    { payload: undefined },
    { timestamp: 1771338721 },
  ])('with %j are 422 text', async (change) => {
    const answer = await invoke({ ...signed(), ...change });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatch(/^Failed to deserialize the JSON body into the target type: /);
  });

  it.each([
    [{ jsonrpc: '2.0', id: 1 }, 'Malformed MCP payload: missing tool name'],
    [{ method: 'tools/call', params: { arguments: {} } }, 'Malformed MCP payload: missing tool name'],
    [
      { method: 'tools/call', params: { name: 'aegis.agent.list' } },
      'Malformed MCP payload: missing arguments',
    ],
  ])('payload %j is malformed', async (payload, error) => {
    expect(await invoke(signed(payload))).toEqual(refused(error));
  });

  it('needs no bearer but a JSON content type', async () => {
    const answer = await post(`${sandbox.url}/v1/seal/invoke`, signed(), { 'content-type': 'text/plain' });
    expect(answer.status).toBe(415);
  });
});

describe('sessions', () => {
  it('of an unknown token are inactive', async () => {
    expect(await invoke({ ...signed(), security_token: 'a.b.c' })).toEqual(
      refused('Session is inactive: Expired'),
    );
  });

  it('expire after an hour, and are gone then', async () => {
    const mine = createClock();
    const other = await start({ clock: mine });
    const short = await openSession(other, 'aegis-system-sandbox');
    mine.advance(3601);
    expect(await short.call('aegis.agent.list', {}, mine.now())).toEqual(refused('Session has expired'));
    expect(await short.call('aegis.agent.list', {}, mine.now())).toEqual(
      refused('Session is inactive: Expired'),
    );
    await other.close();
  });

  it('may be several at once, each bound to its key', async () => {
    const second = await openSession(sandbox, 'aegis-system-sandbox');
    expect((await second.call('aegis.agent.list')).status).toBe(200);
    const crossed = seal(session.token, second.privateKey, LIST(), clock.now());
    expect(await invoke(crossed)).toEqual(refused(/^Signature verification failed: /));
  });
});

it('loses its sessions at a restart', async () => {
  const first = await start();
  const lost = await openSession(first, 'aegis-system-sandbox');
  await first.close();
  const second = await start({ port: Number(new URL(first.url).port) });
  expect(await lost.call('aegis.agent.list')).toEqual(refused('Session is inactive: Expired'));
  await second.close();
});
