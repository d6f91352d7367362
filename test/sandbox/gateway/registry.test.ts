import { describe, expect, it } from 'vitest';
import { type Call, shareSandbox, useSandbox } from '../_sandbox.js';
import { operator, registerSpec, registerWorkflow, step, useUpstream, workflow } from './_gateway.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const NOBODY = '00000000-0000-4000-8000-000000000000';
const PATHS = { '/pets': { get: { operationId: 'list' } } };

const spec = (parts: object = {}) => ({
  name: 'petstore',
  base_url: 'http://127.0.0.1:9300/',
  inline_json: { paths: PATHS },
  credential_path: { StaticRef: { key: 'sandbox/token' } },
  ...parts,
});

const shared = shareSandbox();
let tests = 0;

/** Operators of two tenants that no other test has, and of none. */
async function start(sandbox = shared()) {
  tests += 1;
  const tenants = { acme: `acme-${tests}`, other: `other-${tests}` };
  const [acme, other, system] = await Promise.all([
    operator(sandbox, { tenant: tenants.acme }),
    operator(sandbox, { tenant: tenants.other }),
    operator(sandbox),
  ]);
  return { acme, other, system, tenants };
}

const namesOf = async (call: Call, path: string): Promise<readonly string[]> =>
  (await call('GET', path)).json.map((row: { name: string }) => row.name);

describe('API specs', () => {
  it('are registered, listed in short and fetched in full', async () => {
    const { acme, tenants } = await start();
    const { status, json } = await acme('POST', '/v1/specs', { json: spec({ source_url: 'urn:pets' }) });
    expect([status, Object.keys(json)]).toEqual([200, ['id']]);
    expect(json.id).toMatch(UUID);
    expect((await acme('GET', '/v1/specs')).json).toEqual([
      { id: json.id, name: 'petstore', source_url: 'urn:pets' },
    ]);
    expect((await acme('GET', `/v1/specs/${json.id}`)).json).toEqual({
      id: json.id,
      name: 'petstore',
      base_url: 'http://127.0.0.1:9300/',
      source_url: 'urn:pets',
      raw_spec: { paths: PATHS },
      operations: { list: { operation_id: 'list', method: 'GET', path: '/pets' } },
      credential_path: { StaticRef: { key: 'sandbox/token' } },
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      tenant_id: tenants.acme,
    });
  });

  it('tell operations by any key of a path item; of two equal ids the last stays', async () => {
    const { acme } = await start();
    const paths = {
      '/a': { get: { operationId: 'same' }, 'x-any': { operationId: 'odd' }, parameters: [] },
      '/b': { put: { operationId: 'same' }, get: { summary: 'no id' } },
      '/c': 7,
    };
    const { json } = await acme('POST', '/v1/specs', { json: spec({ inline_json: { paths } }) });
    expect((await acme('GET', `/v1/specs/${json.id}`)).json.operations).toEqual({
      same: { operation_id: 'same', method: 'PUT', path: '/b' },
      odd: { operation_id: 'odd', method: 'X-ANY', path: '/a' },
    });
  });

  it.each([
    [{ inline_json: null }, 'inline_json or source_fetch_url must be given'],
    [{ inline_json: {} }, 'openapi document has no paths object'],
    [{ inline_json: { paths: [] } }, 'openapi document has no paths object'],
    [{ inline_json: 'text' }, 'openapi document has no paths object'],
    [{ inline_json: { paths: { '/a': { get: {} } } } }, 'openapi document has no operationId'],
    [{ name: '  ' }, 'name must not be blank'],
    [{ base_url: '\t' }, 'base_url must not be blank'],
  ])('are refused with 400: %j', async (parts, error) => {
    const { acme } = await start();
    const { status, json } = await acme('POST', '/v1/specs', { json: spec(parts) });
    expect([status, json]).toEqual([400, { error }]);
  });

  it.each([
    { kind: 'Static', key: 'sandbox/token' },
    {},
    { StaticRef: {} },
    { StaticRef: { key: 'a' }, UserBound: { provider: 'b' } },
    { Nothing: {} },
    'StaticRef',
    null,
  ])('take no credential path %j', async (credential_path) => {
    const { acme } = await start();
    expect((await acme('POST', '/v1/specs', { json: spec({ credential_path }) })).status).toBe(422);
  });

  it('are known again by source_url, whatever tenant has it and whatever else is sent', async () => {
    const { acme, other } = await start();
    const source_url = 'https://x.org/openapi.json';
    const { json } = await acme('POST', '/v1/specs', { json: spec({ source_url }) });
    const again = await other('POST', '/v1/specs', {
      json: spec({ source_url, name: '', inline_json: null }),
    });
    expect(again.json).toEqual({ id: json.id, deduplicated: true });
  });

  it('replace a spec of the same name in the whole database', async () => {
    const { acme, other, tenants } = await start();
    const first = (await acme('POST', '/v1/specs', { json: spec() })).json.id;
    const second = (await other('POST', '/v1/specs', { json: spec() })).json.id;
    expect((await acme('GET', `/v1/specs/${first}`)).status).toBe(404);
    expect((await acme('GET', `/v1/specs/${second}`)).json.tenant_id).toBe(tenants.other);
    expect(await namesOf(acme, '/v1/specs')).toEqual([]);
  });

  it('are listed by name: own and system-global ones', async () => {
    const { acme, other, system } = await start(await useSandbox());
    await acme('POST', '/v1/specs', { json: spec({ name: 'b' }) });
    await system('POST', '/v1/specs', { json: spec({ name: 'c' }) });
    await other('POST', '/v1/specs', { json: spec({ name: 'a' }) });
    expect(await namesOf(acme, '/v1/specs')).toEqual(['b', 'c']);
    expect(await namesOf(other, '/v1/specs')).toEqual(['a', 'c']);
    expect(await namesOf(system, '/v1/specs')).toEqual(['c']);
  });

  it('are fetched by all four forms of a UUID, and of any tenant', async () => {
    const { acme, other } = await start();
    const id: string = (await acme('POST', '/v1/specs', { json: spec() })).json.id;
    for (const form of [id, id.toUpperCase(), id.replaceAll('-', ''), `{${id}}`, `urn:uuid:${id}`]) {
      expect((await other('GET', `/v1/specs/${encodeURIComponent(form)}`)).status).toBe(200);
    }
    const bad = await acme('GET', '/v1/specs/petstore');
    expect([bad.status, bad.json]).toEqual([400, { error: "invalid id 'petstore': not a UUID" }]);
    const gone = await acme('GET', `/v1/specs/${NOBODY}`);
    expect([gone.status, gone.json]).toEqual([404, { error: 'api spec not found' }]);
    expect((await acme('GET', '/v1/specs/%ff')).status).toBe(400);
  });

  it('are deleted by anyone, as often as wanted', async () => {
    const { acme, other } = await start();
    const id = (await acme('POST', '/v1/specs', { json: spec() })).json.id;
    for (const target of [id, id, NOBODY]) {
      expect((await other('DELETE', `/v1/specs/${target}`)).json).toEqual({ deleted: true });
    }
    expect((await acme('GET', `/v1/specs/${id}`)).status).toBe(404);
  });

  it('are fetched from this machine; the inline document wins', async () => {
    const { acme } = await start();
    const upstream = await useUpstream(() => ({
      body: JSON.stringify({ paths: { '/c': { get: { operationId: 'cats' } } } }),
    }));
    const fetched = spec({ inline_json: null, source_fetch_url: `${upstream.url}/openapi.json` });
    const { json } = await acme('POST', '/v1/specs', { json: fetched });
    const { operations } = (await acme('GET', `/v1/specs/${json.id}`)).json;
    expect(Object.keys(operations)).toEqual(['cats']);
    expect(upstream.received).toEqual([
      { method: 'GET', path: '/openapi.json', authorization: undefined, body: '' },
    ]);
    await acme('POST', '/v1/specs', { json: { ...fetched, inline_json: { paths: PATHS } } });
    expect(upstream.received.length).toBe(1);
  });

  it('are 500 when the fetch fails or brings no JSON', async () => {
    const { acme } = await start();
    const upstream = await useUpstream(() => ({ body: 'openapi: 3.0.3' }));
    const fetch = (source_fetch_url: string) =>
      acme('POST', '/v1/specs', { json: spec({ inline_json: null, source_fetch_url }) });
    const yaml = await fetch(upstream.url);
    expect([yaml.status, yaml.json.error.split(':')[0]]).toEqual([500, 'serialization error']);
    const silent = await useUpstream(() => ({ body: '' }));
    const nothing = await fetch(silent.url);
    expect([nothing.status, nothing.json.error.split(':')[0]]).toEqual([500, 'serialization error']);
    for (const url of [
      'http://127.0.0.1:1/',
      'https://example.com/openapi.json',
      'file:///etc/passwd',
      'x',
    ]) {
      const { status, json } = await fetch(url);
      expect([status, json.error.split(':')[0]]).toEqual([500, 'http error']);
    }
  });
});

describe('workflows', () => {
  async function startWithSpec(sandbox = shared()) {
    const calls = await start(sandbox);
    return { ...calls, specId: await registerSpec(calls.acme, 'http://127.0.0.1:1', { list: 'GET /pets' }) };
  }

  it('are registered, listed in short and fetched in full', async () => {
    const { acme, specId, tenants } = await startWithSpec();
    const steps = [
      step({ on_error: { RetryN: 2 }, extractors: { id: '$.id' } }),
      step({ on_error: 'Continue' }),
    ];
    const id = await registerWorkflow(acme, specId, { steps });
    expect((await acme('GET', '/v1/workflows')).json).toEqual([
      { id, name: 'lookup', description: 'Looks pets up.', input_schema: { type: 'object' } },
    ]);
    expect((await acme('GET', `/v1/workflows/${id}`)).json).toEqual({
      id,
      name: 'lookup',
      description: 'Looks pets up.',
      input_schema: { type: 'object' },
      api_spec_id: specId,
      steps,
      created_at: expect.stringMatching(/Z$/),
      tenant_id: tenants.acme,
    });
  });

  it.each([
    [{ api_spec_id: 'petstore' }, "invalid api_spec_id 'petstore': not a UUID"],
    [{ api_spec_id: NOBODY }, `api spec '${NOBODY}' not found`],
    [{ steps: [step({ operation_id: 'none' })], name: '' }, "step 'one' names an unknown operation 'none'"],
    [{ steps: [step({ operation_id: 'toString' })] }, "step 'one' names an unknown operation 'toString'"],
    [{ name: ' ', steps: [] }, 'workflow name must not be blank'],
    [{ steps: [], input_schema: {} }, 'workflow must have at least one step'],
    [{ input_schema: { type: 'array' } }, "input_schema.type must be 'object'"],
    [{ input_schema: null }, "input_schema.type must be 'object'"],
  ])('are refused with 400: %j', async (parts, error) => {
    const { acme, specId } = await startWithSpec();
    const { status, json } = await acme('POST', '/v1/workflows', { json: workflow(specId, parts) });
    expect([status, json]).toEqual([400, { error }]);
  });

  it.each([
    'RetryN(2)',
    'Abort',
    { RetryN: -1 },
    { RetryN: 256 },
    { RetryN: 1.5 },
    { RetryN: 1, x: 1 },
    null,
  ])('take no policy %j', async (on_error) => {
    const { acme, specId } = await startWithSpec();
    const json = workflow(specId, { steps: [step({ on_error })] });
    expect((await acme('POST', '/v1/workflows', { json })).status).toBe(422);
  });

  it("are not looked into: templates and JSONPaths are anyone's", async () => {
    const { acme, specId } = await startWithSpec();
    const steps = [step({ body_template: '{{#if', extractors: { a: '$[' } })];
    await registerWorkflow(acme, specId, { steps });
  });

  it('are replaced under their id, or a new one, and then belong to nobody', async () => {
    const { acme, other, specId } = await startWithSpec(await useSandbox());
    const id = await registerWorkflow(acme, specId);
    expect(await namesOf(other, '/v1/workflows')).toEqual([]);
    const put = (target: string, parts: object) =>
      acme('PUT', `/v1/workflows/${target}`, { json: workflow(specId, parts) });
    expect((await put(id, { description: 'Anew.' })).json).toEqual({ updated: true });
    expect((await other('GET', `/v1/workflows/${id}`)).json).toMatchObject({
      id,
      description: 'Anew.',
      tenant_id: null,
    });
    expect((await put(NOBODY, { name: 'second' })).json).toEqual({ updated: true });
    expect(await namesOf(other, '/v1/workflows')).toEqual(['lookup', 'second']);
    expect((await put(NOBODY, { name: 'lookup' })).json).toEqual({ updated: true });
    expect((await acme('GET', '/v1/workflows')).json.map(({ id }: { id: string }) => id)).toEqual([NOBODY]);
  });

  it.each([
    ['x', { api_spec_id: 'x' }, "invalid id 'x': not a UUID"],
    [NOBODY, { api_spec_id: 'x', name: '' }, "invalid api_spec_id 'x': not a UUID"],
    [NOBODY, { api_spec_id: NOBODY, name: '' }, 'workflow name must not be blank'],
    [NOBODY, { api_spec_id: NOBODY }, `api spec '${NOBODY}' not found`],
  ])('are replaced after checks in an order of their own: %s %j', async (id, parts, error) => {
    const { acme, specId } = await startWithSpec();
    const { status, json } = await acme('PUT', `/v1/workflows/${id}`, { json: workflow(specId, parts) });
    expect([status, json]).toEqual([400, { error }]);
  });

  it('are deleted as often as wanted, and are 400 or 404 otherwise', async () => {
    const { acme, specId } = await startWithSpec();
    const id = await registerWorkflow(acme, specId);
    for (const _ of [1, 2])
      expect((await acme('DELETE', `/v1/workflows/${id}`)).json).toEqual({ deleted: true });
    expect((await acme('GET', `/v1/workflows/${id}`)).json).toEqual({ error: 'workflow not found' });
    expect((await acme('GET', '/v1/workflows/x')).status).toBe(400);
    expect((await acme('DELETE', '/v1/workflows/x')).status).toBe(400);
  });

  it('of one name registered at the same time leave one', async () => {
    const { acme, other, specId } = await startWithSpec();
    const calls = Array.from({ length: 20 }, (_, index) =>
      registerWorkflow(index % 2 ? acme : other, specId),
    );
    const ids = await Promise.all(calls);
    const found = await Promise.all(ids.map((id) => acme('GET', `/v1/workflows/${id}`)));
    expect(found.filter(({ status }) => status === 200).length).toBe(1);
  });
});

describe('the catalogue', () => {
  it('has workflows and then CLI tools, each by name', async () => {
    const { acme, other } = await start();
    const specId = await registerSpec(acme, 'http://127.0.0.1:1', { list: 'GET /pets' });
    await registerWorkflow(acme, specId, { name: 'zebra' });
    await registerWorkflow(acme, specId, { name: 'ant' });
    const tool = {
      name: 'kubectl',
      description: 'Reads a cluster.',
      docker_image: 'kubectl:1',
      allowed_subcommands: ['get', 'logs'],
      require_semantic_judge: true,
      default_timeout_seconds: 5,
    };
    await acme('POST', '/v1/cli-tools', { json: tool });
    await acme('POST', '/v1/cli-tools', { json: { ...tool, name: 'ant', require_semantic_judge: false } });
    const { json } = await acme('GET', '/v1/tools');
    expect(json.map(({ kind, name, tags }: Record<string, unknown>) => [kind, name, tags])).toEqual([
      ['workflow', 'ant', ['workflow']],
      ['workflow', 'zebra', ['workflow']],
      ['cli', 'ant', ['cli']],
      ['cli', 'kubectl', ['cli', 'judged']],
    ]);
    expect(json[3]).toEqual({
      name: 'kubectl',
      description: 'Reads a cluster.',
      kind: 'cli',
      input_schema: {
        type: 'object',
        properties: {
          subcommand: { type: 'string', enum: ['get', 'logs'] },
          args: { type: 'array', items: { type: 'string' } },
        },
        required: ['subcommand'],
      },
      tags: ['cli', 'judged'],
      category: 'external',
    });
    expect((await other('GET', '/v1/tools')).json).toEqual([]);
  });
});
