/** The cluster tools against the sandbox of both dialects. */
import { describe, expect, it } from 'vitest';
import { shareDomain, unproven } from '../_domain.js';
import { failure } from '../_tools.js';

describe.each(['live', 'documented'] as const)('the cluster of a %s server', (dialect) => {
  const domain = shareDomain({ dialect });

  it('tells its health and nodes', async () => {
    const { tools } = domain();
    const status = await tools.must('get_cluster_status');
    expect(status).toMatchObject({ overall_status: 'healthy', nodes: [{ node_id: expect.any(String) }] });
    const { nodes } = await tools.must('get_cluster_nodes', { limit: 1 });
    expect(nodes).toMatchObject([{ node_id: expect.any(String), status: 'active' }]);
  });

  it('refuses bad input', async () => {
    for (const limit of [0, 501, 'many'])
      expect(await failure(domain().tools, 'get_cluster_nodes', { limit })).toContain('limit:');
    if (dialect === 'documented') return;
    const scopeless = await domain().as({ scopes: [] });
    expect(await failure(scopeless, 'get_cluster_status')).toContain('node:read');
  });

  it('leaves no tool out', () => {
    expect(unproven(['cluster'], [domain().tools])).toEqual([]);
  });
});
