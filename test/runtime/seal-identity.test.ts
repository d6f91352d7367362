/** A credential that becomes somebody else's does not act in the session of the one before. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHttpClient } from '../../src/client/client.js';
import { readConfig } from '../../src/config.js';
import { SealAccess } from '../../src/runtime/seal-access.js';
import { attested as attestedOf, ScriptedServer, type SeenRequest } from '../seal/_server.js';
import { startScriptedServer } from '../tools/_orchestrator.js';

const jwt = (claims: object): string =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
const ISSUER = 'https://auth.example/realms/zaru-consumer';
const ALICE = jwt({ iss: ISSUER, sub: 'alice', zaru_tier: 'pro' });
const ALICE_RENEWED = jwt({ iss: ISSUER, sub: 'alice', zaru_tier: 'pro', exp: 32_503_680_000 });
const BOB = jwt({ iss: ISSUER, sub: 'bob', zaru_tier: 'free' });

const attested = (security_token: string) => ({
  json: { security_token, expires_at: '2999-01-01T00:00:00Z' },
});

it('attests anew for another identity, and not for a renewed token of the same', async () => {
  const server = await startScriptedServer();
  let current = ALICE;
  const tokens = { token: async () => current, renew: async () => undefined };
  const http = createHttpClient({ baseUrl: server.url, tokens });
  const config = readConfig({ url: server.url, journal: ':memory:' }, {});
  const seal = new SealAccess({ config, url: server.url, http, tokens, proxy: undefined });
  onTestFinished(async () => {
    await seal.close();
    await server.close();
  });
  const done = { json: { count: 0 } };
  server.script([attested('of-alice'), done, done, attested('of-bob'), done]);
  for (const token of [ALICE, ALICE_RENEWED, BOB]) {
    current = token;
    await seal.invoke({ tool: 'aegis.agent.list', arguments: {} }, undefined, new AbortController().signal);
  }
  expect(server.asked.map(({ path, body }) => [path, Object(body)])).toMatchObject([
    ['/v1/seal/attest', { user_id: 'alice', security_context: 'zaru-pro' }],
    ['/v1/seal/invoke', { security_token: 'of-alice' }],
    ['/v1/seal/invoke', { security_token: 'of-alice' }],
    ['/v1/seal/attest', { user_id: 'bob', security_context: 'zaru-free' }],
    ['/v1/seal/invoke', { security_token: 'of-bob' }],
  ]);
});

describe('a session is not shared', () => {
  const tenantOf = (tenant_id: string) => jwt({ iss: ISSUER, sub: 'alice', tenant_id });

  it.each([
    ['by two tenants of one user', [tenantOf('t-1'), tenantOf('t-2')], undefined],
    ['by two API keys', ['aegis_0123456789abcdef', 'aegis_fedcba9876543210'], 'zaru-pro'],
  ])('%s', async (_title, credentials, securityContext) => {
    const server = await ScriptedServer.start();
    server.onAttest((_, count) => attestedOf(`token-${count}`));
    const queue = credentials.flatMap((credential) => [credential, credential]);
    const tokens = { token: async () => queue.shift(), renew: async () => undefined };
    const http = createHttpClient({ baseUrl: server.url, tokens });
    const config = readConfig({ url: server.url, journal: ':memory:', securityContext }, {});
    const seal = new SealAccess({ config, url: server.url, http, tokens, proxy: undefined });
    onTestFinished(async () => {
      await seal.close();
      await http.close();
      await server.stop();
    });
    for (const _ of credentials)
      await seal.invoke({ tool: 'aegis.agent.list', arguments: {} }, undefined, new AbortController().signal);
    expect(server.attestations.map(({ authorization }) => authorization)).toEqual(
      credentials.map((credential) => `Bearer ${credential}`),
    );
  });
});

describe('a call whose credential becomes that of another caller', () => {
  const never = new AbortController().signal;
  const call = { tool: 'aegis.agent.list', arguments: {} };
  const subjectOf = ({ authorization = '' }: SeenRequest): unknown =>
    JSON.parse(Buffer.from(authorization.split('.')[1] ?? '', 'base64url').toString()).sub;
  const tokensOf = (requests: readonly SeenRequest[]) => requests.map(({ body }) => body.security_token);

  async function open(token: () => string) {
    const server = await ScriptedServer.start();
    // The token of a session names the caller whose credential attested it.
    server.onAttest((request) => attestedOf(`of-${subjectOf(request)}`));
    const tokens = { token: async () => token(), renew: async () => undefined };
    const http = createHttpClient({ baseUrl: server.url, tokens });
    const config = readConfig({ url: server.url, journal: ':memory:' }, {});
    const seal = new SealAccess({ config, url: server.url, http, tokens, proxy: undefined });
    onTestFinished(async () => {
      await seal.close();
      await http.close();
      await server.stop();
    });
    return { server, invoke: () => seal.invoke(call, undefined, never) };
  }

  function expectNoMix({ attestations }: ScriptedServer): void {
    for (const request of attestations) expect(request.body.user_id).toBe(subjectOf(request));
  }

  it('before it is signed is made as that caller', async () => {
    const said = [ALICE, BOB];
    const { server, invoke } = await open(() => said.shift() ?? BOB);
    await invoke();
    expectNoMix(server);
    expect(tokensOf(server.invocations)).toEqual(['of-bob']);
  });

  it('while its attestation is under way is made as that caller', async () => {
    let current = ALICE;
    const { server, invoke } = await open(() => current);
    let answer = () => {};
    const after = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const hung = new Promise<void>((resolve) => {
      server.onAttest((request) => {
        if (subjectOf(request) === 'bob') return attestedOf('of-bob');
        resolve();
        return { ...attestedOf('of-alice'), after };
      });
    });
    const first = invoke();
    await hung;
    current = BOB;
    await invoke();
    await first;
    answer();
    expectNoMix(server);
    expect(tokensOf(server.invocations)).toEqual(['of-bob', 'of-bob']);
  });

  it('while the server tells that its session is dead is made as that caller', async () => {
    let current = ALICE;
    const { server, invoke } = await open(() => current);
    let asBob: Promise<unknown> | undefined;
    server.onInvoke((_, count) => {
      if (count > 1) return { json: {} };
      current = BOB;
      asBob = invoke();
      return { status: 400, json: { error: 'Session is inactive: Expired' }, after: asBob };
    });
    await invoke();
    await asBob;
    expectNoMix(server);
    expect(tokensOf(server.invocations)).toEqual(['of-alice', 'of-bob', 'of-bob']);
  });
});
