import { describe, expect, test } from 'vitest';
import { caller, deploy, execute, manifest, shareSandbox, useSandbox } from './_sandbox.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const MISSING = '6f1c2f3e-0b52-4d55-9b0f-2f0f5a1f6f11';
const PREFIX = 'Failed to deserialize the JSON body into the target type: ';

const OPERATOR = { role: 'aegis:operator' };

const live = shareSandbox();
const start = () => caller(live());
const ownSandbox = async () => caller(await useSandbox());
let names = 0;
const freshName = () => `fresh-${++names}`;

describe('deployAgent', () => {
  test('answers the id only', async () => {
    const call = await ownSandbox();
    const answer = await call('POST', '/v1/agents', { json: manifest() });
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({ agent_id: expect.stringMatching(UUID) });
  });

  test.each([
    [
      'the flat form of the published examples',
      { name: 'a', language: 'python', instruction: 'x' },
      'missing field `apiVersion`',
    ],
    ['no metadata', { apiVersion: 'x', kind: 'Agent', spec: {} }, 'missing field `metadata`'],
    ['no version', { ...manifest(), metadata: { name: 'a' } }, 'metadata: missing field `version`'],
    ['no runtime', { ...manifest(), spec: { task: { instruction: 'x' } } }, 'spec: missing field `runtime`'],
  ])('refuses %s with 422 text', async (_title, json, message) => {
    const call = await start();
    const answer = await call('POST', '/v1/agents', { json });
    expect([answer.status, answer.text]).toEqual([422, `${PREFIX}${message}`]);
  });

  test.each([
    ['validation as an object', { execution: { validation: {} } }],
    ['tools as objects', { tools: [{ name: 'fs.read' }] }],
    ['an unknown execution mode', { execution: { mode: 'swarm' } }],
    ['max_retries over 255', { execution: { max_retries: 256 } }],
    ['max_retries with its alias', { execution: { max_retries: 1, max_iterations: 1 } }],
    [
      'a volume without size_limit',
      { volumes: [{ name: 'v', storage_class: 'ephemeral', mount_path: '/w', access_mode: 'read-only' }] },
    ],
    [
      'a delivery without its object',
      { execution: { delivery: { destinations: [{ name: 'd', condition: 'always', type: 'sms' }] } } },
    ],
    ['a context item of unknown type', { context: [{ type: 'gopher', url: 'x' }] }],
  ])('refuses %s with 422 text', async (_title, spec) => {
    const call = await start();
    const answer = await call('POST', '/v1/agents', { json: manifest({ spec }) });
    expect(answer.status).toBe(422);
    expect(answer.text.startsWith(`${PREFIX}spec.`)).toBe(true);
  });

  test.each([
    ['a wrong apiVersion', { ...manifest(), apiVersion: 'v2' }, /^Invalid apiVersion/],
    ['a wrong kind', { ...manifest(), kind: 'Robot' }, /^Invalid kind/],
    ['an empty name', manifest({ name: '' }), /^metadata\.name/],
    ['a name with capitals', manifest({ name: 'Bad' }), /^Invalid metadata\.name/],
    ['a name that ends in a hyphen', manifest({ name: 'bad-' }), /^Invalid metadata\.name/],
    ['a blank instruction', manifest({ instruction: '  ' }), /^spec\.task/],
    ['no task', { ...manifest(), spec: { runtime: {} } }, /^spec\.task/],
    ['an unknown security context', manifest({ spec: { security_context: 'nowhere' } }), /nowhere/],
  ])('refuses %s with 500 JSON', async (_title, json, message) => {
    const call = await start();
    const answer = await call('POST', '/v1/agents', { json });
    expect(answer.status).toBe(500);
    expect(answer.json).toEqual({ error: expect.stringMatching(message) });
  });

  test('refuses YAML with 415', async () => {
    const call = await start();
    const answer = await call('POST', '/v1/agents', {
      body: 'kind: Agent',
      headers: { 'content-type': 'text/yaml' },
    });
    expect(answer.status).toBe(415);
  });

  test('keeps system security contexts for system callers', async () => {
    const sandbox = live();
    const json = manifest({ name: freshName(), spec: { security_context: 'aegis-system-operator' } });
    const consumer = await caller(sandbox, { user: 'pro@sandbox.local' });
    const answer = await consumer('POST', '/v1/agents', { json });
    expect([answer.status, answer.json.error]).toEqual([500, expect.stringMatching(/^Forbidden: /)]);
    const account = await caller(sandbox);
    expect((await account('POST', '/v1/agents', { json })).status).toBe(200);
  });

  test('the same name and version needs force; another version replaces in place with the same id', async () => {
    const call = await start();
    const name = freshName();
    const id = await deploy(call, { name });
    const again = await call('POST', '/v1/agents', { json: manifest({ name }) });
    expect([again.status, typeof again.json.error]).toEqual([500, 'string']);
    const forced = await call('POST', '/v1/agents?force=true', { json: manifest({ name }) });
    expect(forced.json).toEqual({ agent_id: id });
    expect(await deploy(call, { name, version: '1.1.0' })).toBe(id);
    expect((await call('GET', `/v1/agents/${id}`)).json.version).toBe('1.1.0');
    const versions = await call('GET', `/v1/agents/${id}/versions`);
    expect(versions.json.map((item: { version: string }) => item.version)).toEqual(['1.1.0', '1.0.0']);
    expect(Object.keys(versions.json[0]).sort()).toEqual(['created_at', 'id', 'manifest_yaml', 'version']);
  });

  test('a force that is no boolean is 400 text', async () => {
    const call = await start();
    expect((await call('POST', '/v1/agents?force=yes', { json: manifest() })).status).toBe(400);
  });
});

describe('reading', () => {
  test('getAgent shows the manifest with the defaults filled in', async () => {
    const call = await start();
    const spec = {
      execution: { max_iterations: 4, validation: [{ type: 'regex', pattern: 'x' }] },
      security: {},
    };
    const name = freshName();
    const id = await deploy(call, { name, spec });
    const { json } = await call('GET', `/v1/agents/${id}`);
    expect(json).toMatchObject({
      id,
      name,
      description: '',
      status: 'active',
      scope: 'tenant',
      tenant_id: 'aegis-system',
    });
    expect(json.manifest.spec.execution).toEqual({
      mode: 'one-shot',
      max_retries: 4,
      llm_timeout_seconds: 300,
      validation: [{ type: 'regex', pattern: 'x', target: 'stdout', min_score: 1 }],
      tool_validation: [],
    });
    expect(json.manifest.spec.runtime.image_pull_policy).toBe('IfNotPresent');
    expect(json.manifest.spec.security.network.mode).toBe('');
    expect(json.manifest.spec.security.resources).toEqual({ cpu: 1000, memory: '512Mi', disk: '1Gi' });
    expect(json.manifest_yaml).toContain('apiVersion: 100monkeys.ai/v1\n');
    expect('input_schema' in json).toBe(false);
  });

  test('listAgents is a bare array that counts executions', async () => {
    const call = await ownSandbox();
    const id = await deploy(call, { spec: { input_schema: { type: 'object' } } });
    await execute(call, id);
    const { json } = await call('GET', '/v1/agents');
    expect(json).toHaveLength(1);
    expect(json[0]).toMatchObject({ id, execution_count: 1, labels: {}, input_schema: { type: 'object' } });
    expect('manifest' in json[0]).toBe(false);
  });

  test('lookupAgent answers the id only, or 404', async () => {
    const call = await start();
    const name = freshName();
    const id = await deploy(call, { name });
    expect((await call('GET', `/v1/agents/lookup/${name}`)).json).toEqual({ id });
    const missing = await call('GET', '/v1/agents/lookup/nobody');
    expect([missing.status, missing.json]).toEqual([404, { error: 'Agent not found' }]);
  });

  test('an unknown id is 404 JSON, one that is no UUID 400 text', async () => {
    const call = await start();
    expect((await call('GET', `/v1/agents/${MISSING}`)).status).toBe(404);
    const bad = await call('GET', '/v1/agents/word-counter');
    expect([bad.status, bad.text.slice(0, 12)]).toEqual([400, 'Invalid URL:']);
  });

  test('a token without the scope is 403', async () => {
    const call = await caller(live(), { scopes: ['agent:list'] });
    const answer = await call('POST', '/v1/agents', { json: manifest() });
    expect([answer.status, answer.json]).toEqual([
      403,
      { error: 'insufficient_scope', required: 'agent:deploy' },
    ]);
    expect((await call('GET', '/v1/agents')).status).toBe(200);
  });
});

describe('changing', () => {
  test('updateAgent replaces the manifest without the deploy rules', async () => {
    const call = await start();
    const id = await deploy(call);
    const partial = await call('PATCH', `/v1/agents/${id}`, { json: { metadata: { description: 'x' } } });
    expect(partial.status).toBe(422);
    const json = manifest({ name: freshName(), version: '2.0.0', instruction: '' });
    expect((await call('PATCH', `/v1/agents/${id}`, { json })).json).toEqual({ success: true });
    expect((await call('GET', `/v1/agents/${id}`)).json.version).toBe('2.0.0');
    expect((await call('PATCH', `/v1/agents/${MISSING}`, { json })).status).toBe(404);
  });

  test('deleteAgent answers success once, 404 after', async () => {
    const call = await start();
    const id = await deploy(call);
    expect((await call('DELETE', `/v1/agents/${id}`)).json).toEqual({ success: true });
    expect((await call('DELETE', `/v1/agents/${id}`)).status).toBe(404);
    expect((await call('GET', `/v1/agents/${id}`)).status).toBe(404);
  });

  test('updateAgentScope takes target_scope and tells the new scope', async () => {
    const call = await start();
    const path = `/v1/agents/${await deploy(call)}/scope`;
    const change = (json: unknown) => call('POST', path, { json });
    expect((await change({ target_scope: 'global' })).json).toEqual({ success: true, new_scope: 'global' });
    expect((await change({ target_scope: 'global' })).status).toBe(400);
    expect((await change({ target_scope: 'galaxy' })).status).toBe(400);
    expect((await change({ scope: 'tenant' })).status).toBe(400);
    expect((await change({ target_scope: 7 })).status).toBe(422);
    expect((await change({ target_scope: 'tenant' })).json).toEqual({ success: true, new_scope: 'tenant' });
    expect((await call('PATCH', path, { json: {} })).status).toBe(405);
  });

  test('updateAgentScope is for operators and service accounts, and refuses a taken name', async () => {
    const sandbox = await useSandbox();
    const account = await caller(sandbox);
    await account('POST', '/v1/agents?scope=global', { json: manifest() });
    const id = (await account('POST', '/v1/agents', { json: manifest(), headers: { 'x-tenant-id': 'acme' } }))
      .json.agent_id;
    const headers = { 'x-tenant-id': 'acme' };
    const rival = await account('POST', `/v1/agents/${id}/scope`, {
      json: { target_scope: 'global' },
      headers,
    });
    expect(rival.status).toBe(409);
    const consumer = await caller(sandbox, { user: 'pro@sandbox.local' });
    const own = await deploy(consumer, { name: 'mine' });
    const refused = await consumer('POST', `/v1/agents/${own}/scope`, { json: { target_scope: 'global' } });
    expect([refused.status, typeof refused.json.error]).toEqual([403, 'string']);
  });
});

describe('tenants', () => {
  test('see their own and global agents; operators see all; visible=false hides the global ones', async () => {
    const sandbox = await useSandbox();
    const account = await caller(sandbox);
    const operator = await caller(sandbox, OPERATOR);
    const consumer = await caller(sandbox, { user: 'pro@sandbox.local' });
    await account('POST', '/v1/agents?scope=global', { json: manifest({ name: 'shared' }) });
    await account('POST', '/v1/agents', {
      json: manifest({ name: 'acme-only' }),
      headers: { 'x-tenant-id': 'acme' },
    });
    await deploy(consumer, { name: 'private' });
    const names = async (call: typeof account, query = '', headers = {}) =>
      (await call('GET', `/v1/agents${query}`, { headers })).json
        .map((agent: { name: string }) => agent.name)
        .sort();
    expect(await names(account)).toEqual(['shared']);
    expect(await names(account, '', { 'x-tenant-id': 'acme' })).toEqual(['acme-only', 'shared']);
    expect(await names(consumer)).toEqual(['private', 'shared']);
    expect(await names(consumer, '?visible=false')).toEqual(['private']);
    expect(await names(operator)).toEqual(['acme-only', 'private', 'shared']);
    expect(await names(operator, '?scope=global')).toEqual(['shared']);
  });

  test('only administrators change a global agent; others get 404', async () => {
    const sandbox = await useSandbox();
    const account = await caller(sandbox);
    const id = (await account('POST', '/v1/agents?scope=global', { json: manifest() })).json.agent_id;
    expect((await account('DELETE', `/v1/agents/${id}`)).status).toBe(404);
    expect((await account('PATCH', `/v1/agents/${id}`, { json: manifest() })).status).toBe(404);
    const readonly = await caller(sandbox, { role: 'aegis:readonly' });
    expect((await readonly('DELETE', `/v1/agents/${id}`)).status).toBe(404);
    const operator = await caller(sandbox, OPERATOR);
    expect((await operator('DELETE', `/v1/agents/${id}`)).status).toBe(200);
  });
});

describe('documented dialect', () => {
  const shared = shareSandbox({ dialect: 'documented' });
  const documented = () => caller(shared());
  const FLAT = { name: 'code-reviewer', language: 'typescript', instruction: 'You are a code reviewer.' };

  test('takes the flat form and wraps lists', async () => {
    const call = await documented();
    const { agent_id } = (await call('POST', '/v1/agents', { json: FLAT })).json;
    expect((await call('GET', '/v1/agents')).json.agents).toEqual([
      expect.objectContaining({ agent_id, name: 'code-reviewer', tenant_id: 'aegis-system' }),
    ]);
    expect((await call('GET', '/v1/agents/lookup/code-reviewer')).json).toEqual({
      agent_id,
      name: 'code-reviewer',
      tenant_id: 'aegis-system',
    });
    const versions = (await call('GET', `/v1/agents/${agent_id}/versions`)).json.versions;
    expect(versions.map((item: { version: string }) => item.version)).toEqual(['1.0.0']);
  });

  test('updates in part and returns the agent', async () => {
    const call = await documented();
    const { agent_id } = (await call('POST', '/v1/agents', { json: { ...FLAT, name: freshName() } })).json;
    const flat = await call('PATCH', `/v1/agents/${agent_id}`, {
      json: { description: 'Reviews', version: '1.1.0' },
    });
    expect(flat.json).toMatchObject({ agent_id, description: 'Reviews', version: '1.1.0' });
    expect(flat.json.manifest.spec.task.instruction).toBe('You are a code reviewer.');
    const nested = await call('PATCH', `/v1/agents/${agent_id}`, { json: { spec: { env: { A: '1' } } } });
    expect(nested.json.manifest.spec).toMatchObject({
      env: { A: '1' },
      runtime: { language: 'typescript', version: '5.1' },
    });
  });

  test('changes the scope by `scope`, deletes with a status, and says errors in JSON', async () => {
    const call = await documented();
    const id = await deploy(call);
    const scoped = await call('POST', `/v1/agents/${id}/scope`, { json: { scope: 'global' } });
    expect(scoped.json).toMatchObject({ agent_id: id, scope: 'global' });
    await call('POST', `/v1/agents/${id}/scope`, { json: { scope: 'user' } });
    expect((await call('DELETE', `/v1/agents/${id}`)).json).toEqual({ status: 'deleted' });
    const bad = await call('GET', '/v1/agents/word-counter');
    expect([bad.status, typeof bad.json.error]).toEqual([400, 'string']);
  });
});
