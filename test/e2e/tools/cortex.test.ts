/** The Cortex tools against the sandbox of both dialects. */
import { describe, expect, it } from 'vitest';
import { shareDomain, unproven } from '../_domain.js';
import { agentManifest } from '../_manifests.js';
import { failure } from '../_tools.js';

describe.each(['live', 'documented'] as const)('Cortex on a %s server', (dialect) => {
  const domain = shareDomain({ dialect });

  it('tells what was learned', async () => {
    const { tools } = domain();
    const manifest = agentManifest('slow-learner', { iterations: '2' });
    const { agent_id } = await tools.must('deploy_agent', { manifest });
    const { execution_id } = await tools.must('start_execution', { agent_id, input: 'x' });
    await tools.must('stream_execution', { execution_id });
    const { patterns } = await tools.must('list_cortex_patterns', { limit: 5 });
    expect(Object(patterns)).toHaveLength(1);
    const { skills } = await tools.must('get_cortex_skills');
    expect(Object(skills).length).toBeGreaterThan(0);
    if (dialect === 'live') expect(Object(skills)[0]).toMatchObject({ pattern_count: expect.any(Number) });
    expect(await tools.must('get_cortex_metrics')).toMatchObject({ avg_success_rate: expect.any(Number) });
  });

  it('may be absent', async () => {
    if (dialect === 'documented') return;
    const without = await domain().as({ tenant: 'sandbox-no-database' });
    const text = await failure(without, 'list_cortex_patterns');
    expect(text).toContain('Error unavailable (HTTP 503)');
    expect(text).toContain('cortex_not_configured');
  });

  it('leaves no tool out', () => {
    expect(unproven(['cortex'], [domain().tools])).toEqual([]);
  });
});
