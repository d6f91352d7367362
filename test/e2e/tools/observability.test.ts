/** The observability tools against the sandbox of both dialects. */
import { describe, expect, it } from 'vitest';
import { shareDomain, unproven } from '../_domain.js';
import { agentManifest } from '../_manifests.js';
import { failure, type Tools } from '../_tools.js';

describe.each(['live', 'documented'] as const)('observability on a %s server', (dialect) => {
  const domain = shareDomain({ dialect });
  let operator: Tools;

  const run = async (name: string, labels: Readonly<Record<string, string>>): Promise<void> => {
    const { tools } = domain();
    const { agent_id } = await tools.must('deploy_agent', { manifest: agentManifest(name, labels) });
    const { execution_id } = await tools.must('start_execution', { agent_id, input: 'x' });
    await tools.must('stream_execution', { execution_id });
  };

  it('tells of incidents and violations', async () => {
    operator = await domain().as({ user: 'operator' });
    await run('intruder', { 'policy-violation': 'cmd.run', 'storage-violation': '../etc/passwd' });
    const { incidents } = await operator.must('list_security_incidents', { limit: 1 });
    expect(incidents).toMatchObject([{ category: expect.any(String), occurred_at: expect.any(String) }]);
    const { violations } = await operator.must('list_storage_violations');
    expect(violations).toMatchObject([
      { category: 'path_traversal_blocked', occurred_at: expect.any(String) },
    ]);
    expect(await operator.must('get_dashboard_summary')).toMatchObject({
      execution_count: 1,
      workflow_execution_count: 0,
    });
  });

  it('reports its own failure as one', async () => {
    await run('breaker', { 'storage-violation': 'unreadable' });
    expect(await failure(operator, 'list_storage_violations')).toMatch(/^Error (failed|server_error)/);
  });

  it('is for operators', async () => {
    if (dialect === 'documented') return;
    for (const name of ['get_dashboard_summary', 'list_security_incidents', 'list_storage_violations']) {
      const text = await failure(domain().tools, name);
      expect(text).toContain('Error forbidden (HTTP 403)');
      expect(text).toContain('Next: Use the token of an operator');
    }
  });

  it('leaves no tool out', () => {
    expect(unproven(['observability'], [operator])).toEqual([]);
  });
});
