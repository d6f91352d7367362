/** The swarm tools against the sandbox of both dialects. */
import { describe, expect, it } from 'vitest';
import { shareDomain, unproven } from '../_domain.js';
import { agentManifest } from '../_manifests.js';
import { failure, type Json, waitFor } from '../_tools.js';

const NOBODY = '00000000-0000-4000-8000-000000000000';

describe.each(['live', 'documented'] as const)('swarms on a %s server', (dialect) => {
  const domain = shareDomain({ dialect });

  it('are listed and read', async () => {
    const { tools } = domain();
    for (const name of ['drafter', 'checker'])
      await tools.must('deploy_agent', { manifest: agentManifest(name, { hang: 'true' }) });
    const states = {
      DRAFT: { kind: 'Agent', agent: 'drafter', input: 'x', transitions: [] },
      CHECK: { kind: 'Agent', agent: 'checker', input: 'x', transitions: [] },
    };
    const head = { apiVersion: '100monkeys.ai/v1', kind: 'Workflow', metadata: { name: 'crew' } };
    await tools.must('register_workflow', { payload: { ...head, spec: { initial_state: 'DRAFT', states } } });
    await tools.must('run_workflow', { name: 'crew', input: {} });
    const swarm = await waitFor(async () => {
      const { swarms } = await tools.must('list_swarms', { limit: 5 });
      return Object(swarms)[0] as Json | undefined;
    });
    const detail = await tools.must('get_swarm', { swarm_id: swarm.swarm_id });
    expect(detail).toMatchObject({ swarm_id: swarm.swarm_id, status: 'active' });
    expect(detail).not.toHaveProperty('swarm');
    if (dialect === 'live') expect(detail).toMatchObject({ locks: [{ resource_id: 'state:DRAFT' }] });
  });

  it('that are not there are failures', async () => {
    const text = await failure(domain().tools, 'get_swarm', { swarm_id: NOBODY });
    expect(text).toMatch(/^Error (failed|not_found)/);
  });

  it('leave no tool out', () => {
    expect(unproven(['swarms'], [domain().tools])).toEqual([]);
  });
});
