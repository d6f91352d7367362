import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { decodeManifest } from '../../../src/sandbox/agents.js';
import { findRuntimeFault } from '../../../src/sandbox/runtime-rules.js';
import { agentYaml, startWithSession, workflowYaml } from './_seal-client.js';

const SYSTEM = { kind: 'System', command: 'echo', transitions: [] };

const { session } = await startWithSession();

describe('schemas, runtimes and the node', () => {
  it('serves the schemas it checks manifests with', async () => {
    const schema = await session.result('aegis.schema.get', { key: 'agent/manifest/v1' });
    expect(schema).toMatchObject({
      type: 'object',
      required: expect.arrayContaining(['apiVersion', 'kind']),
    });
    expect(await session.result('aegis.schema.get', { key: 'swarm/manifest/v1' })).toMatchObject({
      supported_keys: ['agent/manifest/v1', 'workflow/manifest/v1'],
    });
    const validate = (kind: string, manifest_yaml: string) =>
      session.result('aegis.schema.validate', { kind, manifest_yaml });
    expect(await validate('agent', agentYaml('fine'))).toEqual({ valid: true, errors: [] });
    expect(await validate('agent', 'kind: Agent')).toMatchObject({ valid: false });
    expect(await validate('workflow', workflowYaml('fine', { DONE: SYSTEM }))).toEqual({
      valid: true,
      errors: [],
    });
    expect(await validate('workflow', 'a: [')).toMatchObject({ valid: false });
  });

  it('lists the runtimes an agent can use', async () => {
    const { runtimes, custom_runtime_supported } = await session.result('aegis.runtime.list', {
      language: 'python',
    });
    expect(custom_runtime_supported).toBe(true);
    expect(Object(runtimes).map(({ version }: { readonly version: string }) => version)).toEqual([
      '3.9',
      '3.10',
      '3.11',
    ]);
  });

  it('says what it is', async () => {
    expect(await session.result('aegis.system.info')).toMatchObject({
      version: expect.stringContaining('sandbox'),
      status: 'healthy',
    });
    const { content_yaml } = await session.result('aegis.system.config');
    expect(parse(String(content_yaml)).spec.security_contexts[0].name).toBe('aegis-system-agent-runtime');
  });
});

it('lists only runtimes that an agent really runs on', async () => {
  const { runtimes } = await session.result('aegis.runtime.list');
  const faults = Object(runtimes).map(({ language, version }: Record<string, string>) =>
    findRuntimeFault(
      decodeManifest({
        apiVersion: '100monkeys.ai/v1',
        kind: 'Agent',
        metadata: { name: 'a', version: '1' },
        spec: { runtime: { language, version } },
      }),
    ),
  );
  expect(faults).toEqual(Array(10).fill(undefined));
});
