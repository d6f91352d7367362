import { describe, expect, it } from 'vitest';
import { SEALClient } from '../../src/seal/client.js';
import { refusal, useServer } from './_session.js';

const fixture = useServer();

describe('SEALClient', () => {
  it('attests and calls as published', async () => {
    const seal = new SEALClient(fixture.server.url, 'my-workload', 'zaru-free', {
      bearer: async () => 'jwt',
    });
    const result = await seal.attest();
    expect(result.security_token).toBe('token');
    expect(await seal.callTool('read_file', { path: '/workspace/main.ts' })).toEqual({ done: true });
    expect(fixture.server.attestations[0]?.body).toMatchObject({
      workload_id: 'my-workload',
      security_context: 'zaru-free',
    });
    expect(fixture.server.attestations[0]?.authorization).toBe('Bearer jwt');
    seal.dispose();
  });

  it.each([
    ['a token', 'jwt', 'Bearer jwt'],
    ['an API key', 'aegis_0123', 'Bearer aegis_0123'],
    ['nothing', undefined, undefined],
  ])('attests with %s given as text', async (_title, bearer, authorization) => {
    const options = bearer === undefined ? {} : { bearer };
    const seal = new SEALClient(fixture.server.url, 'w', 'zaru-free', options);
    await seal.attest();
    expect(fixture.server.attestations[0]?.authorization).toBe(authorization);
    seal.dispose();
  });

  it('demands attest() before the first call and after dispose()', async () => {
    const seal = new SEALClient(fixture.server.url, 'w', 'zaru-free');
    const call = () => refusal(seal.callTool('t', {}));
    expect((await call()).message).toBe('No security token available. Must call attest() first.');
    await seal.attest();
    seal.dispose();
    expect(await call()).toMatchObject({ code: 'not_attested' });
    expect(fixture.server.invocations.length).toBe(0);
  });
});
