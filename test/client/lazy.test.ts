import { expect, it, vi } from 'vitest';
import { createTokenSource } from '../../src/auth/index.js';
import { createHttpClient } from '../../src/client/client.js';
import { startKeycloak } from '../auth/_keycloak.js';
import { serve } from './_server.js';

const loaded = vi.hoisted((): string[] => []);
vi.mock('undici', async (original) => {
  loaded.push('undici');
  return await original();
});
vi.mock('openid-client', async (original) => {
  loaded.push('openid-client');
  return await original();
});

it('loads undici and openid-client with the first request, not before', async () => {
  const keycloak = await startKeycloak();
  const baseUrl = await serve((_request, response) => response.end('{}'));
  const tokens = createTokenSource({
    keycloakUrl: keycloak.url,
    realm: 'aegis-system',
    clientId: 'mcp',
    clientSecret: 's3cret-value',
  });
  const client = createHttpClient({ baseUrl, tokens });
  expect(loaded).toEqual([]);
  const { signal } = new AbortController();
  await client.send({ method: 'GET', path: '/health', auth: 'none' }, { signal });
  expect(loaded).toEqual(['undici']);
  await client.send({ method: 'GET', path: '/v1/agents' }, { signal });
  expect(loaded).toEqual(['undici', 'openid-client']);
  await client.close();
});
