/** The API key tools against the sandbox of both dialects. */
import { describe, expect, it } from 'vitest';
import { shareDomain, unproven } from '../_domain.js';
import { failure } from '../_tools.js';

const UUID = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

describe.each(['live', 'documented'] as const)('API keys on a %s server', (dialect) => {
  const domain = shareDomain({ dialect });
  let key: Readonly<Record<string, unknown>>;

  it('are created and shown once', async () => {
    key = await domain().tools.must('create_api_key', { name: 'ci-pipeline' });
    expect(key).toMatchObject({ id: UUID, api_key: expect.stringMatching(/^aegis_[0-9a-zA-Z]{40}$/) });
    const { api_keys } = await domain().tools.must('list_api_keys');
    expect(api_keys).toMatchObject([{ id: key.id, name: 'ci-pipeline' }]);
    expect(JSON.stringify(api_keys)).not.toContain(key.api_key);
  });

  it('take scopes and an end', async () => {
    const given = { name: 'short', scopes: ['agent:list'], expires_at: '2999-01-01T00:00:00Z' };
    const { api_key } = await domain().tools.must('create_api_key', { payload: given });
    const valid = await domain().tools.must('validate_api_key', { api_key });
    expect(valid).toMatchObject({ valid: true, scopes: ['agent:list'] });
    expect(JSON.stringify(valid)).not.toContain(api_key);
  });

  it('are validated with no other credential than the key', async () => {
    const anonymous = await domain().as({ expiresIn: -60 });
    expect(await anonymous.must('validate_api_key', { api_key: key.api_key })).toMatchObject({ valid: true });
    expect(await anonymous.must('validate_api_key', { api_key: 'aegis_nobody' })).toEqual({ valid: false });
  });

  it('are revoked for good', async () => {
    const { tools } = domain();
    expect(await tools.must('revoke_api_key', { key_id: key.id })).toMatchObject({
      key_id: key.id,
      status: 'revoked',
    });
    expect(await tools.must('validate_api_key', { api_key: key.api_key })).toEqual({ valid: false });
    expect(await failure(tools, 'revoke_api_key', { key_id: key.id })).toContain(
      'Error not_found (HTTP 404)',
    );
  });

  it('refuse bad input', async () => {
    const { tools } = domain();
    const bad = { name: 'x', expires_at: 'tomorrow' };
    expect(await failure(tools, 'create_api_key', bad)).toContain('create_api_key: expires_at:');
    expect(await failure(tools, 'create_api_key', { name: '' })).toContain('create_api_key: name:');
    const text = await failure(tools, 'validate_api_key', { api_key: 'sk-live-secret' });
    expect(text).toContain('Error invalid_arguments: validate_api_key: api_key:');
    expect(text).not.toContain('sk-live-secret');
    if (dialect === 'documented') return;
    const scopeless = await domain().as({ scopes: ['agent:list'] });
    expect(await failure(scopeless, 'create_api_key', { name: 'x' })).toContain('key:create');
  });

  it('leave no tool out', () => {
    expect(unproven(['api_keys'], [domain().tools])).toEqual([]);
  });
});
