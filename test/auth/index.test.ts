import { describe, expect, it } from 'vitest';
import { type CredentialConfig, createTokenSource } from '../../src/auth/index.js';

const never = new AbortController().signal;
const client = {
  keycloakUrl: 'https://auth.example.com',
  realm: 'r',
  clientId: 'mcp',
  clientSecret: 's3cret-value',
};

describe('createTokenSource', () => {
  it('is undefined without a credential; empty settings are none', () => {
    expect(createTokenSource({})).toBeUndefined();
    expect(createTokenSource({ bearerToken: '', tokenFile: '', clientSecret: '' })).toBeUndefined();
  });

  it('always gives a configured bearer token, and has no other', async () => {
    const tokens = createTokenSource({ bearerToken: ' abc.def \n' });
    expect(await tokens?.token(never)).toBe('abc.def');
    expect(await tokens?.renew('abc.def', never)).toBeUndefined();
    expect(tokens?.description).toBe('the configured bearer token');
  });

  it.each<[CredentialConfig, string]>([
    [{ tokenFile: '/run/token' }, 'the token file /run/token'],
    [client, 'the client credentials of "mcp" at https://auth.example.com/realms/r'],
  ])('describes its source without secrets', (config, description) => {
    expect(createTokenSource(config)?.description).toBe(description);
  });

  it.each<[CredentialConfig, string]>([
    [
      { bearerToken: 'a b' },
      'The configured bearer token has white space or other characters inside that no token has.',
    ],
    [{ bearerToken: 'a', tokenFile: 'b' }, 'More than one kind of credential is configured.'],
    [{ ...client, bearerToken: 'a' }, 'More than one kind of credential is configured.'],
    [{ ...client, realm: undefined, clientSecret: '' }, 'Client credentials lack realm, clientSecret.'],
  ])('refuses a configuration that is unclear or incomplete', (config, message) => {
    expect(() => createTokenSource(config)).toThrow(
      expect.objectContaining({ code: 'invalid_configuration', message }),
    );
  });
});
