import { describe, expect, it } from 'vitest';
import { readActor, sealIdentity } from '../../src/runtime/identity.js';

/** An unsigned token with these claims; only the orchestrator verifies. */
function token(claims: Readonly<Record<string, unknown>>): string {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${encode({ alg: 'RS256' })}.${encode(claims)}.c2ln`;
}

const SYSTEM = 'https://auth.example.com/realms/aegis-system';
const CONSUMER = 'https://auth.example.com/realms/zaru-consumer';
const TENANT = 'https://auth.example.com/realms/tenant-acme';
const SUB = '5b0c5a5e-0a54-4b9c-8f57-6a3a1f0d0021';

describe('the identity kind follows realm and claims', () => {
  it.each([
    [
      'a service account',
      { iss: SYSTEM, azp: 'aegis-mcp', sub: SUB },
      { kind: 'service_account', name: 'aegis-mcp', tenant: 'aegis-system' },
    ],
    [
      'an operator',
      { iss: SYSTEM, azp: 'console', aegis_role: 'aegis:admin', preferred_username: 'admin' },
      { kind: 'operator', name: 'admin', tenant: 'aegis-system' },
    ],
    [
      'a consumer with a tenant',
      { iss: CONSUMER, sub: SUB, tenant_id: 'u-123', preferred_username: 'ann' },
      { kind: 'consumer', name: 'ann', tenant: 'u-123' },
    ],
    [
      'a consumer without a tenant',
      { iss: CONSUMER, sub: SUB },
      { kind: 'consumer', name: SUB, tenant: 'u-5b0c5a5e0a544b9c8f576a3a1f0d0021' },
    ],
    ['a tenant user', { iss: TENANT, sub: SUB }, { kind: 'tenant_user', name: SUB, tenant: 'acme' }],
    ['an issuer with a slash at the end', { iss: `${SYSTEM}/`, azp: 'a' }, { kind: 'service_account' }],
    [
      'a foreign issuer',
      { iss: 'https://accounts.example.com', sub: SUB },
      { kind: 'unknown', tenant: undefined },
    ],
    ['no issuer', { sub: SUB }, { kind: 'unknown', name: SUB, tenant: undefined }],
    ['nothing', {}, { kind: 'unknown', name: 'unknown', tenant: undefined }],
  ])('of %s', (_title, claims, actor) => {
    expect(readActor(token(claims))).toMatchObject(actor);
  });

  it('of no token is anonymous', () => {
    expect(readActor(undefined)).toEqual({
      kind: 'anonymous',
      name: 'anonymous',
      tenant: undefined,
      claims: undefined,
    });
  });

  it.each([
    ['aegis_sandbox_consumer', 'api_key'],
    ['opaque', 'unknown'],
    ['not.a.jwt', 'unknown'],
    ['', 'unknown'],
  ])('of %j is %s, and its text is no name', (text, kind) => {
    expect(readActor(text)).toEqual({ kind, name: 'unknown', tenant: undefined, claims: undefined });
  });
});

describe('the security context', () => {
  const identityOf = (claims: Readonly<Record<string, unknown>>, config = {}) =>
    sealIdentity(readActor(token(claims)), { securityContext: undefined, tenant: undefined, ...config });

  it('of a service account is that of system operators, without a tenant', () => {
    expect(identityOf({ iss: SYSTEM, azp: 'aegis-mcp' })).toEqual({
      securityContext: 'aegis-system-operator',
      fields: { workload_id: 'aegis-mcp' },
    });
  });

  it('of an operator names a tenant, which attestation demands', () => {
    expect(identityOf({ iss: SYSTEM, aegis_role: 'aegis:operator' })).toEqual({
      securityContext: 'aegis-system-operator',
      fields: { workload_id: 'aegis-mcp', tenant_id: 'aegis-system' },
    });
  });

  it('of a consumer follows the tier', () => {
    expect(identityOf({ iss: CONSUMER, sub: SUB, zaru_tier: 'pro' })).toEqual({
      securityContext: 'zaru-pro',
      fields: { workload_id: 'aegis-mcp', user_id: SUB, zaru_tier: 'pro' },
    });
    expect(identityOf({ iss: CONSUMER, sub: SUB })?.securityContext).toBe('zaru-free');
  });

  it('takes the tenant from the configuration', () => {
    expect(identityOf({ iss: SYSTEM, azp: 'a' }, { tenant: 'acme' })?.fields.tenant_id).toBe('acme');
  });

  it('takes the name from the configuration, whoever calls', () => {
    expect(identityOf({ iss: TENANT }, { securityContext: 'tenant-acme-ops' })?.securityContext).toBe(
      'tenant-acme-ops',
    );
  });

  it.each([[{ iss: TENANT }], [{}]])('of %j is not known, so nothing is signed', (claims) => {
    expect(identityOf(claims)).toBeUndefined();
  });
});
