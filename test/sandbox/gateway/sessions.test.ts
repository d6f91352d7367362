import { describe, expect, it } from 'vitest';
import { shareSandbox, useSandbox } from '../_sandbox.js';
import { operator } from './_gateway.js';

const shared = shareSandbox();

const session = (parts: object = {}) => ({
  execution_id: 'exec-1',
  agent_id: 'agent-1',
  security_context: 'nowhere',
  public_key_b64: 'not a key',
  security_token: 'not a token',
  ...parts,
});

describe('sessions', () => {
  it('are stored as they come, with defaults', async () => {
    const call = await operator(shared(), { tenant: 'acme' });
    const before = Date.now();
    expect((await call('POST', '/v1/seal/sessions', { json: session() })).json).toEqual({ saved: true });
    const { json } = await call('GET', '/v1/seal/sessions/exec-1');
    expect(json).toEqual({
      ...session(),
      session_status: 'Active',
      expires_at: expect.any(String),
      allowed_tool_patterns: ['*'],
      tenant_id: 'acme',
    });
    expect(Date.parse(json.expires_at) - before - 3_600_000).toBeLessThan(10_000);
    expect((await call('GET', '/v1/seal/sessions')).json).toEqual([json]);
  });

  it.each([
    [{ expires_at: '2030-01-01T02:00:00+02:00' }, { expires_at: '2030-01-01T00:00:00.000Z' }],
    [
      { expires_at: null, session_status: null, allowed_tool_patterns: null },
      { session_status: 'Active', allowed_tool_patterns: ['*'] },
    ],
    [{ allowed_tool_patterns: [] }, { allowed_tool_patterns: ['*'] }],
    [
      { allowed_tool_patterns: ['fs.*'], session_status: 'Expired' },
      { allowed_tool_patterns: ['fs.*'], session_status: 'Expired' },
    ],
  ])('%j', async (parts, shown) => {
    const call = await operator(shared());
    expect((await call('POST', '/v1/seal/sessions', { json: session(parts) })).status).toBe(200);
    expect((await call('GET', '/v1/seal/sessions/exec-1')).json).toMatchObject(shown);
  });

  it('may have blank ids', async () => {
    const call = await operator(shared(), { tenant: 'blank' });
    await call('POST', '/v1/seal/sessions', { json: session({ execution_id: '', agent_id: '' }) });
    const { json } = await call('GET', '/v1/seal/sessions');
    expect(json.map((row: { execution_id: string }) => row.execution_id)).toContain('');
  });

  it.each([
    [{ expires_at: 'tomorrow' }, 400],
    [{ expires_at: '' }, 400],
    [{ expires_at: 7 }, 422],
    [{ session_status: 'Gone' }, 422],
    [{ allowed_tool_patterns: 'fs.*' }, 422],
    [{ agent_id: null }, 422],
  ])('with %j are %i', async (parts, status) => {
    const call = await operator(shared());
    expect((await call('POST', '/v1/seal/sessions', { json: session(parts) })).status).toBe(status);
  });

  it('are overwritten by any tenant, and listed for their own, for all without a tenant', async () => {
    const sandbox = await useSandbox();
    const [acme, other, system] = await Promise.all(
      [{ tenant: 'acme' }, { tenant: 'other' }, {}].map((options) => operator(sandbox, options)),
    );
    const listed = async (call = system) =>
      (await call?.('GET', '/v1/seal/sessions'))?.json.map(
        (row: { execution_id: string }) => row.execution_id,
      );
    await acme?.('POST', '/v1/seal/sessions', { json: session({ execution_id: 'a' }) });
    await other?.('POST', '/v1/seal/sessions', { json: session({ execution_id: 'b' }) });
    await system?.('POST', '/v1/seal/sessions', { json: session({ execution_id: 'c' }) });
    expect([await listed(acme), await listed(other), await listed(system)]).toEqual([
      ['a', 'c'],
      ['b', 'c'],
      ['a', 'b', 'c'],
    ]);
    await acme?.('POST', '/v1/seal/sessions', { json: session({ execution_id: 'b' }) });
    expect([await listed(acme), await listed(other)]).toEqual([['a', 'b', 'c'], ['c']]);
  });

  it('are revoked once, and then no longer listed', async () => {
    const call = await operator(shared(), { tenant: 'revoking' });
    await call('POST', '/v1/seal/sessions', { json: session() });
    const first = await call('DELETE', '/v1/seal/sessions/exec-1');
    expect([first.status, first.json]).toEqual([200, { status: 'revoked' }]);
    for (const id of ['exec-1', 'nobody']) {
      const { status, json } = await call('DELETE', `/v1/seal/sessions/${id}`);
      expect([status, json]).toEqual([404, { error: 'session not found or already revoked' }]);
    }
    expect((await call('GET', '/v1/seal/sessions')).json).toEqual([]);
    expect((await call('GET', '/v1/seal/sessions/exec-1')).json.session_status).toBe('Revoked');
    expect((await call('GET', '/v1/seal/sessions/nobody')).json).toEqual({ error: 'session not found' });
  });
});

describe('security contexts', () => {
  it('are three in a fresh database', async () => {
    const call = await operator(await useSandbox(), { tenant: 'acme' });
    const { json } = await call('GET', '/v1/security-contexts');
    expect(json.map((row: { name: string }) => row.name)).toEqual([
      'aegis-system-default',
      'internal',
      'zaru-free',
    ]);
    expect(json[0]).toEqual({
      name: 'aegis-system-default',
      capabilities: [
        {
          tool_pattern: '*',
          path_allowlist: null,
          command_allowlist: null,
          subcommand_allowlist: null,
          domain_allowlist: null,
          max_response_size: null,
        },
      ],
      deny_list: [],
      description: 'Every tool, for the platform itself.',
    });
  });

  it('are stored with every member that was given, and their owner', async () => {
    const call = await operator(shared(), { tenant: 'acme' });
    const capability = {
      tool_pattern: 'cmd.run',
      path_allowlist: ['/workspace'],
      command_allowlist: ['git'],
      subcommand_allowlist: { git: ['status'] },
      domain_allowlist: [],
      max_response_size: 0,
      rate_limit: { calls: 4_294_967_295, per_seconds: 0 },
    };
    const context = { name: 'a b/c', capabilities: [capability], deny_list: ['x'], description: 'D.' };
    expect((await call('POST', '/v1/security-contexts', { json: context })).json).toEqual({ saved: true });
    const { json } = await call('GET', '/v1/security-contexts/a%20b%2Fc');
    expect(json).toEqual({ ...context, tenant_id: 'acme' });
    await call('POST', '/v1/security-contexts', { json: { name: 'empty', capabilities: [] } });
    expect((await call('GET', '/v1/security-contexts/empty')).json).toEqual({
      name: 'empty',
      capabilities: [],
      deny_list: [],
      description: '',
      tenant_id: 'acme',
    });
  });

  it.each([
    [{ name: ' ', capabilities: [] }, 400],
    [{ name: 'a' }, 422],
    [{ name: 'a', capabilities: [{}] }, 422],
    [{ name: 'a', capabilities: [], deny_list: null }, 422],
    [{ name: 'a', capabilities: [], description: null }, 422],
    [
      {
        name: 'a',
        capabilities: [{ tool_pattern: '*', rate_limit: { calls: 4_294_967_296, per_seconds: 1 } }],
      },
      422,
    ],
    [{ name: 'a', capabilities: [{ tool_pattern: '*', subcommand_allowlist: ['git'] }] }, 422],
    [{ name: 'a', capabilities: [{ tool_pattern: '*', max_response_size: -1 }] }, 422],
  ])('%j is %i', async (json, status) => {
    const call = await operator(shared());
    expect((await call('POST', '/v1/security-contexts', { json })).status).toBe(status);
  });

  it('that a tenant overwrites leave the others, and all see them by name', async () => {
    const sandbox = await useSandbox();
    const acme = await operator(sandbox, { tenant: 'acme' });
    const other = await operator(sandbox, { tenant: 'other' });
    await acme('POST', '/v1/security-contexts', { json: { name: 'internal', capabilities: [] } });
    const { json } = await other('GET', '/v1/security-contexts');
    expect(json.map((row: { name: string }) => row.name)).toEqual(['aegis-system-default', 'zaru-free']);
    expect((await other('GET', '/v1/security-contexts/internal')).json.tenant_id).toBe('acme');
    expect((await other('GET', '/v1/security-contexts/nowhere')).json).toEqual({
      error: 'security context not found',
    });
  });
});
