/** The administration tools against the sandbox: tenants are on the published server only, limits on both. */
import { describe, expect, it } from 'vitest';
import { shareDomain, unproven } from '../_domain.js';
import { failure, type Json } from '../_tools.js';

const UUID = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const TENANTS = ['create_tenant', 'delete_tenant', 'list_tenants', 'suspend_tenant'];
const OPERATOR = { user: 'admin' };
const LIMIT = { resource_type: 'llm_call', bucket: 'daily', limit_value: 500 };
const ANOTHER = '00000000-0000-4000-8000-000000000000';
const SLUG = 'aegis-system';

describe.each(['live', 'documented'] as const)('rate limits on a %s server', (dialect) => {
  const domain = shareDomain({ dialect });

  it('are set, listed and taken back', async () => {
    const tools = await domain().as(OPERATOR);
    const own = await tools.must('create_rate_limit_override', { payload: { ...LIMIT, user_id: 'u-1' } });
    expect(own).toMatchObject({ id: UUID, ...LIMIT, user_id: 'u-1' });
    const shared = await tools.must('create_rate_limit_override', { ...LIMIT, tenant_id: SLUG });
    expect(shared).toMatchObject({ id: UUID, tenant_id: SLUG });
    const { overrides } = await tools.must('list_rate_limit_overrides');
    expect(
      Object(overrides)
        .map(({ id }: Json) => id)
        .sort(),
    ).toEqual([own.id, shared.id].sort());
    const filtered = await tools.must('list_rate_limit_overrides', { user_id: 'u-1' });
    expect(filtered).toMatchObject({ overrides: [{ id: own.id }], count: 1 });
    const deleted = { status: 'deleted', id: own.id };
    expect(await tools.must('delete_rate_limit_override', { override_id: own.id })).toMatchObject(deleted);
    const usage = { scope_type: 'tenant', scope_id: SLUG };
    expect(await tools.must('get_rate_limit_usage', usage)).toMatchObject({ usage: expect.any(Array) });
    const gone = await failure(tools, 'delete_rate_limit_override', { override_id: ANOTHER });
    expect(gone).toContain('Error not_found (HTTP 404)');
    expect(unproven(['admin'], [tools])).toEqual(TENANTS);
  });

  it('stay with the tenant that the operator has pinned', async () => {
    const pinned = await domain().as(OPERATOR, { tenant: SLUG });
    const made = await pinned.must('create_rate_limit_override', { ...LIMIT, bucket: 'hourly' });
    expect(made).toMatchObject({ tenant_id: SLUG });
    expect(await pinned.must('create_rate_limit_override', { ...LIMIT, user_id: 'u-2' })).toMatchObject({
      user_id: 'u-2',
    });
    const { overrides } = await pinned.must('list_rate_limit_overrides');
    expect(Object(overrides).every(({ tenant_id }: Json) => tenant_id === SLUG)).toBe(true);
    const foreign = { scope_type: 'tenant', scope_id: 'tide' };
    expect(await failure(pinned, 'get_rate_limit_usage', foreign)).toContain(`acts for tenant ${SLUG} only`);
  });

  it('refuse bad input before it is sent', async () => {
    const tools = await domain().as(OPERATOR);
    for (const [args, problem] of [
      [LIMIT, 'tenant_id or user_id: one is missing'],
      [{ ...LIMIT, tenant_id: 'a', user_id: 'b' }, 'tenant_id and user_id exclude each other'],
      [{ ...LIMIT, user_id: 'u', limit_value: 1.5 }, 'limit_value: '],
      [{ ...LIMIT, user_id: 'u', limit_value: -1 }, 'limit_value: '],
      [{ ...LIMIT, user_id: 'u', bucket: 'yearly' }, 'bucket: '],
      [{ user_id: 'u' }, 'resource_type: is missing'],
      [{ ...LIMIT, tenant_id: '' }, 'tenant_id: '],
    ] as const) {
      const text = await failure(tools, 'create_rate_limit_override', args);
      expect(text).toContain(`Error invalid_arguments: create_rate_limit_override: ${problem}`);
    }
    // An empty name would be no condition at all, and take the place of the pinned tenant.
    for (const whose of ['tenant_id', 'user_id'])
      expect(await failure(tools, 'list_rate_limit_overrides', { [whose]: '' })).toContain(`${whose}: `);
    const scope = { scope_type: 'team', scope_id: 'x' };
    expect(await failure(tools, 'get_rate_limit_usage', scope)).toContain('scope_type: ');
  });
});

describe('tenants on a server of the published kind', () => {
  const domain = shareDomain({ dialect: 'documented' });

  it('are made, listed, suspended and deleted', async () => {
    const tools = await domain().as(OPERATOR);
    const made = await tools.must('create_tenant', { slug: 'tide', display_name: 'Tide' });
    expect(made).toMatchObject({ slug: 'tide', display_name: 'Tide', tier: 'enterprise', status: 'active' });
    const { tenants } = await tools.must('list_tenants');
    expect(tenants).toEqual(expect.arrayContaining([expect.objectContaining({ slug: 'tide' })]));
    expect(await tools.must('suspend_tenant', { slug: 'tide' })).toMatchObject({ slug: 'tide' });
    expect(await tools.must('delete_tenant', { slug: 'tide' })).toMatchObject({ slug: 'tide' });
    expect(await failure(tools, 'create_tenant', { slug: 'No Slug', display_name: 'x' })).toContain('slug: ');
  });
});

describe('tenants on a live server', () => {
  const domain = shareDomain({});

  it('are out of reach, and the tool says what there is instead', async () => {
    const tools = await domain().as(OPERATOR);
    for (const [tool, args, instead] of [
      ['create_tenant', { slug: 'tide', display_name: 'Tide' }, 'create_team'],
      ['list_tenants', {}, 'list_teams'],
      ['suspend_tenant', { slug: 'tide' }, 'a team is suspended by itself'],
      ['delete_tenant', { slug: 'tide' }, 'delete_team'],
    ] as const) {
      const text = await failure(tools, tool, args);
      expect(text).toContain(`Error unsupported (HTTP 404): ${tool}: this server has no route for it`);
      expect(text.split('Next: ')[1]).toContain(instead);
    }
  });
});
