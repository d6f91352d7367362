import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { agentYaml, get, startWithSession } from './_seal-client.js';

const UUID = /^[0-9a-f-]{36}$/;

const { sandbox, session } = await startWithSession();

const rest = async (path: string) =>
  get(`${sandbox.url}${path}`, { authorization: `Bearer ${await sandbox.issueToken()}` });

async function createAgent(name: string, labels = {}): Promise<string> {
  const { agent_id } = await session.result('aegis.agent.create', {
    manifest_yaml: agentYaml(name, '1.0.0', labels),
  });
  return String(agent_id);
}

describe('agents', () => {
  it('are created, and are the agents of the REST routes', async () => {
    const manifest_yaml = agentYaml('alpha');
    const created = await session.result('aegis.agent.create', { manifest_yaml });
    expect(created).toEqual({
      tool: 'aegis.agent.create',
      validated: true,
      deployed: true,
      agent_id: expect.stringMatching(UUID),
      name: 'alpha',
      version: '1.0.0',
      force: false,
      manifest_yaml,
      manifest_path: null,
    });
    expect(await rest('/v1/agents/lookup/alpha')).toEqual({ status: 200, body: { id: created.agent_id } });
  });

  it('conflict on the same version, unless forced', async () => {
    await createAgent('beta');
    expect(await session.result('aegis.agent.create', { manifest_yaml: agentYaml('beta') })).toEqual({
      tool: 'aegis.agent.create',
      status: 'conflict',
      error: expect.stringContaining("Agent 'beta' with version '1.0.0' already exists"),
      hint: 'increment_version',
    });
    const forced = { manifest_yaml: agentYaml('beta'), force: true };
    expect(await session.result('aegis.agent.create', forced)).toMatchObject({ deployed: true, force: true });
  });

  it.each(['a: [', '{}', agentYaml('Bad Name')])(
    'report an invalid manifest in a 200: %s',
    async (manifest_yaml) => {
      expect(await session.result('aegis.agent.create', { manifest_yaml })).toEqual({
        tool: 'aegis.agent.create',
        validated: false,
        deployed: false,
        errors: [expect.stringMatching(/^Agent manifest parse\/validation failed: /)],
      });
    },
  );

  it('are listed with labels and schema', async () => {
    const id = await createAgent('gamma', { team: 'red' });
    const { agents, count } = await session.result('aegis.agent.list');
    expect(count).toBe(Object(agents).length);
    expect(agents).toContainEqual({
      id,
      name: 'gamma',
      version: '1.0.0',
      status: 'active',
      description: 'Answers.',
      labels: { team: 'red' },
      intent: expect.any(String),
      input_schema: null,
    });
  });

  it('are updated by name, keeping the id', async () => {
    const id = await createAgent('delta');
    const update = (version: string, more = {}) =>
      session.result('aegis.agent.update', { manifest_yaml: agentYaml('delta', version), ...more });
    expect(await update('1.0.0')).toMatchObject({ validated: true, updated: false });
    expect(await update('1.0.0', { force: true })).toMatchObject({ updated: true, agent_id: id });
    expect(await update('2.0.0')).toMatchObject({ updated: true, agent_id: id, version: '2.0.0' });
    expect(await session.result('aegis.agent.update', { manifest_yaml: agentYaml('nobody') })).toEqual({
      tool: 'aegis.agent.update',
      validated: true,
      updated: false,
      name: 'nobody',
      error: 'Agent not found',
    });
  });

  it('are exported by name or id, and deleted by id', async () => {
    const id = await createAgent('epsilon');
    for (const name of ['epsilon', id]) {
      const { manifest_yaml } = await session.result('aegis.agent.export', { name });
      expect(parse(String(manifest_yaml))).toHaveProperty('metadata.name', 'epsilon');
    }
    const remove = () => session.result('aegis.agent.delete', { agent_id: id });
    expect(await remove()).toEqual({ tool: 'aegis.agent.delete', deleted: true, agent_id: id });
    expect(await remove()).toMatchObject({ deleted: false, error: expect.stringContaining('not found') });
    expect(await session.result('aegis.agent.export', { name: 'epsilon' })).toEqual({
      tool: 'aegis.agent.export',
      error: 'Agent not found or invalid UUID',
    });
  });
});
