import { describe, expect, it, vi } from 'vitest';
import { openSession as openGatewaySession, operator } from '../gateway/_gateway.js';
import { manualClock } from '../workflows/_clock.js';
import { attest, createKey, get, openSession, start, startWithSession } from './_seal-client.js';

const { sandbox, session } = await startWithSession();

const body = () => ({
  public_key: createKey().raw.toString('base64'),
  security_context: 'aegis-system-sandbox',
});

describe('faults', () => {
  it('a slow attestation answers when its time has come', async () => {
    const clock = manualClock();
    const slow = await start({ clock });
    slow.faults.attestDelay = 2_000;
    const answer = attest(slow, body());
    await vi.waitFor(() => expect(clock.sleeping()).toEqual([2]));
    clock.advance(2);
    expect((await answer).status).toBe(200);
    await slow.close();
  });

  it('a gateway out of reach does not hinder attestation, and knows nothing of the session', async () => {
    const call = await operator(sandbox);
    const known = async () => (await call('GET', '/v1/seal/sessions')).json.length;
    const before = await known();
    sandbox.faults.gatewayUnreachable = true;
    expect((await attest(sandbox, body())).status).toBe(200);
    expect(await known()).toBe(before);
    sandbox.faults.gatewayUnreachable = false;
    expect((await attest(sandbox, body())).status).toBe(200);
    expect(await known()).toBe(before + 1);
  });

  it('a gateway out of reach is left out of lists, and may have had any unknown tool', async () => {
    const call = await operator(sandbox);
    const tool = {
      name: 'echo',
      description: 'Echoes.',
      docker_image: 'echo:1',
      allowed_subcommands: ['say'],
    };
    const rest = { require_semantic_judge: false, default_timeout_seconds: 5 };
    await call('POST', '/v1/cli-tools', { json: { ...tool, ...rest } });
    const names = async () => {
      const listed = await get(`${sandbox.url}/v1/seal/tools`);
      return Object(listed.body).tools.map(({ name }: { readonly name: string }) => name);
    };
    expect(await names()).toContain('echo');
    sandbox.faults.gatewayUnreachable = true;
    expect(await names()).toHaveLength(66);
    for (const name of ['echo', 'nobody']) {
      expect(await session.call(name)).toEqual({
        status: 400,
        body: { error: 'Internal error: seal tooling gateway connect failed: transport error' },
      });
    }
    expect((await session.call('tickets.search')).status).toBe(200);
    sandbox.faults.gatewayUnreachable = false;
  });

  it('a listing that fails is 500, and everything else goes on', async () => {
    sandbox.faults.listingFails = true;
    expect(await get(`${sandbox.url}/v1/seal/tools`)).toEqual({
      status: 500,
      body: { error: 'Internal error: Failed to list tools: the sandbox was told to fail' },
    });
    expect((await session.call('aegis.agent.list')).status).toBe(200);
    sandbox.faults.listingFails = false;
  });
});

describe('a clock that is wrong', () => {
  it('shows in the Date of both servers', async () => {
    const clock = manualClock('2026-03-05T14:00:00.000Z');
    const fast = await start({ clock, clockSkew: 90 });
    const dates = [fast.url, fast.gatewayUrl].map(async (url) =>
      (await fetch(`${url}/nothing`)).headers.get('date'),
    );
    expect(await Promise.all(dates)).toEqual([
      'Thu, 05 Mar 2026 14:01:30 GMT',
      'Thu, 05 Mar 2026 14:01:30 GMT',
    ]);
    await fast.close();
  });

  it('follows the clock it was given', async () => {
    const clock = manualClock('2001-01-01T00:00:00.000Z');
    const old = await start({ clock });
    const dateOf = async (url: string) => (await fetch(url)).headers.get('date');
    expect(await dateOf(`${old.url}/health`)).toBe('Mon, 01 Jan 2001 00:00:00 GMT');
    clock.advance(61);
    expect(await dateOf(`${old.gatewayUrl}/nothing`)).toBe('Mon, 01 Jan 2001 00:01:01 GMT');
    await old.close();
  });

  it.each([
    [120, '2026-03-05T14:02:00.000Z', '2026-03-05T15:02:00+00:00'],
    [-120, '2026-03-05T13:58:00.000Z', '2026-03-05T14:58:00+00:00'],
  ])('by %i s dates sessions and judges freshness', async (clockSkew, theirs, expires_at) => {
    const clock = manualClock('2026-03-05T14:00:00.000Z');
    const wrong = await start({ clock, clockSkew });
    expect(Object((await attest(wrong, body())).body).expires_at).toBe(expires_at);

    const caller = await openSession(wrong, 'aegis-system-sandbox');
    expect((await caller.call('aegis.agent.list', {}, clock.now())).body).toEqual({
      error: 'Replay protection failed: envelope timestamp is outside the 30 second freshness window (120s)',
    });
    expect((await caller.call('aegis.agent.list', {}, new Date(theirs))).status).toBe(200);

    const other = await openGatewaySession(wrong);
    const ask = (at: string) => other.call('nothing', {}, { timestamp: Date.parse(at) / 1000 });
    const stale = await ask('2026-03-05T14:00:00.000Z');
    expect([stale.status, stale.json.error.code]).toEqual([401, 1003]);
    expect((await ask(theirs)).status).toBe(404);
    await wrong.close();
  });
});
