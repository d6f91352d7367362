import { describe, expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.js';
import { type Call, caller, shareSandbox, useDirectory, useSandbox } from './_sandbox.js';

const MISSING = '6f1c2f3e-0b52-4d55-9b0f-2f0f5a1f6f11';
const SUBJECT = '5b0c5a5e-0a54-4b9c-8f57-6a3a1f0d0001';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

let written = 0;

/** Creates a script, by default under a name of its own; gives its id. */
async function create(call: Call, parts: Readonly<Record<string, unknown>> = {}): Promise<string> {
  written += 1;
  const json = { name: `script-${written}`, code: 'return 1;', ...parts };
  const answer = await call('POST', '/v1/scripts', { json });
  expect([answer.status, answer.text]).toEqual([201, answer.text]);
  return answer.json.id;
}

describe.each(['live', 'documented'] as const)('scripts of the %s dialect', (dialect) => {
  const sandbox = shareSandbox({ dialect });

  test('are created as version 1, private, with empty description and tags', async () => {
    const call = await caller(sandbox());
    const json = { name: 'hello', code: 'return 1;', visibility: 'PRIVATE', extra: true };
    const answer = await call('POST', '/v1/scripts', { json });
    expect(answer.status).toBe(201);
    expect(answer.json).toEqual({
      id: expect.stringMatching(UUID),
      tenant_id: 'aegis-system',
      created_by: SUBJECT,
      name: 'hello',
      description: '',
      code: 'return 1;',
      tags: [],
      visibility: 'private',
      version: 1,
      created_at: expect.stringMatching(TIME),
      updated_at: answer.json.created_at,
    });
  });

  test('gain a version with each update, even an equal one, and show their history', async () => {
    const call = await caller(sandbox());
    const id = await create(call, { tags: ['one'], description: 'first' });
    const json = { name: 'renamed', code: 'return 2;' };
    const updated = await call('PUT', `/v1/scripts/${id}`, { json });
    expect(updated.status).toBe(200);
    expect(updated.json).toMatchObject({ id, ...json, description: '', tags: [], version: 2 });
    expect(updated.json).not.toHaveProperty('versions');
    await call('PUT', `/v1/scripts/${id}`, { json });
    const { json: detail } = await call('GET', `/v1/scripts/${id}`);
    expect(detail).toMatchObject({ ...json, version: 3 });
    const entry = (version: number) => ({
      version,
      updated_at: expect.stringMatching(TIME),
      updated_by: SUBJECT,
    });
    expect(detail.versions).toEqual([entry(1), entry(2), entry(3)]);
  });

  test('are listed by exact tag and by part of name or description', async () => {
    const call = await caller(sandbox(), { user: 'enterprise@sandbox.local' });
    const parse = await create(call, { name: 'Parse CSV', tags: ['data', 'text'] });
    const plot = await create(call, { name: 'plot', description: 'Draws CSV files', tags: ['data-2'] });
    const ids = async (query: string) => {
      const { json } = await call('GET', `/v1/scripts${query}`);
      return json.map((script: { id: string }) => script.id).sort();
    };
    expect(await ids('')).toEqual([parse, plot].sort());
    expect(await ids('?tag=data')).toEqual([parse]);
    expect(await ids('?tag=dat')).toEqual([]);
    expect(await ids('?q=csv')).toEqual([parse, plot].sort());
    expect(await ids('?q=PLOT')).toEqual([plot]);
    expect(await ids('?q=csv&tag=data-2')).toEqual([plot]);
  });

  test('are gone once deleted, and their name is free', async () => {
    const call = await caller(sandbox());
    const id = await create(call, { name: 'passing' });
    const answer = await call('DELETE', `/v1/scripts/${id}`);
    expect([answer.status, answer.text]).toEqual([204, '']);
    const again = await call('DELETE', `/v1/scripts/${id}`);
    expect([again.status, again.json]).toEqual([404, { error: 'script not found' }]);
    expect((await call('PUT', `/v1/scripts/${id}`, { json: { name: 'x', code: '' } })).status).toBe(404);
    expect(await create(call, { name: 'passing' })).not.toBe(id);
  });

  test('exist for their owner only, yet hold their name in the whole tenant', async () => {
    const owner = await caller(sandbox());
    const other = await caller(sandbox(), { user: 'operator' });
    const id = await create(owner, { name: 'mine' });
    for (const method of ['GET', 'DELETE']) {
      const answer = await other(method, `/v1/scripts/${id}`);
      expect([answer.status, answer.json]).toEqual([404, { error: 'script not found' }]);
    }
    const own = await create(other, { name: 'theirs' });
    const taken = { status: 409, json: { error: 'a script with this name already exists' } };
    const json = { name: 'mine', code: '' };
    expect(await other('POST', '/v1/scripts', { json })).toMatchObject(taken);
    expect(await other('PUT', `/v1/scripts/${own}`, { json })).toMatchObject(taken);
    const consumer = await caller(sandbox(), { user: 'pro@sandbox.local' });
    expect(await create(consumer, { name: 'mine' })).toMatch(UUID);
  });

  test.each([
    [{ name: '' }, 'script name must not be empty'],
    [{ name: 'é'.repeat(65) }, 'script name exceeds 128-byte maximum'],
    [{ name: 'a/b' }, 'script name may not contain path separators'],
    [{ name: 'a\\b' }, 'script name may not contain path separators'],
    [{ description: 'x'.repeat(2049) }, 'script description exceeds 2048-byte maximum'],
    [{ code: 'x'.repeat(262_145) }, 'script code exceeds 262144-byte maximum'],
    [{ tags: Array(17).fill('t') }, 'scripts may have at most 16 tags'],
    [{ tags: ['ok', 'Not'] }, 'invalid tag: Not'],
    [{ tags: [''] }, 'invalid tag: '],
    [{ tags: ['t'.repeat(33)] }, `invalid tag: ${'t'.repeat(33)}`],
  ])('that break a rule are refused, new or changed (case %#)', async (wrong, fault) => {
    const call = await caller(sandbox());
    const id = await create(call);
    const json = { name: `rule-${id}`, code: '', ...wrong };
    const refusal = [400, { error: `domain validation failed: ${fault}` }];
    const created = await call('POST', '/v1/scripts', { json });
    expect([created.status, created.json]).toEqual(refusal);
    const updated = await call('PUT', `/v1/scripts/${id}`, { json });
    expect([updated.status, updated.json]).toEqual(refusal);
    expect((await call('GET', `/v1/scripts/${id}`)).json.version).toBe(1);
  });

  test('take the largest values that the rules allow', async () => {
    const call = await caller(sandbox());
    const tags = Array.from({ length: 16 }, (_, index) => `${index}`.padEnd(32, '_'));
    const code = 'é'.repeat(131_072);
    const id = await create(call, { name: 'n'.repeat(128), description: 'd'.repeat(2048), code, tags });
    const { json } = await call('GET', `/v1/scripts/${id}`);
    expect([json.code === code, json.tags]).toEqual([true, tags]);
  });

  test('of a visibility other than private are refused', async () => {
    const call = await caller(sandbox());
    const json = { name: 'public', code: '', visibility: 'public' };
    expect(await call('POST', '/v1/scripts', { json })).toMatchObject({
      status: 400,
      json: { error: "script visibility 'public' is not supported yet; only 'private' is accepted" },
    });
    expect((await call('PUT', `/v1/scripts/${MISSING}`, { json })).status).toBe(400);
  });

  test('are limited by the tier of a consumer: five active ones for free', async () => {
    const call = await caller(sandbox(), { user: 'free@sandbox.local' });
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) ids.push(await create(call));
    const answer = await call('POST', '/v1/scripts', { json: { name: 'sixth', code: '' } });
    expect([answer.status, answer.json]).toEqual([
      422,
      { error: 'script tier limit exceeded: 5 active scripts allowed' },
    ]);
    await call('DELETE', `/v1/scripts/${ids[0]}`);
    await create(call, { name: 'sixth' });
  });

  test('are written with script:write and read with script:read', async () => {
    const reader = await caller(sandbox(), { scopes: ['script:read'] });
    const writer = await caller(sandbox(), { scopes: ['script:write'] });
    const missing = (required: string) => ({ status: 403, json: { error: 'insufficient_scope', required } });
    const json = { name: 'x', code: '' };
    expect(await reader('POST', '/v1/scripts', { json })).toMatchObject(missing('script:write'));
    expect(await reader('PUT', `/v1/scripts/${MISSING}`, { json })).toMatchObject(missing('script:write'));
    expect(await reader('DELETE', `/v1/scripts/${MISSING}`)).toMatchObject(missing('script:write'));
    expect(await writer('GET', '/v1/scripts')).toMatchObject(missing('script:read'));
    expect(await writer('GET', `/v1/scripts/${MISSING}`)).toMatchObject(missing('script:read'));
    expect((await reader('GET', `/v1/scripts/${MISSING}`)).status).toBe(404);
  });

  test('are 503 in the tenant without the service and 500 in the one whose storage fails', async () => {
    const without = await caller(sandbox(), { tenant: 'sandbox-no-database' });
    const faulty = await caller(sandbox(), { tenant: 'sandbox-database-fault' });
    const json = { name: 'x', code: '' };
    for (const [method, path] of [
      ['POST', '/v1/scripts'],
      ['GET', '/v1/scripts'],
      ['GET', `/v1/scripts/${MISSING}`],
      ['PUT', `/v1/scripts/${MISSING}`],
      ['DELETE', `/v1/scripts/${MISSING}`],
    ] as const) {
      const options = method === 'GET' || method === 'DELETE' ? {} : { json };
      expect(await without(method, path, options)).toMatchObject({
        status: 503,
        json: { error: 'script service not configured' },
      });
      expect((await faulty(method, path, options)).status).toBe(500);
    }
  });
});

describe('garbage', () => {
  const live = shareSandbox();
  const documented = shareSandbox({ dialect: 'documented' });
  const CASES: readonly (readonly [status: number, body: string, type?: string])[] = [
    [400, '{'],
    [400, ''],
    [422, '[]'],
    [422, 'null'],
    [422, '{"name":"x"}'],
    [422, '{"name":1,"code":""}'],
    [422, '{"name":"x","code":"","description":null}'],
    [422, '{"name":"x","code":"","tags":"t"}'],
    [422, '{"name":"x","code":"","visibility":1}'],
    [415, '{"name":"x","code":""}', 'text/plain'],
    [413, `{"name":"${'x'.repeat(2_200_000)}","code":""}`],
  ];

  test.each(CASES.map((each) => [each] as const))('is refused (case %#)', async (each) => {
    const [status, body, type = 'application/json'] = each;
    const options = { body, headers: { 'content-type': type } };
    const answer = await (await caller(live()))('POST', '/v1/scripts', options);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      status,
      'text/plain; charset=utf-8',
    ]);
    const described = await (await caller(documented()))('POST', '/v1/scripts', options);
    expect([described.status, described.json]).toEqual([status, { error: expect.any(String) }]);
  });

  test('in a path is a bad URL', async () => {
    const answer = await (await caller(live()))('GET', '/v1/scripts/hello');
    expect([answer.status, answer.text.startsWith('Invalid URL: ')]).toEqual([400, true]);
  });

  test('in names and code is kept as it came', async () => {
    const call = await caller(live());
    const parts = { name: "'; drop table scripts; -- \u202e💥", code: 'a\u0000b', description: '%_"' };
    const id = await create(call, parts);
    expect((await call('GET', `/v1/scripts/${id}`)).json).toMatchObject(parts);
    expect((await call('GET', '/v1/scripts?q=%25_%22')).json).toMatchObject([{ id }]);
  });
});

test('many updates at once each give a version', async () => {
  const call = await caller(await useSandbox());
  const id = await create(call);
  const json = { name: 'busy', code: '' };
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => call('PUT', `/v1/scripts/${id}`, { json })),
  );
  const versions = answers.map(({ json: { version } }) => version).sort((a, b) => a - b);
  expect(versions).toEqual(Array.from({ length: 20 }, (_, index) => index + 2));
});

test('of many creations of one name only one succeeds', async () => {
  const call = await caller(await useSandbox());
  const json = { name: 'only', code: '' };
  const answers = await Promise.all(Array.from({ length: 10 }, () => call('POST', '/v1/scripts', { json })));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(409)]);
});

test('scripts and their history survive a restart', async () => {
  const data = useDirectory();
  const before = await startSandbox({ data });
  const first = await caller(before);
  const id = await create(first, { tags: ['kept'] });
  await first('PUT', `/v1/scripts/${id}`, { json: { name: 'second', code: 'return 2;' } });
  const gone = await create(first);
  await first('DELETE', `/v1/scripts/${gone}`);
  const { json } = await first('GET', `/v1/scripts/${id}`);
  await before.close();
  const second = await caller(await useSandbox({ data }));
  expect((await second('GET', `/v1/scripts/${id}`)).json).toEqual(json);
  expect((await second('GET', '/v1/scripts')).json).toHaveLength(1);
});
