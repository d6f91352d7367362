import { request as rawRequest } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { type HttpServer, startHttpServer } from '../../src/sandbox/http-server.js';
import type { Dialect, Identity, Route } from '../../src/sandbox/kernel.js';
import {
  boolQuery,
  createRouter,
  decodeWith,
  defineRoute,
  intQuery,
  json,
  jsonBody,
  pathParam,
  uuidParam,
} from '../../src/sandbox/router.js';
import { request } from './_sandbox.js';

const ID = '6f1c2f3e-0b52-4d55-9b0f-2f0f5a1f6f11';

const IDENTITY: Identity = {
  kind: 'service_account',
  subject: 'robot',
  realm: 'aegis-system',
  clientId: 'robot',
  role: undefined,
  tier: undefined,
  scopes: new Set(['thing:read']),
  tenant: 'aegis-system',
};

const verify = (identity: Identity) => async (authorization: string | undefined) => {
  if (authorization === undefined) return { refusal: 'Missing Authorization header' };
  return authorization === 'Bearer good' ? { identity } : { refusal: 'Unauthorized' };
};

const body = decodeWith(z.object({ name: z.string() }));

const ROUTES: readonly Route[] = [
  { method: 'GET', path: '/v1/things', handler: () => json(['list']) },
  { method: 'POST', path: '/v1/things', content: 'json', handler: () => json('made') },
  { method: 'GET', path: '/v1/things/lookup/{name}', handler: (r) => json(`lookup ${pathParam(r, 'name')}`) },
  { method: 'GET', path: '/v1/things/{id}', scope: 'thing:read', handler: (r) => json(r.params) },
  defineRoute({
    method: 'POST',
    path: '/v1/things/{id}/touch',
    scope: 'thing:touch',
    decode: (r) => ({
      id: uuidParam(r, 'id'),
      deep: boolQuery(r, 'deep', false),
      limit: intQuery(r, 'limit', 20),
      ...jsonBody(r, body),
    }),
    run: (_request, input) => json(input),
  }),
  { method: 'GET', path: '/v1/files/{id}/{*path}', handler: (r) => json(r.params) },
  { method: 'GET', path: '/v1/tenant', handler: (r) => json(r.effectiveTenant) },
  { method: 'GET', path: '/v1/faulty', handler: () => Promise.reject(new Error('disk full')) },
  { method: 'GET', path: '/v1/stream', queryToken: true, handler: () => json('streamed') },
  { method: 'POST', path: '/v1/small', limit: 4, handler: (r) => json(r.body.toString()) },
  { method: 'GET', path: '/health', auth: 'none', handler: () => json('ok') },
  { method: 'GET', path: '/v1/only-documented', dialects: ['documented'], handler: () => json('yes') },
];

const AUTH = { authorization: 'Bearer good' };

async function serve(dialect: Dialect = 'live', identity = IDENTITY): Promise<HttpServer> {
  const router = createRouter(ROUTES, { dialect, verify: verify(identity) });
  const server = await startHttpServer({ router, host: '127.0.0.1', port: 0 });
  onTestFinished(() => server.close());
  return server;
}

async function call(method: string, path: string, options: Parameters<typeof request>[2] = {}) {
  const { url } = await serve();
  return request(`${url}${path}`, method, { ...options, headers: { ...AUTH, ...options.headers } });
}

describe('bearer', () => {
  test('is asked for even where no route is', async () => {
    const { url } = await serve();
    const answer = await request(`${url}/v1/nowhere`, 'GET');
    expect([answer.status, answer.text]).toEqual([401, 'Missing Authorization header']);
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  });

  test('that is refused gives the middleware text', async () => {
    const { url } = await serve();
    const answer = await request(`${url}/v1/things`, 'GET', { headers: { authorization: 'Bearer bad' } });
    expect([answer.status, answer.text]).toEqual([401, 'Unauthorized']);
  });

  test.each(['/health', '/v1/webhooks/x', '/v1/seal/tools', '/realms/x/y'])(
    'is not asked for at %s',
    async (path) => {
      const { url } = await serve();
      expect((await request(`${url}${path}`, 'GET')).status).not.toBe(401);
    },
  );

  test('is asked for at SEAL paths the server does not exempt', async () => {
    const { url } = await serve();
    expect((await request(`${url}/v1/seal/other`, 'GET')).status).toBe(401);
  });

  test('may come in the query of a stream that says so, and nowhere else', async () => {
    const { url } = await serve();
    expect((await request(`${url}/v1/stream?token=good`, 'GET')).json).toBe('streamed');
    expect((await request(`${url}/v1/things?token=good`, 'GET')).status).toBe(401);
  });
});

describe('matching', () => {
  test('an unknown path is 404 without body', async () => {
    const answer = await call('GET', '/v1/nowhere');
    expect([answer.status, answer.text, answer.headers.get('content-type')]).toEqual([404, '', null]);
  });

  test('a wrong verb is 405 without body, with Allow', async () => {
    const answer = await call('DELETE', '/v1/things');
    expect([answer.status, answer.text, answer.headers.get('allow')]).toEqual([405, '', 'GET,HEAD,POST']);
  });

  test('HEAD answers like GET without the body', async () => {
    const answer = await call('HEAD', '/v1/things');
    expect([answer.status, answer.text, answer.headers.get('content-length')]).toEqual([200, '', '8']);
  });

  test('static segments win over parameters, which are percent-decoded one by one', async () => {
    expect((await call('GET', '/v1/things/lookup/a%2Fb')).json).toBe('lookup a/b');
    expect((await call('GET', '/v1/things/a%20b')).json).toEqual({ id: 'a b' });
  });

  test('a wildcard holds the decoded rest of the path', async () => {
    const answer = await call('GET', '/v1/files/x/workspace/my%20notes.txt');
    expect(answer.json).toEqual({ id: 'x', path: 'workspace/my notes.txt' });
  });

  test.each(['/v1/things/', '/v1/files/x/', '/v1/files/x'])(
    '%s has an empty segment and is 404',
    async (path) => {
      expect((await call('GET', path)).status).toBe(404);
    },
  );

  test('bytes that are no UTF-8 in a path are 400 text', async () => {
    const answer = await call('GET', '/v1/things/%ff');
    expect([answer.status, answer.text]).toEqual([400, 'Invalid URL: Invalid UTF-8 in `id`']);
  });

  test('routes of another dialect do not exist', async () => {
    expect((await call('GET', '/v1/only-documented')).status).toBe(404);
    const documented = await serve('documented');
    expect((await request(`${documented.url}/v1/only-documented`, 'GET', { headers: AUTH })).json).toBe(
      'yes',
    );
  });

  test('two routes of one method and shape are refused at start', () => {
    const twice: readonly Route[] = [
      { method: 'GET', path: '/v1/a/{x}', handler: () => json(1) },
      { method: 'GET', path: '/v1/a/{y}', handler: () => json(2) },
    ];
    expect(() => createRouter(twice, { dialect: 'live', verify: verify(IDENTITY) })).toThrow(
      'two routes answer GET /v1/a/{y}',
    );
  });
});

describe('refusals come in the server order', () => {
  const touch = (id: string, query: string, options: Parameters<typeof request>[2]) =>
    call('POST', `/v1/things/${id}/touch${query}`, options);

  test('a path id that is no UUID beats query, content type, body and scope', async () => {
    const answer = await touch('abc', '?deep=1', { body: '{' });
    expect(answer.status).toBe(400);
    expect(answer.text).toMatch(/^Invalid URL: Cannot parse `id` with value `abc`/);
  });

  test('a query value of the wrong type beats content type, body and scope', async () => {
    const answer = await touch(ID, '?deep=1', { body: '{' });
    expect(answer.status).toBe(400);
    expect(answer.text).toMatch(/^Failed to deserialize query string: deep/);
    expect((await touch(ID, '?limit=-1', { body: '{' })).text).toMatch(
      /^Failed to deserialize query string: limit/,
    );
  });

  test('a content type other than JSON beats body and scope', async () => {
    const answer = await touch(ID, '', { body: '{', headers: { 'content-type': 'text/yaml' } });
    expect([answer.status, answer.text]).toEqual([
      415,
      'Expected request with `Content-Type: application/json`',
    ]);
  });

  test('JSON syntax beats shape and scope', async () => {
    const headers = { 'content-type': 'application/vnd.api+json' };
    const answer = await touch(ID, '', { body: '{', headers });
    expect(answer.status).toBe(400);
    expect(answer.text).toMatch(/^Failed to parse the request body as JSON: /);
  });

  test('a member of the wrong shape beats the scope', async () => {
    const answer = await touch(ID, '', { json: {} });
    expect([answer.status, answer.text]).toEqual([
      422,
      'Failed to deserialize the JSON body into the target type: missing field `name`',
    ]);
  });

  test('a missing scope is 403 JSON', async () => {
    const answer = await touch(ID, '', { json: { name: 'x' } });
    expect([answer.status, answer.json]).toEqual([
      403,
      { error: 'insufficient_scope', required: 'thing:touch' },
    ]);
  });

  test('with the scope the handler sees decoded input', async () => {
    const { url } = await serve('live', { ...IDENTITY, scopes: new Set(['thing:touch']) });
    const target = `${url}/v1/things/6F1C2F3E0B524D559B0F2F0F5A1F6F11/touch?deep=true&limit=3`;
    const answer = await request(target, 'POST', { json: { name: 'x', extra: 1 }, headers: AUTH });
    expect(answer.json).toEqual({ id: ID, deep: true, limit: 3, name: 'x' });
  });

  test('a body over the limit is 413 text', async () => {
    const large = await call('POST', '/v1/things', { json: 'x'.repeat(2 * 1024 * 1024) });
    expect(large.status).toBe(413);
    expect((await call('POST', '/v1/small', { body: '12345' })).status).toBe(413);
    expect((await call('POST', '/v1/small', { body: '1234' })).json).toBe('1234');
  });

  test('the documented dialect says the same in JSON', async () => {
    const { url } = await serve('documented');
    const answer = await request(`${url}/v1/things`, 'GET');
    expect([answer.status, answer.json]).toEqual([401, { error: 'Missing Authorization header' }]);
    expect((await request(`${url}/v1/nowhere`, 'GET', { headers: AUTH })).text).toBe('');
  });

  test('a fault of a handler is 500 with its text', async () => {
    const answer = await call('GET', '/v1/faulty');
    expect([answer.status, answer.json]).toEqual([500, { error: 'disk full' }]);
  });
});

describe('X-Tenant-Id', () => {
  const TEAM = 't-6f1c2f3e-0b52-4d55-9b0f-2f0f5a1f6f11';
  const tenantOf = async (identity: Identity, tenant: string) => {
    const { url } = await serve('live', identity);
    return request(`${url}/v1/tenant`, 'GET', { headers: { ...AUTH, 'x-tenant-id': tenant } });
  };

  test.each([
    ['acme', 'acme'],
    ['-acme', 'aegis-system'],
    ['Acme', 'aegis-system'],
    ['', 'aegis-system'],
  ])('of a service account, %j, means %s', async (header, tenant) => {
    expect((await tenantOf(IDENTITY, header)).json).toBe(tenant);
  });

  test('of an operator is ignored', async () => {
    expect((await tenantOf({ ...IDENTITY, kind: 'operator' }, 'acme')).json).toBe('aegis-system');
  });

  test.each([
    ['acme', 'forbidden_tenant_switch'],
    [TEAM, 'not_a_team_member'],
  ])('of a consumer, %s, is 403 %s', async (header, code) => {
    const answer = await tenantOf({ ...IDENTITY, kind: 'consumer', tenant: 'u-1' }, header);
    expect([answer.status, answer.json.error, typeof answer.json.message]).toEqual([403, code, 'string']);
  });
});

describe('server', () => {
  test('names itself and dates every answer', async () => {
    const answer = await call('GET', '/v1/nowhere');
    expect(answer.headers.get('server')).toBe('aegis-sandbox');
    expect(Number.isNaN(Date.parse(answer.headers.get('date') ?? ''))).toBe(false);
  });

  test.each(['0.0.0.0', '192.168.1.5', '::', 'example.com'])('refuses to listen on %s', async (host) => {
    const router = createRouter(ROUTES, { dialect: 'live', verify: verify(IDENTITY) });
    await expect(startHttpServer({ router, host, port: 0 })).rejects.toThrow(
      `the sandbox listens on loopback only, not on ${host}`,
    );
  });

  test.each([{ host: 'evil.example' }, { origin: 'https://evil.example' }])(
    'refuses a request sent by a page of another site: %o',
    async (headers) => {
      const { url } = await serve();
      const status = await new Promise((resolve, reject) => {
        const sent = rawRequest(`${url}/health`, { headers }, (response) => resolve(response.statusCode));
        sent.once('error', reject);
        sent.end();
      });
      expect(status).toBe(403);
    },
  );
});
