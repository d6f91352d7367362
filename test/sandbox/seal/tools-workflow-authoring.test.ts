import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startWithSession, workflowYaml } from './_seal-client.js';

const UUID = /^[0-9a-f-]{36}$/;
const SYSTEM = { kind: 'System', command: 'echo', transitions: [] };

const { sandbox, session } = await startWithSession();

describe('workflow definitions', () => {
  it('are validated without being registered', async () => {
    const manifest_yaml = workflowYaml('checked', { DONE: SYSTEM });
    expect(await session.result('aegis.workflow.validate', { manifest_yaml })).toEqual({
      tool: 'aegis.workflow.validate',
      valid: true,
      deterministic_validation: { passed: true },
      workflow: {
        workflow_id: expect.stringMatching(UUID),
        name: 'checked',
        version: '1.0.0',
        state_count: 1,
        initial_state: 'DONE',
      },
    });
    expect(await session.result('aegis.workflow.export', { name: 'checked' })).toHaveProperty('error');
  });

  it('with a loop register over REST only', async () => {
    const loop = {
      A: { ...SYSTEM, transitions: [{ condition: 'always', target: 'B' }] },
      B: { ...SYSTEM, transitions: [{ condition: 'always', target: 'A' }] },
    };
    const manifest_yaml = workflowYaml('loop', loop);
    const error = 'Workflow cycle validation failed: Cycle detected: A -> B -> A';
    expect(await session.result('aegis.workflow.create', { manifest_yaml })).toEqual({
      tool: 'aegis.workflow.create',
      deterministic_validation: { passed: false, error },
      semantic_validation: { passed: false },
      deployed: false,
    });
    expect(await session.result('aegis.workflow.update', { manifest_yaml })).toMatchObject({
      updated: false,
      error,
    });
    const response = await fetch(`${sandbox.url}/v1/workflows`, {
      method: 'POST',
      body: manifest_yaml,
      headers: { authorization: `Bearer ${await sandbox.issueToken()}` },
    });
    expect(response.status).toBe(200);
  });

  it('must route scores explicitly', async () => {
    const transitions = [
      { condition: 'score_above', threshold: 0.8, target: 'DONE' },
      { condition: 'on_success', target: 'DONE' },
    ];
    const manifest_yaml = workflowYaml('scored', { JUDGE: { ...SYSTEM, transitions }, DONE: SYSTEM });
    const created = await session.result('aegis.workflow.create', { manifest_yaml });
    expect(created).toMatchObject({ deterministic_validation: { passed: true }, deployed: false });
    expect(Object(created.semantic_validation).violations).toHaveLength(2);
  });

  it('need judges that exist and thresholds that can be met', async () => {
    const manifest_yaml = workflowYaml('judged', { DONE: SYSTEM });
    const create = (more: object) => session.result('aegis.workflow.create', { manifest_yaml, ...more });
    expect(await create({ judge_agents: [] })).toMatchObject({
      semantic_validation: { passed: false, error: 'No judge agents provided' },
    });
    expect(await create({ judge_agents: ['nobody'] })).toMatchObject({ deployed: false });
    expect(await create({ min_score: 1.5 })).toMatchObject({
      semantic_validation: { passed: false, thresholds: { min_score: 1.5, min_confidence: 0.7 } },
      deployed: false,
    });
  });

  it('are created, listed, conflict, updated, moved, exported and deleted', async () => {
    const manifest_yaml = workflowYaml('flow', { DONE: SYSTEM });
    const created = await session.result('aegis.workflow.create', { manifest_yaml });
    const { workflow_id } = Object(created.workflow);
    expect(created).toEqual({
      tool: 'aegis.workflow.create',
      deterministic_validation: { passed: true },
      semantic_validation: { passed: true, score: 1, confidence: 1, strategy: 'weighted_average' },
      deployed: true,
      workflow: {
        workflow_id: expect.stringMatching(UUID),
        name: 'flow',
        version: '1.0.0',
        status: 'registered',
      },
      manifest_yaml,
      manifest_path: null,
    });
    expect(await session.result('aegis.workflow.create', { manifest_yaml })).toEqual({
      tool: 'aegis.workflow.create',
      status: 'conflict',
      error: expect.stringContaining('already exists'),
      hint: 'increment_version',
    });
    expect(Object((await session.result('aegis.workflow.list')).workflows)).toContainEqual({
      id: workflow_id,
      name: 'flow',
      version: '1.0.0',
      scope: 'tenant',
      initial_state: 'DONE',
      description: 'Works.',
      labels: {},
      input_schema: null,
    });
    const updated = await session.result('aegis.workflow.update', { manifest_yaml, force: true });
    expect(updated).toMatchObject({ updated: true, name: 'flow', workflow_id });
    const moved = { workflow_id, name: 'flow' };
    const roles = ['aegis:operator'];
    expect(await session.result('aegis.workflow.promote', { name: 'flow', roles })).toEqual({
      tool: 'aegis.workflow.promote',
      promoted: true,
      ...moved,
      previous_scope: 'tenant',
      new_scope: 'global',
    });
    expect(
      await session.result('aegis.workflow.demote', { name: 'flow', target_scope: 'user' }),
    ).toMatchObject({
      demoted: false,
    });
    expect(await session.result('aegis.workflow.demote', { name: 'flow', roles })).toMatchObject({
      demoted: true,
      new_scope: 'tenant',
    });
    const exported = await session.result('aegis.workflow.export', { name: workflow_id });
    expect(parse(String(exported.manifest_yaml))).toHaveProperty('metadata.name', 'flow');
    const removed = { tool: 'aegis.workflow.delete', deleted: true, workflow_id };
    expect(await session.result('aegis.workflow.delete', { name: 'flow' })).toEqual(removed);
    expect(await session.result('aegis.workflow.delete', { name: 'flow' })).toMatchObject({ deleted: false });
  });

  it.each([{}, { roles: [] }, { roles: ['tenant:admin'] }, { roles: 'aegis:operator' }])(
    'move by the roles the arguments claim and no others: %j',
    async (claimed) => {
      const manifest_yaml = workflowYaml('moved', { DONE: SYSTEM });
      await session.result('aegis.workflow.create', { manifest_yaml, force: true });
      for (const [tool, flag] of [
        ['aegis.workflow.promote', 'promoted'],
        ['aegis.workflow.demote', 'demoted'],
      ] as const) {
        expect(await session.result(tool, { name: 'moved', user_id: 'somebody', ...claimed })).toEqual({
          tool,
          [flag]: false,
          error: 'Unauthorized: Scope changes require aegis:operator or aegis:admin role',
        });
      }
    },
  );
});
