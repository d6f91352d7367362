import { describe, expect, it } from 'vitest';
import { readClaims } from '../../src/client/claims.js';

const jwt = (payload: string) => `e30.${Buffer.from(payload).toString('base64url')}.c2ln`;

describe('readClaims', () => {
  it('reads the claims of RFC 7519, section 3.1, without a key', () => {
    const token =
      'eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
    expect(readClaims(token)).toEqual({ iss: 'joe', exp: 1300819380 });
  });

  it('reads the claims that AEGIS uses and leaves out mistyped and oversized ones', () => {
    const claims = {
      sub: 'é',
      azp: 'mcp',
      scope: 'a:b c:d',
      aegis_role: 'aegis:admin',
      tenant_id: 't',
      zaru_tier: 'pro',
      iat: 1,
      nbf: '2',
      exp: 1e300,
    };
    expect(readClaims(jwt(JSON.stringify({ ...claims, iss: 'x'.repeat(5_000) })))).toEqual({
      sub: 'é',
      azp: 'mcp',
      scope: 'a:b c:d',
      aegis_role: 'aegis:admin',
      tenant_id: 't',
      zaru_tier: 'pro',
      iat: 1,
    });
  });

  it.each([
    '',
    'opaque',
    'aegis_0123',
    'a.b',
    'a.b.c.d',
    jwt('[1]'),
    jwt('null'),
    jwt('"x"'),
    jwt('{'),
    jwt(`{"iss":"${'x'.repeat(70_000)}"}`),
  ])('does not take %.20s for a JWT', (token) => {
    expect(readClaims(token)).toBeUndefined();
  });
});
