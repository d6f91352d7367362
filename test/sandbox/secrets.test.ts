import { describe, expect, test } from 'vitest';
import { caller, shareSandbox } from './_sandbox.js';

const OPERATOR = { user: 'operator' };
const LIMIT = 256 * 1024;

describe('the real server', () => {
  const live = shareSandbox();
  const operator = () => caller(live(), OPERATOR);

  test('shows field names only; a write replaces them all', async () => {
    const call = await operator();
    const data = { user: 'app', password: 'hunter2' };
    const written = await call('PUT', '/v1/secrets/app%2Fdb', { json: { data } });
    expect([written.status, written.json]).toEqual([200, { status: 'written', path: 'app/db' }]);
    const read = await call('GET', '/v1/secrets/app%2Fdb');
    expect(read.json).toEqual({ path: 'app/db', fields: ['user', 'password'] });
    await call('PUT', '/v1/secrets/app%2Fdb', { json: { data: { token: 't' } } });
    expect((await call('GET', '/v1/secrets/app%2Fdb')).json.fields).toEqual(['token']);
    const deleted = await call('DELETE', '/v1/secrets/app%2Fdb');
    expect([deleted.status, deleted.json]).toEqual([200, { status: 'deleted', path: 'app/db' }]);
    const gone = await call('GET', '/v1/secrets/app%2Fdb');
    expect([gone.status, gone.json]).toEqual([404, { error: 'Secret not found', path: 'app/db' }]);
  });

  test('deleting what is not there succeeds', async () => {
    const call = await operator();
    expect((await call('DELETE', '/v1/secrets/nothing')).status).toBe(200);
  });

  test('has no route for raw slashes', async () => {
    const call = await operator();
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const answer = await call(method, '/v1/secrets/app/db');
      expect([answer.status, answer.text]).toEqual([404, '']);
    }
  });

  test('lists nothing: 501', async () => {
    const call = await operator();
    expect((await call('GET', '/v1/secrets')).status).toBe(501);
  });

  test('has one engine for all tenants, and administrators use it too', async () => {
    const call = await operator();
    await call('PUT', '/v1/secrets/common', { json: { data: { a: 1 } }, headers: { 'x-tenant-id': 'acme' } });
    const admin = await caller(live(), { user: 'admin' });
    expect((await admin('GET', '/v1/secrets/common')).json).toEqual({ path: 'common', fields: ['a'] });
  });

  test.each([
    ['a service account', {}],
    ['a read-only operator', { user: 'auditor' }],
    ['a consumer', { user: 'free@sandbox.local' }],
    ['a tenant user', { tenant: 'acme' }],
  ])('refuses %s with 403', async (_who, options) => {
    const call = await caller(live(), options);
    for (const path of ['/v1/secrets', '/v1/secrets/a']) {
      const answer = await call('GET', path);
      expect([answer.status, answer.json]).toEqual([403, { error: 'Operator or admin role required' }]);
    }
    expect((await call('PUT', '/v1/secrets/a', { body: '{' })).status).toBe(403);
    expect((await call('DELETE', '/v1/secrets/a')).status).toBe(403);
  });

  test('takes any content type and any path', async () => {
    const call = await operator();
    const headers = { 'content-type': 'text/plain' };
    for (const path of ['..%2F..%2Fetc', 'ä%20b', "a'%3B--", '%25', 'x'.repeat(4000)]) {
      const body = '{"data":{"a":"b","":"empty","__proto__":"odd"}}';
      expect((await call('PUT', `/v1/secrets/${path}`, { body, headers })).status).toBe(200);
      const { path: stored, fields } = (await call('GET', `/v1/secrets/${path}`)).json;
      expect([stored, fields]).toEqual([decodeURIComponent(path), ['a', '', '__proto__']]);
    }
  });

  test.each([
    ['no body', ''],
    ['no JSON', '{"data":'],
    ['no object', '[]'],
    ['no data', '{"value":"x","encoding":"utf8"}'],
    ['data as a list', '{"data":["x"]}'],
    ['data as null', '{"data":null}'],
    ['too deep', `{"data":{"a":${'['.repeat(200)}${']'.repeat(200)}}}`],
    ['much too deep', '['.repeat(LIMIT)],
    ['over 256 KiB', JSON.stringify({ data: { a: 'x'.repeat(LIMIT) } })],
    ['over the usual limit', JSON.stringify({ data: { a: 'x'.repeat(3 * 1024 * 1024) } })],
  ])('refuses %s with 400 JSON', async (_title, body) => {
    const call = await operator();
    const answer = await call('PUT', '/v1/secrets/bad', { body });
    expect([answer.status, answer.json]).toEqual([400, { error: expect.any(String) }]);
    expect((await call('GET', '/v1/secrets/bad')).status).toBe(404);
  });

  test('does not repeat what it cannot read', async () => {
    const answer = await (await operator())('PUT', '/v1/secrets/bad', { body: '{"data":{"k":hunter2}}' });
    expect(answer.json).toEqual({ error: "Invalid JSON: Unexpected token 'h'" });
  });

  test('takes 256 KiB and not a byte more', async () => {
    const call = await operator();
    const body = JSON.stringify({ data: { a: 'x'.repeat(LIMIT - 17) } });
    expect(body.length).toBe(LIMIT);
    expect((await call('PUT', '/v1/secrets/large', { body })).status).toBe(200);
    expect((await call('PUT', '/v1/secrets/large', { body: `${body} ` })).status).toBe(400);
  });
});

describe('the published reference', () => {
  const documented = shareSandbox({ dialect: 'documented' });
  const start = () => caller(documented());

  test('does not repeat what it cannot read', async () => {
    const headers = { 'content-type': 'application/json' };
    const answer = await (await start())('PUT', '/v1/secrets/bad', { body: '{"value":hunter2}', headers });
    expect(answer.json).toEqual({
      error: "Failed to parse the request body as JSON: Unexpected token 'h'",
    });
  });

  test('reads the value back, lists by prefix, deletes', async () => {
    const call = await start();
    const written = await call('PUT', '/v1/secrets/app/db-pass', { json: { value: 'hunter2' } });
    expect([written.status, written.json]).toEqual([200, { status: 'written', path: 'app/db-pass' }]);
    await call('PUT', '/v1/secrets/ci%2Ftoken', { json: { value: 'dDE=', encoding: 'base64' } });
    expect((await call('GET', '/v1/secrets/app%2Fdb-pass')).json).toEqual({
      path: 'app/db-pass',
      value: 'hunter2',
      encoding: 'utf8',
    });
    expect((await call('GET', '/v1/secrets/ci/token')).json).toEqual({
      path: 'ci/token',
      value: 'dDE=',
      encoding: 'base64',
    });
    const listed = await call('GET', '/v1/secrets');
    const entry = { created_at: expect.any(String), updated_at: expect.any(String) };
    expect(listed.json).toEqual({
      secrets: [
        { path: 'app/db-pass', ...entry },
        { path: 'ci/token', ...entry },
      ],
    });
    const some = await call('GET', '/v1/secrets?path_prefix=ci/');
    expect(some.json.secrets).toEqual([{ path: 'ci/token', ...entry }]);
    expect((await call('DELETE', '/v1/secrets/app/db-pass')).status).toBe(200);
    const gone = await call('GET', '/v1/secrets/app/db-pass');
    expect([gone.status, gone.json]).toEqual([404, { error: 'Secret not found' }]);
    expect((await call('DELETE', '/v1/secrets/app/db-pass')).status).toBe(404);
  });

  test('keeps tenants apart', async () => {
    const call = await start();
    const headers = { 'x-tenant-id': 'acme' };
    await call('PUT', '/v1/secrets/own', { json: { value: 'theirs' }, headers });
    expect((await call('GET', '/v1/secrets/own')).status).toBe(404);
    const acme = await caller(documented(), { tenant: 'acme' });
    expect((await acme('GET', '/v1/secrets/own')).json.value).toBe('theirs');
  });

  test('refuses the body of the real server with 422 JSON', async () => {
    const call = await start();
    const answer = await call('PUT', '/v1/secrets/a', { json: { data: { a: 'b' } } });
    expect(answer.status).toBe(422);
    expect(answer.json.error).toContain('missing field `value`');
  });
});
