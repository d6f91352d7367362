/** The user tools against the sandbox of both dialects. */
import { describe, expect, it } from 'vitest';
import { shareDomain, unproven } from '../_domain.js';
import { failure } from '../_tools.js';

const CONSUMER = { user: 'free@sandbox.local' };

describe.each(['live', 'documented'] as const)('the user of a %s server', (dialect) => {
  const domain = shareDomain({ dialect });

  it('has limits, each with how much is used', async () => {
    const tools = await domain().as(CONSUMER);
    const { usage, count } = await tools.must('get_user_rate_limit_usage');
    expect(usage).toHaveLength(Number(count));
    expect(usage).toEqual(
      expect.arrayContaining([expect.objectContaining({ bucket: 'daily', usage_pct: expect.any(Number) })]),
    );
  });

  it('has a personal tenant', async () => {
    const tools = await domain().as(CONSUMER);
    for (const caller of [tools, domain().tools])
      expect(await caller.must('ensure_consumer_provisioned')).toEqual({ status: 'ensured' });
    expect(await tools.must('get_user_rate_limit_usage')).toMatchObject({ count: expect.any(Number) });
    expect(unproven(['user'], [tools])).toEqual([]);
  });

  it('takes no arguments', async () => {
    for (const tool of ['get_user_rate_limit_usage', 'ensure_consumer_provisioned'])
      expect(await failure(domain().tools, tool, { user_id: 'u' })).toContain('unknown argument "user_id"');
  });
});
