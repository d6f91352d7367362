import { describe, expect, it } from 'vitest';
import { limited, listed, refuseForeignTenant, toUserUsage } from '../../../src/tools/actions/rate-limits.js';

describe('whose limit is meant', () => {
  it.each([
    [{ tenant_id: 'tide' }, undefined, { tenant_id: 'tide' }],
    [{ user_id: 'u' }, undefined, { user_id: 'u' }],
    // The pinned tenant is among the arguments already.
    [{ tenant_id: 'acme' }, 'acme', { tenant_id: 'acme' }],
    [{ tenant_id: 'acme', user_id: 'u' }, 'acme', { tenant_id: undefined, user_id: 'u' }],
  ])('%j with the tenant %s pinned', (args, pinned, subject) => {
    expect(limited(args, pinned)).toEqual(subject);
    expect(listed(args, pinned)).toEqual(subject);
  });

  it('is exactly one', () => {
    expect(() => limited({}, undefined)).toThrow('tenant_id or user_id: one is missing');
    expect(() => limited({ tenant_id: 't', user_id: 'u' }, undefined)).toThrow('exclude each other');
  });

  it('is anybody in a list', () => {
    expect(listed({}, undefined)).toEqual({});
    expect(listed({ tenant_id: 't', user_id: 'u' }, undefined)).toEqual({ tenant_id: 't', user_id: 'u' });
  });
});

describe('counters', () => {
  it('of another tenant than the pinned one are refused', () => {
    const foreign = { scope_type: 'tenant', scope_id: 'tide' };
    expect(() => refuseForeignTenant(foreign, 'acme')).toThrow('acts for tenant acme only');
    refuseForeignTenant(foreign, undefined);
    refuseForeignTenant({ ...foreign, scope_id: 'acme' }, 'acme');
    refuseForeignTenant({ scope_type: 'user', scope_id: 'tide' }, 'acme');
  });

  it('tell how much is used, where there is a limit', () => {
    const usage = [
      { bucket: 'daily', current_count: 2, limit_value: 3 },
      { bucket: 'hourly', current_count: 2, limit_value: 0 },
      { bucket: 'weekly', current_count: 2, limit_value: '18446744073709551615' },
    ];
    expect(toUserUsage({ usage, count: 3 })).toEqual({
      usage: [{ ...usage[0], usage_pct: 66.7 }, usage[1], usage[2]],
      count: 3,
    });
  });

  it.each([{}, { usage: 7 }, { buckets: [{}] }, 'x'])('of another shape are no answer: %j', (body) => {
    expect(() => toUserUsage(body)).toThrow("The server's answer is not");
  });
});
