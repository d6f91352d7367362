/** A credential that becomes somebody else's does not act in the session of the one before. */
import { expect, it, onTestFinished } from 'vitest';
import { createHttpClient } from '../../src/client/client.js';
import { readConfig } from '../../src/config.js';
import { SealAccess } from '../../src/runtime/seal-access.js';
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
